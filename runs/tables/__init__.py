"""Tables of data on the disk: read by batches into codes under a schema, and written back."""
