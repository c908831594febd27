"""The run folder: every file of a run, how it is written safely and read back."""
