"""Searches for functions over the reals: job, session, found programs with proofs, views, report and export."""
