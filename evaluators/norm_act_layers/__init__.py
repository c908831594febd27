"""Normalization-activation layers: as functions of JAX, screened, trained, analysed and scored."""
