"""The scheme of one quotient of polynomials on the whole interval."""

from __future__ import annotations

from search_spaces.float32_functions.schemes.scheme import Scheme

ROWS: tuple[Scheme, ...] = ()
"""The schemes of this file."""
