"""A whole search, and what it says of its winner by brute force with another library."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import primordia
from runs.float32.run import Float32Run


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_winner_has_the_error_that_its_check_says_on_every_input(tmp_path: Path) -> None:
    run = primordia.search(
        "float32", function="exp2", domain=["0.5", "1"], candidates=128, seed=1, workers=1, check="best",
        export=["numpy"], out=str(tmp_path / "run"),
    )  # fmt: skip
    assert isinstance(run, Float32Run)
    best = run.best()
    assert best.check is not None
    assert best.max_ulp <= 1.0
    path = run.path / f"exp2_float32_{best.id}_numpy.py"
    spec = importlib.util.spec_from_file_location("exported", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    first, last = np.array([0.5, 1.0], np.float32).view(np.int32)
    x = np.arange(first, last + 1, dtype=np.int32).view(np.float32)
    exact = np.exp2(x.astype(np.float64))
    # 2 is the first number of the next binade
    errors = np.abs(module.exp2(x).astype(np.float64) - exact) / np.where(exact < 2, 2.0**-23, 2.0**-22)
    assert best.check.figures.inputs == len(x) == 2**23 + 1
    assert best.max_ulp == pytest.approx(errors.max(), rel=1e-6)
    assert best.check.figures.share_correct == pytest.approx(np.mean(errors < 0.5), abs=1e-5)
    assert run.speed is not None
    assert run.speed.genome == best.genome
    assert (run.path / "report.html").exists()
