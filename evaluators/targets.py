"""Targets: a function over a closed domain, and the metric of the error with which programs approximate it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from engine.protocols import Objective
from evaluators.balls import Ball, precision
from evaluators.expression import Expression, parse
from evaluators.survey import first_failure

Metric: TypeAlias = Literal["relative", "absolute"]
Number: TypeAlias = str | int | float | Fraction

METRICS = ("relative", "absolute")
SURVEY_BITS = 192

LARGEST = 2.0**1000
"""What a target may reach at most, and its inverse the least under relative error: errors must fit into doubles too."""


@dataclass(frozen=True, slots=True)
class Target:
    """What programs are to approximate.

    Attributes:
        name: what runs are called after: a registered name, or the expression itself.
        expression: the function f as an expression in x.
        lower: left end of the closed domain, an exact constant expression such as ``pi/4``.
        upper: right end.
        metric: ``absolute`` measures abs(p - f) w, ``relative`` abs(p - f) w / abs(f).
        weight: the weight w > 0 as an expression in x.
        open_lower: whether the domain excludes its left end, where a program need not be defined (c / x at 0): its
            error is then the supremum over the rest.
        open_upper: likewise at the right end.
    """

    name: str
    expression: str
    lower: str
    upper: str
    metric: Metric
    weight: str = "1"
    open_lower: bool = False
    open_upper: bool = False

    @property
    def function(self) -> Expression:
        """The function f, ready to evaluate."""
        return parse(self.expression)

    @property
    def weight_function(self) -> Expression:
        """The weight w, ready to evaluate."""
        return parse(self.weight)

    def ends(self) -> tuple[Ball, Ball]:
        """Returns the ends of the domain as balls at the working precision."""
        return cast("tuple[Ball, Ball]", tuple(parse(end).enclose(None) for end in (self.lower, self.upper)))


def objectives(found: Target) -> tuple[Objective, Objective]:
    """Returns what programs are scored by: operations, and the maximum error in the target's metric."""
    return (
        Objective("operations", "operations", log_scale=False),
        Objective(f"max_{found.metric}_error", "1", log_scale=True),
    )


_ROWS = (
    Target("exp2", "2**x", "0", "1", "relative", open_lower=True),
    Target("exp", "exp(x)", "0", "1", "relative"),
    Target("log2", "log2(x)", "1", "2", "absolute"),
    Target("log", "log(x)", "1", "2", "absolute"),
    Target("log1p", "log1p(x)", "0", "1", "absolute"),
    Target("sin", "sin(x)", "0", "pi/4", "absolute"),
    Target("cos", "cos(x)", "0", "pi/4", "relative"),
    Target("tan", "tan(x)", "0", "pi/4", "absolute"),
    Target("tanh", "tanh(x)", "0", "1", "absolute"),
    Target("atan", "atan(x)", "0", "1", "absolute"),
    Target("erf", "erf(x)", "0", "1", "absolute"),
    Target("sigmoid", "sigmoid(x)", "-2", "2", "relative"),
    Target("gelu", "x * (1 + erf(x / sqrt(2))) / 2", "-2", "2", "absolute"),
    Target("sqrt", "sqrt(x)", "1", "4", "relative"),
    Target("rsqrt", "rsqrt(x)", "1", "4", "relative"),
    Target("airy_ai", "airyai(x)", "-7", "0", "absolute"),
    Target("bessel_j0", "besselj(0, x)", "0", "2", "relative"),
    Target("gamma", "gamma(x)", "1", "2", "relative"),
)

TARGETS = MappingProxyType({row.name: row for row in _ROWS})
"""Every registered target by its name, on its default domain; relative error where the function has no zero there."""


