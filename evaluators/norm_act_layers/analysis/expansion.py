"""What functions are like far out: sums of powers, and how large the rest may be.

An expansion is at t -> infinity. Powers may be fractional; what is smaller than any power, as exp(-t), counts as
nothing, and what grows faster than any power keeps its sign only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluators.norm_act_layers.analysis.jets import apply_jets, variable

_MOST_TERMS = 6
_CANCELLED = 1e-12
_LOGARITHM = 1e-3
"""A power that every logarithm stays below."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A sum of powers of t.

    Attributes:
        terms: the coefficients, by power; none is 0.
        error: the power of what the rest is at most of the order of; -inf where it is smaller than any power.
        grows: 1 or -1 where it grows faster than any power, to infinity of that sign.
    """

    terms: Mapping[float, float]
    error: float = -math.inf
    grows: int = 0

    @property
    def power(self) -> float:
        """The greatest power, -inf where no term is known."""
        return max(self.terms, default=-math.inf)

    @property
    def sign(self) -> int:
        """The sign far out, 0 where it is not known."""
        return self.grows or (int(math.copysign(1, self.terms[self.power])) if self.terms else 0)


NOTHING = Expansion({})


def number(value: float) -> Expansion | None:
    """Returns the expansion of a constant, None where it is not finite."""
    if not math.isfinite(value):
        return None
    return Expansion({0.0: value} if value else {})


def expand(op: str, operands: tuple[Expansion | None, ...]) -> Expansion | None:
    """Returns an elementwise operation of expansions, None where it is not known."""
    try:
        found = _expand(op, operands)
    except OverflowError:
        return None
    return found if found is None or all(map(math.isfinite, found.terms.values())) else None


def _expand(op: str, operands: tuple[Expansion | None, ...]) -> Expansion | None:
    known = [operand for operand in operands if operand is not None]
    if len(known) < len(operands):
        return None
    a, b = known[0], known[-1]
    if op in ("add", "sub"):
        return _sum(a, b if op == "add" else _scaled(b, -1.0))
    if op in ("mul", "square"):
        return _product(a, b)
    if op == "div":
        inverse = _to_power(b, -1.0)
        return None if inverse is None else _product(a, inverse)
    if op in ("max", "min"):
        return _greater(a, b, 1 if op == "max" else -1)
    return _unary(op, a)


def _tidy(terms: Mapping[float, float], error: float) -> Expansion:
    kept = sorted((power for power, value in terms.items() if value and power > error), reverse=True)
    if len(kept) > _MOST_TERMS:
        error = kept[_MOST_TERMS]
    return Expansion({power: terms[power] for power in kept[:_MOST_TERMS]}, error)


def _scaled(a: Expansion, factor: float) -> Expansion:
    sign = int(math.copysign(1, factor))
    return Expansion({power: factor * value for power, value in a.terms.items()}, a.error, sign * a.grows)


def _sum(a: Expansion, b: Expansion) -> Expansion | None:
    if a.grows or b.grows:
        return None if a.grows * b.grows < 0 else Expansion({}, grows=a.grows or b.grows)
    terms = dict(a.terms)
    for power, value in b.terms.items():
        total = terms.get(power, 0.0) + value
        size = abs(terms.get(power, 0.0)) + abs(value)
        terms[power] = total if abs(total) > _CANCELLED * size else 0.0
    return _tidy(terms, max(a.error, b.error))


def _product(a: Expansion, b: Expansion) -> Expansion | None:
    if a.grows or b.grows:
        return Expansion({}, grows=a.sign * b.sign) if a.sign and b.sign else None
    terms: dict[float, float] = {}
    for p, u in a.terms.items():
        for q, v in b.terms.items():
            terms[p + q] = terms.get(p + q, 0.0) + u * v
    size = max((abs(v) for v in terms.values()), default=0.0)
    terms = {p: v for p, v in terms.items() if abs(v) > _CANCELLED * size}
    return _tidy(terms, max(a.power + b.error, b.power + a.error, a.error + b.error))


def _to_power(a: Expansion, exponent: float) -> Expansion | None:
    """Returns a power by the binomial series in what follows the leading term."""
    if a.grows:
        return NOTHING if exponent < 0 else (a if a.grows > 0 else None)
    lead = a.terms.get(a.power, 0.0)
    if not lead or (lead < 0 and exponent != -1.0):
        return None
    front = Expansion({exponent * a.power: lead**exponent})
    rest = Expansion({p - a.power: v / lead for p, v in a.terms.items() if p != a.power}, a.error - a.power)
    series, term, factor = Expansion({0.0: 1.0}), Expansion({0.0: 1.0}), 1.0
    for k in range(1, 4):
        factor *= (exponent - k + 1) / k
        term = _known(_product(term, rest))
        series = _known(_sum(series, _scaled(term, factor)))
    order = 4 * max(rest.power, rest.error)
    return _product(front, _tidy(series.terms, max(series.error, order)))


def _known(a: Expansion | None) -> Expansion:
    assert a is not None, "bounded expansions have sums and products"
    return a


def _greater(a: Expansion, b: Expansion, side: int) -> Expansion | None:
    difference = _sum(a, _scaled(b, -1.0))
    if difference is None:
        return a if a.grows * side > 0 else b
    if difference.sign:
        return a if difference.sign * side > 0 else b
    # Both are the same up to the rest, whichever it is.
    return Expansion(a.terms, max(a.error, b.error, difference.error))


def _unary(op: str, a: Expansion) -> Expansion | None:
    if op == "neg":
        return _scaled(a, -1.0)
    if op == "abs":
        return _scaled(a, -1.0) if a.sign < 0 else a
    if op in ("sqrt", "rsqrt"):
        return _to_power(a, 0.5 if op == "sqrt" else -0.5)
    if op == "signed_sqrt":
        root = _to_power(_scaled(a, a.sign), 0.5) if a.sign else None
        return None if root is None else _scaled(root, a.sign)
    if a.grows or a.power > 0:
        return _of_infinity(op, a)
    return _of_limit(op, a) if a.error < 0 else None


def _of_infinity(op: str, a: Expansion) -> Expansion | None:
    if op in ("tanh", "erf"):
        return number(a.sign)
    if op == "signed_log":
        return None if a.grows else Expansion({}, _LOGARITHM)
    if op == "sin":
        return None
    if a.sign < 0:
        return NOTHING
    limits = {"sigmoid": number(1.0), "exp": Expansion({}, grows=1), "softplus": a}
    return limits[op]


def _of_limit(op: str, a: Expansion) -> Expansion | None:
    """Returns a smooth function of what has a finite limit, by the Taylor series there."""
    limit = a.terms.get(0.0, 0.0)
    with np.errstate(all="ignore"):
        at = apply_jets(op, (variable(np.array([limit])),))
    start, slope, bend = (number(float(np.broadcast_to(part, 1)[0])) for part in at)
    if start is None or slope is None or bend is None:
        return None
    rest = Expansion({p: v for p, v in a.terms.items() if p < 0}, a.error)
    square = _known(_product(rest, rest))
    linear, quadratic = _known(_product(slope, rest)), _known(_product(bend, square))
    total = _known(_sum(start, _known(_sum(linear, _scaled(quadratic, 0.5)))))
    return _tidy(total.terms, max(total.error, 3 * max(rest.power, rest.error)))
