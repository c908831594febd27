"""The rejection protocols of layers, cheap to dear."""
