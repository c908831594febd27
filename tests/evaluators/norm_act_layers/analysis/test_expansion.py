import math

import mpmath
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
        (("square", "t"), ("add", "-1", "t"), ("sqrt", "-1"), ("sub", "-1", "t")),
        (("add", "t", 2), ("rsqrt", "-1")),
        (("div", 1, "t"), ("exp", "-1")),
        (("div", 1, "t"), ("sin", "-1"), ("mul", "-1", "t")),
        (("div", 1, "t"), ("sigmoid", "-1")),
        (("mul", "t", "t"), ("mul", "-1", "t"), ("add", "-1", 3), ("add", "t", 1), ("div", "-2", "-1")),
        (("softplus", "t"), ("tanh", "-1"), ("mul", "t", "-1"), ("add", "-1", 1)),
        (("signed_sqrt", "t"), ("add", "-1", 1), ("square", "-1")),
    ],
)
def test_what_is_left_out_is_of_the_order_claimed(statements):
    """Far out, in 200 digits, the rest keeps its share of t^error as t grows; without an error there is no rest."""
    found, expression = expanded(*statements)
    assert found.terms
    function = sympy.lambdify(T, expression, "mpmath")
    shares = []
    with mpmath.workdps(200):
        for t in (mpmath.mpf(100), mpmath.mpf(1000)):
            rest = function(t) - mpmath.fsum(value * t ** mpmath.mpf(power) for power, value in found.terms.items())
            size = mpmath.fsum(abs(value) * t ** mpmath.mpf(power) for power, value in found.terms.items())
            # Coefficients are doubles.
            rest = rest if abs(rest) > 1e-14 * size else 0
            order = t ** mpmath.mpf(found.error) if math.isfinite(found.error) else mpmath.mpf(10) ** -100
            shares.append(float(abs(rest / order)))
    assert max(shares) < 10


def test_leading_terms_are_sympys():
    found, expression = expanded(("square", "t"), ("add", "-1", "t"), ("sqrt", "-1"), ("sub", "-1", "t"))
    assert found.terms[0.0] == pytest.approx(float(sympy.limit(expression, T, sympy.oo)))
    assert found.terms[-1.0] == pytest.approx(-1 / 8)


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
