import io
from pathlib import Path

from rich.console import Console

from runs.synthesis.session import start
from tests.runs.synthesis.toy import toy_job


def test_a_run_is_shown_with_what_it_claims_and_spent(inputs: Path) -> None:
    run = start(toy_job(inputs))
    console = Console(file=io.StringIO(), width=200, record=True)
    console.print(run.view())
    text = console.export_text()
    for expected in (
        "30 rows x 3 columns, normalized loss", "6 candidates in 0:0", "seed 5", "(2, 1e-06)-differential privacy",
        "Spent rho =", "marginal(colour, size) and 2 more", "100.0%",
    ):  # fmt: skip
        assert expected in text
    assert run.headline.startswith("the evolution came to its end: 30 rows x 3 columns")


def test_a_run_without_a_table_says_so(inputs: Path) -> None:
    run = start(toy_job(inputs))
    (run.path / "checkpoint" / "current.json").unlink()
    empty = type(run)(run.path)
    assert "no table yet" in empty.headline
    assert empty.results() is None
