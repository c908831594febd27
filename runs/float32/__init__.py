"""Searches for float32 programs: jobs, runs, exports, checks and the bench."""
