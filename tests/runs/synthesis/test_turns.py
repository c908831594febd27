from pathlib import Path
from typing import Any

import pytest

from runs.folder.run_folder import RunFolder
from runs.synthesis.problem import job_problem
from runs.synthesis.schema_file import read_schema
from runs.synthesis.turns import _Turns
from tests.runs.synthesis.toy import toy_job


def turns(inputs: Path, rows: int, **options: Any) -> _Turns:
    problem = job_problem(toy_job(inputs, **options), read_schema(inputs / "schema.toml"))
    return _Turns(RunFolder(inputs), problem, None, inputs, rows=rows)  # type: ignore[arg-type]


@pytest.mark.parametrize(("workers", "islands", "expected"), [(8, 3, 3), (2, 3, 2), (0, 3, 0)])
def test_there_are_no_more_workers_than_islands(inputs: Path, workers: int, islands: int, expected: int) -> None:
    assert turns(inputs, 30, workers=workers, islands=islands).worker_config().workers == expected


def test_large_tables_get_a_larger_store(inputs: Path) -> None:
    small, large = (turns(inputs, rows, islands=2).worker_config() for rows in (1_000, 10_000_000))
    assert small.object_store_bytes == 256 * 2**20
    assert large.object_store_bytes == 8 * 2 * 4 * 10_000_000 * 3
    assert large.candidate_timeout_seconds == 3600
