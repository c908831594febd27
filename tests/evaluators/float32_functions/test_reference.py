import math

import numpy as np
import pytest

from evaluators.float32_functions.reference import REFERENCES, SERIES_LIMIT, reference
from evaluators.float32_functions.targets import TARGETS
from primitives.float_format import FLOAT32
from tests.evaluators.float32_functions.exact_functions import FUNCTIONS, exact, inputs


def relative_error(name: str, x: float, value: float) -> float:
    true = exact(name, x)
    return float(abs(value - true) / abs(true)) if true else float(abs(value))


@pytest.mark.parametrize("name", TARGETS)
def test_references_are_as_accurate_as_they_say_on_all_binades(name):
    x = inputs(name, 300, 1, FLOAT32)
    values = reference(TARGETS[name], x)
    worst = max(relative_error(name, p, v) for p, v in zip(x.tolist(), values.tolist(), strict=True))
    assert worst <= REFERENCES[name].accuracy


@pytest.mark.parametrize("name", TARGETS)
def test_references_are_accurate_where_one_piece_meets_the_next(name):
    row = REFERENCES[name]
    # the logarithms end where they are not real any more
    ends = [end for end in (row.falls, row.rises) if math.isfinite(end) and not math.isnan(row.low)]
    joints = np.array([SERIES_LIMIT, -SERIES_LIMIT, *ends])
    x = np.concatenate([joints * (1 - 2.0**-20), joints, joints * (1 + 2.0**-20)])
    x = np.abs(x) if name in ("log", "log2") else x
    for point, value in zip(x.tolist(), reference(TARGETS[name], x).tolist(), strict=True):
        true = exact(name, point)
        # beyond doubles, infinity and zero are the nearest
        if abs(true) < 1e-320 or abs(true) > 1e308:
            assert value == float(true) or abs(value - float(true)) < 1e-300
        else:
            assert abs(value - true) <= row.accuracy * abs(true)


INF, NAN = math.inf, math.nan
ENDS = {  # at -inf, -0, 0, inf: ISO C annex F, and the limits where it is silent
    "exp2": (0.0, 1.0, 1.0, INF),
    "exp": (0.0, 1.0, 1.0, INF),
    "log2": (NAN, -INF, -INF, INF),
    "log": (NAN, -INF, -INF, INF),
    "sin": (NAN, -0.0, 0.0, NAN),
    "cos": (NAN, 1.0, 1.0, NAN),
    "tanh": (-1.0, -0.0, 0.0, 1.0),
    "erf": (-1.0, -0.0, 0.0, 1.0),
    "sigmoid": (0.0, 0.5, 0.5, 1.0),
    "gelu": (-0.0, -0.0, 0.0, INF),
    "expm1": (-1.0, -0.0, 0.0, INF),
    "log1p": (NAN, -0.0, 0.0, INF),
}


@pytest.mark.parametrize("name", TARGETS)
def test_infinities_nan_and_signed_zeros_are_those_of_the_standard(name):
    values = reference(TARGETS[name], np.array([-INF, -0.0, 0.0, INF, NAN]))
    expected = np.array([*ENDS[name], NAN])
    np.testing.assert_array_equal(values, expected)
    np.testing.assert_array_equal(np.signbit(values[~np.isnan(values)]), np.signbit(expected[~np.isnan(expected)]))


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in ("log", "log2")])
def test_pieces_give_what_one_point_alone_gives(name):
    x = inputs(name, 200, 2, FLOAT32)
    alone = [float(reference(TARGETS[name], np.array([point]))[0]) for point in x]
    # NumPy's vectorised functions may differ from its scalar ones by a unit of a double
    np.testing.assert_allclose(reference(TARGETS[name], x), alone, rtol=1e-15)


def test_the_functions_compared_with_are_the_targets():
    assert set(FUNCTIONS) == set(TARGETS) == set(REFERENCES)