def target(
    name: str,
    *,
    domain: str | tuple[Number, Number] | None = None,
    metric: str | None = None,
    weight: str | None = None,
) -> Target:
    """Returns a registered target, with any of its defaults replaced.

    Args:
        name: the key in ``TARGETS``.
        domain: as in :func:`make_target`; the registered domain by default.
        metric: ``relative`` or ``absolute``; the registered one by default.
        weight: expression of the weight; 1 by default.

    Raises:
        ValueError: for an unknown name (naming the nearest), or as :func:`make_target` does.
    """
    if name not in TARGETS:
        near = difflib.get_close_matches(name, TARGETS, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"unknown function {name!r}{hint}; known are: {', '.join(TARGETS)}; or give an expression in x"
        )
    row = TARGETS[name]
    lower, upper = (row.lower, row.upper) if domain is None else _read_domain(domain)
    changed = replace(row, lower=lower, upper=upper, metric=_read_metric(metric or row.metric), weight=weight or "1")
    return _checked(changed)


def make_target(
    function: str,
    domain: str | tuple[Number, Number],
    metric: str = "relative",
    weight: str = "1",
) -> Target:
    """Makes a target of an expression.

    Args:
        function: expression in x, such as ``exp(-x**2)``.
        domain: the two ends, as a pair of numbers (floats count as the exact binary value), or of constant
            expressions, or as text: ``0,pi/4``.
        metric: ``relative`` or ``absolute``.
        weight: positive expression in x that multiplies the error.

    Raises:
        ValueError: for what cannot be read, an empty domain, a function that is not finite and smooth on the whole
            domain, a weight that is not positive, or relative error of a function with a zero in the domain.
    """
    lower, upper = _read_domain(domain)
    return _checked(Target(function, function, lower, upper, _read_metric(metric), weight))


def _read_metric(metric: str) -> Metric:
    if metric not in METRICS:
        raise ValueError(f"unknown error metric {metric!r}; use one of: {', '.join(METRICS)}")
    return cast("Metric", metric)


def _read_domain(domain: str | tuple[Number, Number]) -> tuple[str, str]:
    ends = domain.split(",") if isinstance(domain, str) else list(domain)
    if len(ends) != 2:
        raise ValueError(f"a domain has two ends, such as 0,pi/4; {domain!r} has {len(ends)}")
    return _read_end(ends[0]), _read_end(ends[1])


def _read_end(end: Number) -> str:
    try:
        text = end.strip() if isinstance(end, str) else str(Fraction(end))
        constant = not parse(text).symbol.free_symbols
    except (ValueError, OverflowError) as error:
        raise ValueError(f"cannot read the end {end!r} of the domain: {error}") from None
    if not constant:
        raise ValueError(f"the end {end!r} of the domain must be a constant, without x")
    return text


@lru_cache(maxsize=256)
def _checked(target: Target) -> Target:
    """Returns the target when programs can be measured against it on its whole domain."""
    interval = f"[{target.lower}, {target.upper}]"
    with precision(SURVEY_BITS):
        lower, upper = target.ends()
        if not lower < upper:
            raise ValueError(f"the domain {interval} is empty or reversed; give the smaller end first, as in 0,1")
        if float(lower) == float(upper):
            raise ValueError(f"the domain {interval} holds no two doubles; give one that is wider")
        for function, holds, fault, cure in _rules(target):
            where = first_failure(function.enclose, lower, upper, holds)
            if where:
                raise ValueError(f"{fault} {where} in the domain {interval}; {cure}")
    return target


def _rules(target: Target) -> Iterator[tuple[Expression, Callable[[Ball], bool], str, str]]:
    """Yields what must hold on the whole domain: a function, a property of its values, the fault if not, the cure."""
    function, name = target.function, target.expression
    fault, cure = f"{name} has a pole, a kink or no real value", "choose a domain that leaves it out"
    yield function, lambda _: True, fault, cure
    yield function, lambda value: abs(value) < LARGEST, f"{name} grows beyond doubles", "choose a smaller domain"
    fault, cure = f"the weight {target.weight} is not positive and smooth", "a weight must be positive"
    yield target.weight_function, lambda value: value > 0, fault, cure
    if target.metric == "relative":
        absolute = "relative error is not defined there: use --error absolute, or"
        cure = f"{absolute} a domain that leaves the zero out, such as 1e-3,1"
        yield function, lambda value: not value.contains(0), f"{name} is zero", cure
        cure = f"{absolute} a smaller domain"
        yield function, lambda value: abs(value) > 1 / LARGEST, f"{name} falls below doubles", cure
