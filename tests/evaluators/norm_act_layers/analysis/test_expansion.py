import math

import pytest
import sympy

from evaluators.norm_act_layers.analysis.expansion import NOTHING, Expansion, expand, number
from primitives.tensor import TENSOR_PRIMITIVES

T = sympy.Symbol("t", positive=True)
LINE = Expansion({1.0: 1.0})


def expanded(*statements):
    """Runs statements of an operation and operands: ``t``, a number, or the index from the end of an earlier value."""
    values, expressions = [], []
    for op, *words in statements:
        found, symbols = [], []
        for word in words:
            if isinstance(word, str) and word.startswith("-"):
                found.append(values[int(word)])
                symbols.append(expressions[int(word)])
            else:
                found.append(LINE if word == "t" else number(float(word)))
                symbols.append(T if word == "t" else sympy.nsimplify(word))
        values.append(expand(op, tuple(found)))
        expressions.append(TENSOR_PRIMITIVES[op].symbol(sympy, *symbols))
    return values[-1], expressions[-1]


@pytest.mark.parametrize(
    "statements",
    [
        (("add", "t", 1), ("sub", "t", 1), ("div", "-2", "-1")),
        (("square", "t"), ("add", "-1", "t"), ("sqrt", "-1")),
        (("div", 1, "t"), ("sin", "-1"), ("mul", "-1", "t")),
        (("mul", "t", "t"), ("mul", "-1", "t"), ("add", "-1", 3), ("add", "t", 1), ("div", "-2", "-1")),
    ],
)
def test_powers_are_those_of_sympys_series(statements):
    found, expression = expanded(*statements)
    remainder = expression
    for power, coefficient in sorted(found.terms.items(), reverse=True):
        lead = sympy.limit(remainder / T ** sympy.nsimplify(power), T, sympy.oo)
        assert float(lead) == pytest.approx(coefficient, rel=1e-12)
        remainder = sympy.simplify(remainder - lead * T ** sympy.nsimplify(power))
    # The rest is of the order claimed, or smaller.
    if math.isfinite(found.error):
        rest = sympy.limit(remainder / T ** sympy.nsimplify(found.error + 0.25), T, sympy.oo)
        assert rest == 0


@pytest.mark.parametrize(
    ("op", "sign", "expected"),
    [
        ("sigmoid", 1, number(1.0)),
        ("sigmoid", -1, NOTHING),
        ("tanh", -1, number(-1.0)),
        ("erf", 1, number(1.0)),
        ("exp", -1, NOTHING),
        ("exp", 1, Expansion({}, grows=1)),
        ("softplus", 1, LINE),
        ("softplus", -1, NOTHING),
        ("abs", -1, LINE),
        ("sin", 1, None),
    ],
)
def test_limits_far_out(op, sign, expected):
    assert expand(op, (Expansion({1.0: float(sign)}),)) == expected


def test_what_fades_faster_than_powers_counts_as_nothing():
    tail = expand("mul", (LINE, expand("sigmoid", (Expansion({1.0: -1.0}),))))
    assert tail == NOTHING
    assert expand("div", (expand("exp", (LINE,)), Expansion({5.0: -1.0}))) == Expansion({}, grows=-1)
    assert expand("max", (LINE, expand("exp", (LINE,)))) == Expansion({}, grows=1)
    assert expand("sub", (expand("exp", (LINE,)), expand("exp", (LINE,)))) is None


def test_unknown_operands_stay_unknown():
    assert expand("add", (LINE, None)) is None
    assert expand("div", (LINE, NOTHING)) is None
    assert number(math.nan) is None
