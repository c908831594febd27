from pathlib import Path

import pytest

import primordia
from runs.dispatch import open_run
from runs.functions.run import FunctionRun
from runs.synthesis.run import SynthesisRun
from runs.synthesis.session import start
from tests.runs.synthesis.toy import toy_job


@pytest.fixture
def run(inputs: Path) -> SynthesisRun:
    return start(toy_job(inputs))


def test_a_run_is_opened_by_its_kind(run: SynthesisRun) -> None:
    assert isinstance(open_run(run.path), SynthesisRun)
    assert isinstance(primordia.open_run(run.path), SynthesisRun)
    with pytest.raises(ValueError, match="is one of synthetic_data, this needs one of real_functions"):
        FunctionRun(run.path)


def test_a_run_knows_its_files_without_the_private_table(run: SynthesisRun, inputs: Path) -> None:
    (inputs / "data.csv").unlink()
    again = SynthesisRun(run.path)
    assert again.table_path == run.path / "synthetic.parquet"
    assert again.ledger_folder == run.path
    assert len(again.ledger.releases) == len(again.problem.queries) == 3
    assert again.schema.names == ("colour", "size", "sold")
    assert again.codes.shape == (30, 3)
    assert again.table().count_rows() == 6


def test_a_shared_ledger_lies_where_the_job_says(inputs: Path) -> None:
    run = start(toy_job(inputs, ledger=str(inputs / "shared" / "ledger.jsonl")))
    assert run.ledger_folder == inputs / "shared"
    assert not (run.path / "ledger.jsonl").exists()
    assert len(run.ledger.releases) == 3


def test_it_has_one_table_and_nothing_to_compare_with(run: SynthesisRun) -> None:
    for call in (lambda: run.view("7"), lambda: run.export("7", "python"), lambda: run.report([run.path])):
        with pytest.raises(ValueError, match=r"one (table|run)"):
            call()


def test_it_is_listed_beside_the_others(run: SynthesisRun) -> None:
    from runs.command.listing import list_runs

    line = next(line for line in list_runs(run.path.parent) if line.startswith(str(run.path)))
    assert "the evolution came to its end" in line
