"""Honest comparisons of layers: finalists trained again beside known ones, on images that nothing was chosen by."""
