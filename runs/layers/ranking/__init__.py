"""Honest comparisons of layers: finalists trained again beside known layers, on images that nothing was chosen by."""
