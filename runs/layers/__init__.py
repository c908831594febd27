"""The kind of search for normalization-activation layers."""
