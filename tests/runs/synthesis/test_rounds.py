from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluators.queries import build_queries
from evaluators.synthetic_data.measurement import Measurement
from runs.folder.checkpoint import Progress, Stage
from runs.synthesis.measured import Measured, of_round
from runs.synthesis.rounds import (
    candidates_to_the_end,
    evolution_config,
    is_evolved,
    island_config,
    island_rows,
    private_rows,
    round_candidates,
    round_seconds,
    search_config,
    table_rows,
)
from runs.synthesis.schema_file import read_schema
from search_spaces.synthetic_data.schema import schema_from_data
from tests.runs.synthesis.toy import toy_job


def progress(rows: int = 0, seconds: float = 0.0, stage: Stage | None = None) -> Progress:
    return Progress(1, rows, seconds, {}, (), stage or Stage())


@pytest.mark.parametrize(("sweeps", "per_epoch", "expected"), [(3, 1, 6), (12, 2, 12), (5, 2, 6), (1, 9, 2)])
def test_an_island_makes_all_its_sweeps(inputs: Path, sweeps: int, per_epoch: int, expected: int) -> None:
    job = toy_job(inputs, changes={"evolution": {"sweeps": sweeps, "sweeps_per_epoch": per_epoch}})
    assert candidates_to_the_end(job, 0) == expected
    assert island_config(job).epoch_size == 1
    assert is_evolved(job, progress(expected))
    assert not is_evolved(job, progress(expected - 1))


def test_later_rounds_make_half_the_sweeps_from_a_table_that_is_warm(inputs: Path) -> None:
    job = toy_job(inputs, changes={"evolution": {"sweeps": 7}})
    assert evolution_config(job, 0) == job.evolution
    later = evolution_config(job, 1)
    assert later.sweeps == 3
    assert job.evolution.first_inverse_temperature < later.first_inverse_temperature <= 3.0
    assert later.last_inverse_temperature == job.evolution.last_inverse_temperature
    assert is_evolved(job, progress(10, stage=Stage(1, 4, 0.0)))
    assert not is_evolved(job, progress(9, stage=Stage(1, 4, 0.0)))


def test_islands_are_tables_that_exchange_blocks_or_blocks_of_one_table(inputs: Path) -> None:
    populations = toy_job(inputs)
    assert island_rows(populations, 31) == 31
    assert island_config(populations).migrants == 1
    assert search_config(populations, progress(), 1).variation.crossover > 0
    blocks = toy_job(inputs, changes={"islands": {"count": 2, "layout": "row_blocks"}})
    assert island_rows(blocks, 31) == 16
    assert island_config(blocks).migrants == 0
    assert search_config(blocks, progress(), 1).variation.crossover == 0


@pytest.mark.parametrize(
    ("candidates", "stage", "expected"),
    [
        (None, Stage(2, 500), 2),
        (100, Stage(), 6),
        (9, Stage(), 3),
        (9, Stage(1, 3), 2),
        (9, Stage(2, 8), 1),
        (2, Stage(1, 1), 1),
        (1, Stage(1, 1), 1),
    ],
)
def test_rounds_share_what_is_left_of_the_candidates(
    inputs: Path, candidates: int | None, stage: Stage, expected: int
) -> None:
    job = toy_job(inputs, candidates=candidates)
    assert round_candidates(job, progress(stage=stage), 3) == expected
    assert search_config(job, progress(stage=stage), 3).budget.candidates == expected


def test_rounds_share_what_was_left_of_the_time_at_their_start(inputs: Path) -> None:
    job = toy_job(inputs, minutes=1.0)
    assert round_seconds(job, progress(), 3) == 20
    later = progress(seconds=35.0, stage=Stage(1, 6, 30.0))
    assert round_seconds(job, later, 3) == 15
    assert search_config(job, later, 3).budget.seconds == 10
    assert search_config(job, replace(later, seconds=50.0), 3).budget.seconds == 1e-9
    assert round_seconds(toy_job(inputs), later, 3) is None


def measured(inputs: Path, answers: list[Any], sigma: float) -> tuple[Measured, ...]:
    queries = build_queries([{"kind": "marginals", "order": 1}], read_schema(inputs / "schema.toml"))
    pairs = zip(queries, answers, strict=True)
    return of_round(0, [Measurement(query, np.array(found, np.int64), sigma) for query, found in pairs])


def test_the_number_of_rows_comes_from_noisy_answers_unless_it_is_public(inputs: Path) -> None:
    found = measured(inputs, [[10, 20, 30], [12, 12, 12, 12, 12], [40, 20]], 1.0)
    assert private_rows(toy_job(inputs), found) == pytest.approx(60)
    noisy = measured(inputs, [[-9, 0, 1], [-2, -3, 0, 0, 0], [-7, 1]], 1.0)
    assert private_rows(toy_job(inputs), noisy) == 1.0
    assert private_rows(toy_job(inputs, neighbours="replace", changes={"data": {"rows": 77}}), noisy) == 77


def test_the_synthetic_table_is_as_long_as_asked_or_as_the_private_one(inputs: Path) -> None:
    schema = read_schema(inputs / "schema.toml")
    assert table_rows(toy_job(inputs, rows=12), schema, 60.4) == 12
    assert table_rows(toy_job(inputs, rows=0), schema, 60.4) == 60
    ids = {"columns": {"id": {"kind": "integer", "lower": 1, "upper": 50, "unique": True}}}
    assert table_rows(toy_job(inputs, rows=0), schema_from_data(ids, "schema"), 60.4) == 50
