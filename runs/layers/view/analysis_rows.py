"""The analysis of a layer as headed rows of text, for the terminal and for reports."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from evaluators.norm_act_layers.analysis import Analysis
from evaluators.norm_act_layers.analysis.ablation import Ablation
from evaluators.norm_act_layers.analysis.asymptotes import Asymptote
from evaluators.norm_act_layers.analysis.initialization import FORWARD, INVARIANT, KUMAR
from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC, Known
from evaluators.norm_act_layers.analysis.scale_response import ANY, Per
from evaluators.norm_act_layers.analysis.slopes import Range
from evaluators.norm_act_layers.analysis.special_points import Kind, Point
from evaluators.norm_act_layers.analysis.variance_map import VarianceMap

_MOST_POINTS = 5
_ZERO = 1e-9


class Row(NamedTuple):
    """A line of an analysis.

    Attributes:
        label: what it is about.
        value: what is known.
        how: ``exact`` or ``numeric``; empty for explanations.
    """

    label: str
    value: str
    how: str


Sections: TypeAlias = list[tuple[str, list[Row]]]
"""Headings, each with its rows."""


def rows(analysis: Analysis) -> Sections:
    """Returns an analysis as headings with rows."""
    return [
        ("Pointwise part, moments held fixed", list(_form(analysis))),
        ("Far out, and special points", list(_shape(analysis))),
        ("Slope", list(_slope(analysis))),
        ("Scale, shift and what else is read", list(_response(analysis))),
        ("Initial weights of N inputs", list(_weights(analysis))),
        ("Cost per element", list(_cost(analysis))),
        ("Without a node, before training; what turns it away", [_ablation(row) for row in analysis.ablations]),
    ]


def _form(analysis: Analysis) -> Iterator[Row]:
    form, moments = analysis.symbolic, analysis.pointwise.moments
    yield Row("y", form.text, EXACT)
    if form.derivative:
        yield Row("dy/dx", form.derivative, EXACT)
    for symbol in form.symbols:
        here = f"; here {_number(moments[symbol.reference])}" if symbol.reference in moments else ""
        yield Row(symbol.name, symbol.meaning + here, NUMERIC if here else EXACT)
    if moments:
        yield Row("here", "a large tensor of independent standard normal numbers", "")
    if not analysis.pointwise.defined:
        yield Row("undefined", "there a moment diverges, or the output is finite nowhere", NUMERIC)


def _shape(analysis: Analysis) -> Iterator[Row]:
    if not analysis.pointwise.defined:
        return
    for side in analysis.asymptotes:
        yield Row(f"x -> {'inf' if side.side > 0 else '-inf'}", _asymptote(side), side.how)
    for kind in Kind:
        points = [point for point in analysis.points if point.kind is kind]
        if points:
            exact = all(point.how == EXACT for point in points)
            yield Row(kind.value, _points(points), EXACT if exact else NUMERIC)


def _asymptote(side: Asymptote) -> str:
    if math.isnan(side.power):
        return "no limit, line or power found"
    if side.power == 0:
        return f"y -> {_number(side.coefficient)}"
    if math.isinf(side.power):
        return f"y -> {'inf' if side.coefficient > 0 else '-inf'}, faster than any power"
    if side.power == 1 and not math.isnan(side.offset):
        offset = "" if abs(side.offset) < _ZERO else f" {'+' if side.offset > 0 else '-'} {_number(abs(side.offset))}"
        return f"y -> {_times(side.slope, 'x')}{offset}"
    power = "" if side.power == 1 else f"^{_number(side.power)}"
    return f"y ~ {_times(side.coefficient, f'|x|{power}')}"


def _points(points: list[Point]) -> str:
    texts = []
    for point in sorted(points, key=lambda p: abs(p.x))[:_MOST_POINTS]:
        text = f"x = {_number(point.x)}"
        if point.kind in (Kind.MINIMUM, Kind.MAXIMUM, Kind.JUMP, Kind.HOLE):
            text += f", y = {_number(point.y)}"
        if point.kind is Kind.KINK:
            text += f", slope {_number(point.left)} | {_number(point.right)}"
        texts.append(text)
    more = len(points) - len(texts)
    return "; ".join(texts) + (f"; and {more} more" if more else "")


def _slope(analysis: Analysis) -> Iterator[Row]:
    if not analysis.pointwise.defined:
        return
    slopes = analysis.slopes
    yield Row("y(0)", _known(slopes.value_at_0), slopes.value_at_0.how)
    yield Row("y'(0)", _known(slopes.at_0), slopes.at_0.how)
    yield Row("y''(0)", _known(slopes.second_at_0), slopes.second_at_0.how)
    yield Row("y' on [-10, 10]", f"{_range(slopes.sampled)} at points", NUMERIC)
    yield Row("", f"within {_range(slopes.enclosed)} by intervals", EXACT)
    if slopes.everywhere != slopes.enclosed:
        yield Row("y' to |x| = 1e6", f"within {_range(slopes.everywhere)} by intervals", EXACT)
    yield Row("Lipschitz constant", _known(slopes.lipschitz), slopes.lipschitz.how)
    yield Row("monotone", slopes.monotone, slopes.monotone_how)


def _response(analysis: Analysis) -> Iterator[Row]:
    yield from _by_owner("times a > 0", "a", [_scale(analysis, per) for per in Per])
    yield from _by_owner("plus c", "c", [_shift(analysis, per) for per in Per])
    if analysis.scale.invariant:
        yield Row("so", "the scale of the weights before it only sets their effective learning rate", "")
        yield Row("", "(van Laarhoven 2017, arXiv 1706.05350; Hoffer et al. 2018, arXiv 1803.01814)", "")
    reads = analysis.dependence
    yield Row("reads, training", _reads(reads.training), EXACT)
    yield Row("reads, inference", _reads(reads.inference), EXACT)


def _by_owner(label: str, name: str, answers: list[tuple[str, str]]) -> Iterator[Row]:
    """Yields one row if it makes no difference what has a scale or shift of its own, else one for each."""
    if len(set(answers)) == 1:
        yield Row(f"{label}", *answers[0])
        return
    for per, answer in zip(Per, answers, strict=True):
        yield Row(label if per is Per.TENSOR else f"  {name} per {per}", *answer)


def _scale(analysis: Analysis, per: Per) -> tuple[str, str]:
    scale = analysis.scale
    if math.isnan(scale.degrees[per]) and not math.isnan(scale.at_start[per]):
        return f"{_degree(scale.at_start[per])}, until its leaves are trained", EXACT
    degree, how = _either(scale.degrees[per], scale.measured[per])
    return _degree(degree), how


def _shift(analysis: Analysis, per: Per) -> tuple[str, str]:
    factor, how = _either(analysis.shift.factors[per], analysis.shift.measured[per])
    return _follows(factor), how


def _either(exact: float, measured: float) -> tuple[float, str]:
    """Prefers what the graph tells; where it tells nothing, something may still have been measured."""
    return (measured, NUMERIC) if math.isnan(exact) and not math.isnan(measured) else (exact, EXACT)


def _degree(degree: float) -> str:
    if math.isnan(degree):
        return "no power of a times y"
    if degree == ANY:
        return "y = 0"
    return {0.0: "invariant", 1.0: "a y: homogeneous"}.get(degree, f"a^{_number(degree)} y")


def _follows(factor: float) -> str:
    if math.isnan(factor):
        return "neither y nor y + k c"
    return {0.0: "invariant", 1.0: "y + c"}.get(factor, f"y + {_times(factor, 'c')}")


def _reads(axes: tuple[str, ...]) -> str:
    return f"other {', '.join(axes)}" if axes else "its own position only"


def _weights(analysis: Analysis) -> Iterator[Row]:
    weights = analysis.initialization
    values = {
        INVARIANT: ("any: the layer is scale-invariant", EXACT),
        KUMAR: (f"{_number(weights.variance)} / N (Kumar 2017)", EXACT),
        FORWARD: (f"{_number(weights.variance)} / N, by the forward gain", NUMERIC),
    }
    yield Row("variance", *values.get(weights.rule, ("none found", NUMERIC)))
    if not math.isnan(weights.kumar.value) and weights.rule != KUMAR:
        yield Row("1/(g'(0)^2 (1+g(0)^2))", _known(weights.kumar), weights.kumar.how)
    yield Row("forward, 1/E[g^2]", _known(weights.forward), NUMERIC)
    yield Row("backward, 1/E[g'^2]", _known(weights.backward), NUMERIC)
    if analysis.pointwise.moments:
        yield Row("forward, 8x36 places", _known(weights.measured_forward), NUMERIC)
        yield Row("backward, 8x36 places", _known(weights.measured_backward), NUMERIC)
    if weights.variance_map is not None:
        yield from _map(weights.variance_map)


def _map(variance: VarianceMap) -> Iterator[Row]:
    fixed = [
        f"q = {_number(point.square)} ({'' if abs(point.slope) < 1 else 'un'}stable, slope {_number(point.slope)})"
        for point in variance.fixed_points[:_MOST_POINTS]
    ]
    yield Row("q -> E[g(sqrt(q) z)^2]", f"small q {variance.small}, large q {variance.large}", NUMERIC)
    yield Row("  fixed points", "; ".join(fixed) or "none in 1e-4 .. 1e4", NUMERIC)
    yield Row("  degree at q = 1", _number(variance.degree), NUMERIC)


def _cost(analysis: Analysis) -> Iterator[Row]:
    cost = analysis.cost
    functions = f", {cost.functions} roots and functions" if cost.functions else ""
    moments = f", {cost.moments} moments" if cost.moments else ""
    yield Row("operations", f"{cost.arithmetic} arithmetic{functions}{moments}", EXACT)
    yield Row("relative time", f"{cost.time} (an addition is 1)", EXACT)
    yield Row("passes over the tensor", str(cost.passes), EXACT)
    yield Row("bytes moved", f"{cost.fused_bytes} fused, {cost.plain_bytes} operation by operation", EXACT)
    parameters = f"{cost.channel_parameters} per channel, {cost.layer_parameters} per layer"
    yield Row("parameters", parameters + f"; {cost.running_values} running values per channel", EXACT)


def _ablation(row: Ablation) -> Row:
    change = "?" if math.isnan(row.change) else f"{100 * row.change if row.change > _ZERO else 0:.3g} %"
    text = f"differs {change}, gain {row.gain:.3g}, gradient {row.gradient:.3g}"
    return Row(row.ablated.label, text + (f"; {row.protocol}" if row.protocol else ""), NUMERIC)


def _known(known: Known) -> str:
    if math.isnan(known.value):
        return "none"
    return _number(known.value) + (f" +- {known.deviation:.1g}" if known.deviation else "")


def _range(bounds: Range) -> str:
    return f"[{_number(bounds.low)}, {_number(bounds.high)}]"


def _times(factor: float, what: str) -> str:
    return {1.0: what, -1.0: f"-{what}"}.get(round(factor, 9), f"{_number(factor)} {what}")


def _number(value: float) -> str:
    return "0" if abs(value) < _ZERO else f"{value:.5g}"
