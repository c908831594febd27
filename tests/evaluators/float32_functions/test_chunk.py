import itertools
import json
import math

import numpy as np
import pytest

from evaluators.float32_functions.chunk import BLOCK, ChunkCheck, Figures, merged
from evaluators.float32_functions.correct_rounding import correctly_rounded
from evaluators.float32_functions.exhaustive import plain_numbers
from evaluators.float32_functions.input_order import inputs, place
from evaluators.float32_functions.targets import TARGETS, target
from evaluators.float32_functions.ulp import flush_inputs
from primitives.float_format import FLOAT32, FORMATS
from tests.evaluators.float32_functions.exact_functions import exact

FLOAT16 = FORMATS["float16"]


def rounded(name: str, fmt=FLOAT32, flush: bool = False):
    """The best there is: every value correctly rounded."""
    return lambda x: correctly_rounded(TARGETS[name], flush_inputs(x, fmt) if flush else x, fmt)


def around(value: float, size: int, fmt=FLOAT32) -> range:
    return range(place(value, fmt) - size // 2, place(value, fmt) + size // 2)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("flush", [True, False])
def test_correctly_rounded_values_are_correct_to_half_a_unit_on_all_of_float16(name, flush):
    check = ChunkCheck(rounded(name, FLOAT16, flush), TARGETS[name], FLOAT16, flush)
    figures = check.measure(range(2**16), follows=False)
    assert figures.correct == figures.inputs == 2**16
    assert figures.max_ulp <= 0.5
    assert figures.infinite == figures.falls == 0


def test_figures_are_those_of_mpmath():
    chosen = target("exp", 0.5, 1.0)
    places = around(0.75, 400)
    x = inputs(FLOAT32, places)
    got = np.exp(x)
    true = [exact("exp", float(point)) for point in x]
    units = [float(abs(float(value) - value_true)) * 2.0**22 for value, value_true in zip(got, true, strict=True)]
    figures = ChunkCheck(np.exp, chosen, FLOAT32, flush=False).measure(places, follows=True)
    assert figures.inputs == 400
    assert figures.max_ulp == pytest.approx(max(units), rel=1e-6)
    assert figures.worst[0][1:] == (float(x[np.argmax(units)]), float(got[np.argmax(units)]))
    assert figures.mean_ulp == pytest.approx(np.mean(units), rel=1e-6)
    assert figures.correct == sum(unit <= 0.5 for unit in units)


def test_chunks_together_are_the_whole():
    def uneven(x):
        return np.tanh(x) * np.where(x.view(np.int32) % 5 == 0, np.float32(1 - 2.0**-20), np.float32(1))

    check = ChunkCheck(uneven, TARGETS["tanh"], FLOAT32, flush=False)
    places = around(1.0, 3 * BLOCK)
    cuts = [places.start, places.start + 77, places.start + BLOCK + 1, places.stop]
    parts = [check.measure(range(a, b), a > cuts[0]) for a, b in itertools.pairwise(cuts)]
    whole, together = check.measure(places, follows=False), merged(parts)
    assert whole.falls > 0
    for name in ("inputs", "infinite", "correct", "falls", "first_fall", "max_ulp"):
        assert getattr(together, name) == getattr(whole, name)
    assert together.mean_ulp == pytest.approx(whole.mean_ulp)
    assert together.worst[0] == whole.worst[0]


def test_a_step_the_wrong_way_is_found_between_blocks_and_chunks_too():
    chosen, start = target("exp", 1.0, 2.0), place(1.5, FLOAT32)
    first, second = inputs(FLOAT32, range(start, start + BLOCK + 1))[[0, -1]]

    def bent(x):
        # lower by far at the first input of each block
        return np.where((x == first) | (x == second), np.float32(1), np.exp(x))

    check = ChunkCheck(bent, chosen, FLOAT32, flush=False)
    figures = check.measure(range(start, start + 2 * BLOCK), follows=True)
    plain = ChunkCheck(np.exp, chosen, FLOAT32, flush=False).measure(range(start, start + 2 * BLOCK), follows=True)
    assert figures.falls >= 2 > plain.falls
    assert figures.first_fall == 1.5
    assert check.measure(range(start, start + BLOCK), follows=False).falls == figures.falls - 2


def test_functions_that_turn_are_held_to_the_way_that_they_go():
    places = around(-0.7517916, 2 * BLOCK)
    check = ChunkCheck(rounded("gelu"), TARGETS["gelu"], FLOAT32, flush=False)
    assert check.measure(places, follows=True).falls == 0
    upside_down = ChunkCheck(lambda x: -rounded("gelu")(x), TARGETS["gelu"], FLOAT32, flush=False)
    figures = upside_down.measure(range(place(1.0, FLOAT32), place(1.0, FLOAT32) + 1000), follows=False)
    assert figures.falls == 999


def test_nan_and_wrong_infinities_are_counted_apart():
    def broken(x):
        return np.where(x > 1.5, np.float32(math.nan), np.exp(x))

    start, stop = place(1.5, FLOAT32) - 10, place(1.5, FLOAT32) + 6
    figures = ChunkCheck(broken, TARGETS["exp"], FLOAT32, flush=False).measure(range(start, stop), follows=True)
    assert figures.infinite == 5
    assert figures.max_ulp == math.inf
    assert figures.worst[0][1] > 1.5
    assert figures.mean_ulp < 1


def test_figures_survive_json():
    figures = Figures(3, 1, 0.25, 2, 1, -0.0, ((math.inf, math.nan, -math.inf), (0.5, 1.0, 2.0)))
    read = Figures.from_dict(json.loads(json.dumps(plain_numbers(figures.to_dict()), allow_nan=False)))
    assert repr(read) == repr(figures)


def test_no_inputs_have_no_figures():
    nothing = merged([])
    assert math.isnan(nothing.max_ulp)
    assert math.isnan(nothing.mean_ulp)
    assert math.isnan(nothing.share_correct)
