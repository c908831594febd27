import io
from pathlib import Path

import pytest
from rich.console import Console

from runs.float32.run import Float32Run
from runs.float32.speed import SPEED_FILE, write_speed
from tests.runs.float32.made_run import make_run
from tests.runs.float32.test_speed import SPEED


@pytest.fixture
def run(tmp_path: Path) -> Float32Run:
    return Float32Run(make_run(tmp_path / "run"))


def text_of(renderable: object) -> str:
    console = Console(file=io.StringIO(), width=200, record=True)
    console.print(renderable)
    return " ".join(console.export_text().split())


def test_a_run_is_shown_with_front_protocols_and_savings(run: Float32Run) -> None:
    text = text_of(run.view())
    for expected in (
        "exp2 in float32 on [-0.001, 0.001], error at most 1e+06 ULP",
        "seed 7",
        "3 turned away, which saved about 0:01 of work",
        "best 2 slots at 0.75 ULP",
        "sample 4 1 25.0%",
        "rejected:type_and_cost 1 14.3%",
        "2 0.75 3 fma(fma(0.24, x, 0.69), x, 1)",
    ):
        assert expected in text, expected


def test_the_speed_is_shown_once_it_is_known(run: Float32Run) -> None:
    assert "beside" not in text_of(run.view())
    write_speed(SPEED, run.path / SPEED_FILE)
    assert "beside jnp.tanh, arrays of 4,096: 0.200 against 0.600 ns" in text_of(Float32Run(run.path).view())


def test_a_program_is_shown_with_all_that_is_known_of_it(run: Float32Run) -> None:
    text = text_of(run.view("5"))
    for expected in (
        "program 5 of", "cost 3 slots, greatest error in the search 0.6 ULP",
        "v1 = fma(c0, x, c1)", "c2 = 0.693147 = 0x1.62e42ap-1, fitted",
        f"not checked; do so with: primordia check {run.path} 5",
        "as compiled: XLA's code differs from its operations rounded once each, on 0.25 of the inputs",
        "crossover 3 0.6 ULP from 3, 0", "random 2 0.8 ULP from nothing",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_curve_is_as_high_as_the_largest_error(run: Float32Run) -> None:
    lines = [line for line in str(run.view("5")).splitlines() if " |" in line]
    scale = float(lines[0].split("|")[0])
    x = 0.001
    cubic = 1 + x * (0.693147 + x * (0.240227 + x * 0.0555))
    assert scale == pytest.approx(abs(cubic - 2**x) * 2**23, abs=0.6)
    assert "-0.001" in str(run.view("5"))
