"""Searches for machine programs: job, session, found programs with checks of every input, views, report and export."""
