"""What runs exported modules on given arrays, in processes where Primordia is not at hand."""
