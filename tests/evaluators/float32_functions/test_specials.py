import math

import numpy as np
import pytest

from evaluators.float32_functions.correct_rounding import correctly_rounded
from evaluators.float32_functions.specials import check_specials, edges, special_inputs
from evaluators.float32_functions.targets import TARGETS, target
from evaluators.float32_functions.ulp import flush_inputs
from primitives.float_format import FLOAT32, FORMATS
from tests.evaluators.float32_functions.exact_functions import exact


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("flush", [True, False])
def test_correctly_rounded_values_are_right(name, flush):
    def best(x):
        return correctly_rounded(TARGETS[name], flush_inputs(x, FLOAT32) if flush else x, FLOAT32)

    specials = check_specials(best, TARGETS[name], FLOAT32, flush)
    assert [special for special in specials if not special.ok] == []


def test_overflow_and_underflow_of_exp_are_where_mpmath_has_them():
    found = sorted(edges(TARGETS["exp"], FLOAT32).values())
    assert len(found) == 6
    limits = (2.0**-150, 2.0**-126 * (1 - 2.0**-24), 2.0**128 * (1 - 2.0**-25))
    for (below, above), limit in zip(zip(found[::2], found[1::2], strict=True), limits, strict=True):
        assert np.nextafter(np.float32(below), np.float32(math.inf)) == np.float32(above)
        assert exact("exp", below) < limit < exact("exp", above)


def test_functions_without_edges_have_none():
    assert edges(TARGETS["tanh"], FLOAT32) == {}


@pytest.mark.parametrize(
    ("name", "x", "value"),
    [
        ("tanh", -0.0, 0.0),
        ("tanh", math.inf, math.nan),
        ("exp", -math.inf, 1e-10),
        ("log", 0.0, -3e38),
        ("log", -1.0, 0.0),
        ("gelu", -math.inf, math.nan),
        ("sigmoid", math.nan, 0.5),
        ("exp2", 1.0, 2.0 + 2.0**-21),
    ],
)
def test_one_wrong_value_is_found(name, x, value):
    def wrong(inputs):
        same = (inputs == x) & (np.signbit(inputs) == np.signbit(x)) if x == x else np.isnan(inputs)
        return np.where(same, np.float32(value), correctly_rounded(TARGETS[name], inputs, FLOAT32))

    bad = [special for special in check_specials(wrong, TARGETS[name], FLOAT32, flush=False) if not special.ok]
    assert [repr(special.input) for special in bad] == [repr(x)]


def test_subnormal_values_pass_where_they_are_flushed():
    passing = check_specials(lambda x: x, target("tanh", -1e-30, 1e-30), FLOAT32, flush=True)
    assert len(passing) == 8
    assert all(special.ok for special in passing)


def test_a_domain_may_hold_nothing_special():
    assert check_specials(np.exp, target("exp", 0.25, 0.5), FLOAT32, flush=False) == ()


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_special_inputs_are_numbers_of_the_format_within_the_domain(fmt):
    named = special_inputs(target("log2", 0.0, 8.0), fmt)
    assert {"0", "-0", "1", "least subnormal", "greatest subnormal", "least normal"} <= set(named)
    assert all(0 <= value <= 8 and float(np.asarray(value).astype(fmt.dtype)) == value for value in named.values())
