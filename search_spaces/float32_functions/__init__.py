"""Typed machine programs that approximate functions in float32, and their variation."""
