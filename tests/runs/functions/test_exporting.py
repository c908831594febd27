import math
from pathlib import Path

import numpy as np
import pytest

from evaluators.targets import make_target, target
from runs.functions.exporting import double_ends, evidence, float64_error
from runs.functions.run import FunctionRun
from tests.runs.functions.made_run import make_run


@pytest.fixture
def run(tmp_path: Path) -> FunctionRun:
    return FunctionRun(make_run(tmp_path / "run"))


def test_the_evidence_states_what_the_run_knows(run: FunctionRun) -> None:
    found = run.program("3ops")
    known = evidence(found)
    x = np.linspace(0, 1, 5001)
    worst = float(np.max(np.abs(found(x) / 2**x - 1)))
    assert known.proven_bound is not None
    assert known.measured_error == pytest.approx(worst, rel=1e-6)
    assert worst * (1 - 1e-9) <= known.proven_bound <= 1.1 * worst
    assert (known.name, known.program, known.seed, known.run) == ("exp2", "5", 7, "run")
    assert "--seed=7" in known.command


def test_the_double_precision_error_is_that_of_a_plain_scan(run: FunctionRun) -> None:
    found = run.program("3ops")
    x = np.linspace(0, 1, 5001)[1:]
    assert float64_error(found) == pytest.approx(float(np.max(np.abs(found(x) / 2**x - 1))), rel=1e-6)


@pytest.mark.parametrize("text", ["0.1,pi/4", "1/3,2/3", "0,1", "-1/3,sqrt(2)"])
def test_ends_are_the_outermost_doubles_inside(text: str) -> None:
    import flint

    low, high = double_ends(make_target("x + 3", text))
    flint.ctx.prec = 200
    lower, upper = make_target("x + 3", text).ends()
    assert flint.arb(low) >= lower.mid() - 1e-50
    assert flint.arb(math.nextafter(low, -math.inf)) < lower
    assert flint.arb(high) <= upper.mid() + 1e-50
    assert flint.arb(math.nextafter(high, math.inf)) > upper
    flint.ctx.prec = 53


def test_an_open_end_is_left_out() -> None:
    from dataclasses import replace

    closed = replace(target("exp2"), open_lower=False)
    assert double_ends(closed)[0] == 0.0
    assert double_ends(replace(closed, open_lower=True))[0] == math.nextafter(0.0, 1.0)
