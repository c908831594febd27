"""Machine programs in float32: fitting, checking on every input, costs, rejection protocols."""
