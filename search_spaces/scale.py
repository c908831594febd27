"""The scales of values in normal form: whole numbers, which are structure, and constants, which are free."""

from __future__ import annotations

from typing import TypeAlias

from search_spaces import double_double as dd
from search_spaces.double_double import DoubleDouble


class Parameter:
    """A free constant; two of them are the same only if they are one object, whatever their values.

    Attributes:
        value: in double-double, not zero.
    """

    __slots__ = ("value",)

    def __init__(self, value: DoubleDouble) -> None:
        self.value = value


Scale: TypeAlias = int | Parameter
"""A factor or an offset: a whole number counts terms and signs, ``x + x - y`` has the scales 2 and -1."""


def make_scale(value: DoubleDouble) -> Scale:
    """Returns a constant as a scale, zero as the number 0."""
    return Parameter(value) if value[0] else 0


def is_free(scale: Scale) -> bool:
    """Tells whether a scale needs a constant; 1 and -1 need none, and 0 stands for nothing."""
    return isinstance(scale, Parameter) or not -1 <= scale <= 1


def value_of(scale: Scale) -> DoubleDouble:
    """Returns a scale's value, raising OverflowError for whole numbers beyond double precision."""
    return scale.value if isinstance(scale, Parameter) else (float(scale), 0.0)


def plus(s: Scale, t: Scale) -> Scale:
    """Returns s + t."""
    if isinstance(s, int):
        if isinstance(t, int):
            return s + t
        if s == 0:
            return t
    elif t == 0:
        return s
    return make_scale(dd.add(value_of(s), value_of(t)))


def times(s: Scale, t: Scale) -> Scale:
    """Returns s t."""
    if isinstance(s, int):
        if isinstance(t, int):
            return s * t
        s, t = t, s
    if isinstance(t, int):
        if t == 1 or t == 0:
            return s if t else 0
        if t == -1:
            return Parameter(dd.negate(s.value))
    return make_scale(dd.mul(s.value, value_of(t)))


def over(s: Scale, t: Scale) -> Scale:
    """Returns s / t, raising ZeroDivisionError when t is 0."""
    if t == 0:
        raise ZeroDivisionError("a scale is divided by zero")
    if s is t:
        return 1
    if isinstance(t, int):
        if t in (1, -1):
            return times(s, t)
        if isinstance(s, int) and s % t == 0:
            return s // t
    return make_scale(dd.div(value_of(s), value_of(t)))
