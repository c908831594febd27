"""What ``primordia show`` prints of a search for machine programs."""
