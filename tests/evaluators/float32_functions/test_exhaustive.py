import json
import math
from dataclasses import replace

import numpy as np
import pytest

from evaluators.float32_functions.compiled import compile_program
from evaluators.float32_functions.exhaustive import CheckResult, chunks, read_target
from evaluators.float32_functions.input_order import domain_places
from evaluators.float32_functions.targets import TARGETS, target
from primitives.float_format import FLOAT32, FORMATS
from tests.evaluators.float32_functions.exact_functions import exact
from tests.evaluators.float32_functions.machine_programs import exp2_program
from tests.evaluators.float32_functions.whole_check import whole_check

FLOAT16 = FORMATS["float16"]


def float16_exp(x):
    with np.errstate(over="ignore"):
        return np.exp(x.astype(np.float32)).astype(np.float16)


@pytest.mark.parametrize("name", ["exp", "sin"])
def test_chunks_cover_the_domain_once_and_know_their_neighbours(name):
    parts = chunks(TARGETS[name], FLOAT16, 1000)
    covered = [at for part in parts for at in part.places]
    assert covered == [at for whole in domain_places(TARGETS[name], FLOAT16) for at in whole]
    belongs = set(covered)
    assert all(part.follows == (part.places.start - 1 in belongs) for part in parts)
    assert max(len(part.places) for part in parts) == 1000


def test_a_library_is_measured_on_every_float16_there_is():
    result = whole_check(float16_exp, TARGETS["exp"], FLOAT16, flush=False)
    assert result.figures.inputs == 2**16
    assert result.specials_ok
    assert 0.5 <= result.max_ulp < 0.502
    value, true = float(float16_exp(np.float16(result.where))), exact("exp", result.where)
    unit = 2.0 ** (max(math.floor(math.log2(true)), -14) - 10)
    assert float(abs(value - true)) / unit == pytest.approx(result.max_ulp)
    assert result.arithmetic == "kept"


def test_a_program_is_measured_as_compiled():
    program = exp2_program()
    result = whole_check(compile_program(program), target("exp2", 0.75, 0.76), FLOAT32, flush=True)
    x = np.arange(*np.float32([0.75, 0.76]).view(np.int32), dtype=np.int32).view(np.float32)
    got = np.asarray(compile_program(program)(x)).astype(np.float64)
    assert result.max_ulp == pytest.approx(np.abs(got - np.exp2(x.astype(np.float64))).max() * 2**23, rel=1e-6)
    assert result.arithmetic == "flushed"


def test_a_result_survives_json():
    result = replace(whole_check(lambda x: x, TARGETS["gelu"], FLOAT16, flush=False), environment={"jax": "1"})
    read = CheckResult.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False)))
    assert repr(read) == repr(result)
    assert read.target == TARGETS["gelu"]


def test_targets_are_read_from_plain_data():
    assert read_target({"name": "exp", "lower": "-inf", "upper": 1, "nan": False, "direction": 1}) == replace(
        TARGETS["exp"], upper=1.0, nan=False
    )
