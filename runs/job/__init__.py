"""The job: what a search is asked to do, and the problem that it poses."""
