"""``primordia bench float32``: known programs beside the libraries that ship the functions."""
