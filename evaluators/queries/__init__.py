"""Queries: what is asked of a table, one file per class of queries."""
