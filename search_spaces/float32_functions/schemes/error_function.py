"""Schemes for erf and gelu."""

from __future__ import annotations

from search_spaces.float32_functions.schemes.scheme import Scheme

ROWS: tuple[Scheme, ...] = ()
"""The schemes of this file."""
