"""What ``primordia show`` prints of a search for functions."""
