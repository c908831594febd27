import random

import pytest
from flint import arb

from evaluators.balls import precision
from evaluators.expression import parse
from evaluators.taylor import TaylorModel, taylor_model

TEXTS = ["exp(x)*sin(5*x)", "1/(1+25*x**2)", "besselj(0, 3*x)", "x**3", "tanh(3*x)", "2", "Abs(x+1)"]


@pytest.mark.parametrize("text", TEXTS)
def test_range_and_magnitude_enclose_and_are_tight(text):
    rng = random.Random(text)
    with precision(128, 8):
        enclose = parse(text).enclose
        for _ in range(10):
            lower = arb(rng.uniform(-0.9, 0.8))
            upper = lower + arb(rng.uniform(0.001, 0.05))
            model = taylor_model(enclose, lower, upper, 8)
            values = [enclose(lower + (upper - lower) * k / 50) for k in range(51)]
            highest = max(abs(float(value)) for value in values)
            for value in values:
                assert model.range().overlaps(value)
                assert abs(value) <= model.magnitude() * (1 + arb("1e-30"))
            assert float(model.magnitude()) <= highest * 1.01 + 1e-3


@pytest.mark.parametrize("text", ["1/(x-0.5)", "sqrt(x-0.5)", "log(x-0.5)", "Abs(x-0.5)", "gamma(x-0.5)"])
def test_poles_and_kinks_have_no_model(text):
    with precision(128, 6):
        assert taylor_model(parse(text).enclose, arb(0.4), arb(0.6), 6) is None
        assert taylor_model(parse(text).enclose, arb(0.6), arb(0.61), 6) is not None


def test_the_vertex_of_a_parabola_counts():
    with precision(64, 3):
        model = TaylorModel((arb(1), arb(0.5), arb(-1)), arb(1))
        # 1 + t/2 - t^2 has its maximum 17/16 at t = 1/4; the ends give 1/2 and -1/2.
        assert float(model.magnitude()) == pytest.approx(17 / 16)
        assert model.magnitude() >= arb(17) / 16
