import math

import numpy as np
import pytest

from evaluators.float32_functions.input_order import domain_places, inputs, place
from evaluators.float32_functions.targets import TARGETS, target
from primitives.float_format import FLOAT32, FORMATS

HALVES = [FORMATS["float16"], FORMATS["bfloat16"]]


@pytest.mark.parametrize("fmt", HALVES, ids=lambda fmt: fmt.name)
def test_every_number_has_one_place_and_numbers_ascend(fmt):
    numbers = inputs(fmt, range(2**fmt.bits))
    assert len(np.unique(numbers.view(f"uint{fmt.bits}"))) == 2**fmt.bits
    with np.errstate(invalid="ignore"):
        values = numbers.astype(np.float64)
    finite = values[np.isfinite(values)]
    assert (np.diff(finite) >= 0).all()
    # equal neighbours are the two zeros alone, the negative one first
    (twin,) = np.flatnonzero(finite[1:] == finite[:-1])
    assert list(np.signbit(finite[twin : twin + 2])) == [True, False]


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_a_number_is_found_at_its_place(fmt):
    for value in (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, fmt.largest, -fmt.smallest_normal):
        at = place(value, fmt)
        found = float(inputs(fmt, range(at, at + 1))[0])
        assert (found, math.copysign(1, found)) == (value, math.copysign(1, value))


def test_neighbours_are_those_that_numpy_knows():
    for value in (-3.0, -1e-45, 1.0, 7.5e10):
        at = place(float(np.float32(value)), FLOAT32)
        before, _, after = inputs(FLOAT32, range(at - 1, at + 2))
        assert before == np.nextafter(np.float32(value), np.float32(-math.inf))
        assert after == np.nextafter(np.float32(value), np.float32(math.inf))


@pytest.mark.parametrize("fmt", HALVES, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize(
    "chosen",
    [
        *TARGETS.values(),
        target("exp", 0, 1),
        target("exp", -1, 0),
        target("exp", 0.1, 0.7),
        target("exp", -math.inf, -0.3),
    ],
    ids=lambda chosen: f"{chosen.name},{chosen.lower:g},{chosen.upper:g}",
)
def test_a_domain_is_the_inputs_that_belong_to_it(chosen, fmt):
    everything = inputs(fmt, range(2**fmt.bits))
    places = [at for part in domain_places(chosen, fmt) for at in part]
    assert places == np.flatnonzero(chosen.contains(everything)).tolist()
