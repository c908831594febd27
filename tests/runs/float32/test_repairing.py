from pathlib import Path

import numpy as np
import pytest

from evaluators.float32_functions.targets import target
from runs.float32.repairing import mended, repair
from runs.float32.run import Float32Run
from search_spaces.float32_functions.typed_program import TypedProgram, decode, encode
from tests.runs.float32.made_run import CUBIC, make_run
from tests.runs.float32.test_check_facts import checked


def error_at(program: TypedProgram, x: float) -> float:
    """Returns the error in ULP for values in [1, 2), in float64 but for one rounding per operation."""
    value = np.float64(program.constants[0].value)
    for constant in program.constants[1:]:
        value = np.float64(np.float32(value * np.float64(x) + constant.value))
    return abs(float(value) - 2.0**x) * 2**23


@pytest.mark.slow
def test_the_inputs_that_failed_decide_the_constants() -> None:
    domain, failed = target("exp2", 0.25, 0.5), float(np.float32(0.43))
    genome, error = mended(encode(CUBIC), domain, [failed, float("inf")], 3, points=4096)
    program = decode(genome)
    assert program.instructions == CUBIC.instructions
    assert error < error_at(CUBIC, failed)
    assert error_at(program, failed) <= error * (1 + 1e-9)
    assert genome != encode(CUBIC)


@pytest.mark.slow
def test_a_repaired_program_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    run = Float32Run(make_run(tmp_path / "run", domain=["0.25", "0.5"]))
    before = run.best()
    checked(before, 2e6)
    after = repair(Float32Run(run.path).program(before.id), 1)
    assert [found.id for found in after.front] == [found.id for found in run.front]
    assert after.program(before.id).genome != before.genome
    assert after.program(before.id).check is None
    assert after.program(before.id).cost == before.cost
    assert '"event": "repair"' in (run.path / "events.jsonl").read_text()
