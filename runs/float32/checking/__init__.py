"""Checks of machine programs and of libraries on every input: in parallel, with progress, resumable."""
