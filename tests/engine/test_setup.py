from __future__ import annotations

from fractions import Fraction

import pytest

from engine.setup import Factory


def test_builds_what_it_names() -> None:
    assert Factory("fractions:Fraction", {"numerator": 3, "denominator": 6}).build() == Fraction(1, 2)


@pytest.mark.parametrize("target", ["fractions:Nothing", "no_such_module:x", "fractions", ":x"])
def test_what_cannot_be_imported_is_named(target: str) -> None:
    with pytest.raises(ValueError, match=f"factory '{target}' cannot be imported"):
        Factory(target).build()
