from pathlib import Path

import pytest

from evaluators.float32_functions.cost.measured import MeasureConfig
from runs.float32.run import Float32Run
from runs.float32.timing import time_program
from tests.runs.float32.made_run import make_run


@pytest.mark.slow
def test_two_operations_take_less_time_than_a_function_that_takes_twenty(tmp_path: Path) -> None:
    found = Float32Run(make_run(tmp_path / "run")).best()
    speed = time_program(found, MeasureConfig(widths=(256,), rounds=21))
    (timing,) = speed.timings
    assert (speed.peer, speed.genome, timing.width) == ("jnp.exp2", found.genome, 256)
    assert timing.low <= timing.ratio <= timing.high
    assert timing.ratio == pytest.approx(timing.peer_nanoseconds / timing.nanoseconds)
    assert timing.ratio > 1
