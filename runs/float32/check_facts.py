"""What a check of every input found, in words."""

from __future__ import annotations

from typing import Any

from runs.float32.report.data import Special


def check_facts(check: Any) -> tuple[tuple[str, str], ...]:
    """Returns the figures of a check as pairs (what, figure)."""
    raise NotImplementedError


def specials_of(check: Any) -> tuple[Special, ...]:
    """Returns the special inputs of a check."""
    raise NotImplementedError


def special_lines(check: Any) -> list[str]:
    """Returns one line on the special inputs that are right, and one for each that is not."""
    raise NotImplementedError
