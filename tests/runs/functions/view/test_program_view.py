import io
from pathlib import Path

import pytest
from rich.console import Console

from runs.functions.run import FunctionRun
from runs.functions.view.program_view import program_view
from runs.functions.view.run_view import run_view, savings_text
from tests.runs.functions.made_run import make_run


@pytest.fixture
def run(tmp_path: Path) -> FunctionRun:
    return FunctionRun(make_run(tmp_path / "run"))


def _text(renderable: object) -> str:
    console = Console(file=io.StringIO(), width=200, record=True)
    console.print(renderable)
    return console.export_text()


def test_a_program_is_shown_with_all_that_is_known_of_it(run: FunctionRun) -> None:
    text = _text(program_view(run, "3ops"))
    for expected in (
        "program 5 of", "max relative error 1.000000e-2", "(x + 2.9)/(2.9 - x)", "v1 = x + c0", "v3 = v1 / v2",
        "= 0x1.7333333333333p+1 + 0x0.0p+0", "+2.632e-02 |", "crossover", "from 3, 0", "from nothing",
    ):  # fmt: skip
        assert expected in text


def test_measured_and_proven_are_shown_once_known(run: FunctionRun) -> None:
    assert ", proven " not in _text(program_view(run, "5"))
    assert "measured 2.631579e-2, proven 2.631579e-2" in _text(program_view(run.prove(), "5"))


def test_a_run_is_shown_with_front_verdicts_and_savings(run: FunctionRun) -> None:
    text = _text(run_view(run))
    for expected in ("seed 7", "6 candidates in 0:02", "1.000e-2", "rejected:pole", "16.7%", "candidates"):
        assert expected in text


def test_savings_are_counted() -> None:
    counts = {"scored": 50, "duplicate": 25, "rejected:pole": 20, "rejected:input": 5}
    assert savings_text(counts) == "the cache saved 25 evaluations (25.0%), the protocols 25 (25.0%)"
    assert "0 evaluations" in savings_text({})
