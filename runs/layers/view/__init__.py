"""What ``primordia show`` prints of a search for layers."""
