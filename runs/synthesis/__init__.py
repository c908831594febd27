"""Searches for private synthetic data: job, measurements, session, the tables found, report and export."""
