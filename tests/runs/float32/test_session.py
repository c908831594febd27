from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from runs.float32 import session
from runs.float32.job import Float32FunctionsJob
from runs.float32.problem import Problem, job_problem
from runs.float32.run import Float32Run
from runs.folder.table import part_paths, read_parquet
from tests.runs.float32.test_job import float32_job


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def problem(job: Float32FunctionsJob) -> Problem:
        found = job_problem(job)
        return replace(found, evaluator=replace(found.evaluator, target="tests.runs.float32.toy:build", environment={}))

    monkeypatch.setattr(session, "job_problem", problem)
    yield


def job(path: Path, candidates: int, **options: Any) -> Float32FunctionsJob:
    small = float32_job(function="exp2", seed=5, workers=0, candidates=candidates, out=str(path), **options)
    return replace(small, islands=replace(small.islands, islands=2, generations_per_epoch=2, batch_size=8))


def content(path: Path) -> dict[str, list[Any]]:
    parts = [read_parquet(part).drop(["seconds", "figure"]) for part in part_paths(path / "evaluations")]
    table: dict[str, list[Any]] = pa.concat_tables(parts).to_pydict()
    return table


def test_a_search_ends_with_a_front_of_cheap_and_exact_programs(tmp_path: Path) -> None:
    run = session.start(job(tmp_path / "run", 200))
    assert run.status == "the budget of candidates was spent"
    assert run.progress.rows == 200
    table = content(run.path)
    points = [(c, e) for c, e in zip(table["cost"], table["max_ulp"], strict=True) if c is not None]
    best = {p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)}
    assert {(found.cost, found.max_ulp) for found in run.front} == best
    assert "sample" in set(table["protocol"])


def test_a_resumed_run_is_that_of_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = session.start(job(tmp_path / "whole", 150))
    session.start(job(tmp_path / "parts", 64))
    with pytest.raises(ValueError, match="is spent; give more, such as --minutes or --candidates"):
        session.resume(tmp_path / "parts", {})
    parts = session.resume(tmp_path / "parts", {"candidates": 150})
    assert content(parts.path) == content(whole.path)
    assert [found.genome for found in parts.front] == [found.genome for found in whole.front]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"function": "tanhh"}, "did you mean 'tanh'"),
        ({"schemes": ["lagrange"]}, "scheme 'lagrange' is none of those for exp2"),
        ({"strategy": "luck"}, "selection strategy 'luck' is not registered"),
        ({"export": ["fortran"]}, "language 'fortran' is unknown"),
        ({"domain": ["2", "1"]}, "is empty or reversed"),
    ],
)
def test_a_bad_job_leaves_no_folder(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    bad = float32_job(**{"function": "exp2", "workers": 0, "out": str(tmp_path / "bad"), **options})
    with pytest.raises(ValueError, match=message) as caught:
        session.start(bad)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "bad").exists()


def test_a_run_of_another_kind_is_refused(tmp_path: Path) -> None:
    from tests.runs.functions.made_run import make_run

    with pytest.raises(ValueError, match="is one of real_functions, this needs one of float32_functions"):
        Float32Run(make_run(tmp_path / "other"))
