from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import EXPONENTIAL
from runs.synthesis.adaptive import Adaptive, adaptive
from runs.synthesis.curator import TableCurator
from runs.synthesis.measured import Measured
from runs.synthesis.private_table import PrivateTable
from runs.synthesis.problem import job_problem
from runs.synthesis.schema_file import read_schema
from runs.synthesis.workload import full_entries
from tests.runs.synthesis.toy import toy_job

TABLE = np.zeros((20, 3), np.int32)
"""A table that is always red, of size 1 and not sold."""


def plan(inputs: Path, changes: dict[str, Any] | None = None, **options: Any) -> Adaptive:
    job = toy_job(inputs, changes=changes, mechanism="adaptive", **options)
    return adaptive(job, read_schema(inputs / "schema.toml"), full_entries(job.queries))


@pytest.fixture
def ledger(inputs: Path) -> Iterator[Ledger]:
    job = toy_job(inputs, mechanism="adaptive", epsilon=100.0)
    schema = read_schema(inputs / "schema.toml")
    table = PrivateTable(inputs / "data.csv", schema)
    with Ledger(inputs, job_problem(job, schema).terms(table.digest(inputs))) as opened:
        yield opened


def rounds_of(
    mechanism: Adaptive, ledger: Ledger, inputs: Path, former: NDArray[np.int32] = TABLE
) -> list[tuple[Measured, ...]]:
    table = PrivateTable(inputs / "data.csv", read_schema(inputs / "schema.toml"))
    curator = TableCurator(table, ledger, mechanism.queries)
    held: list[Measured] = []
    found = [mechanism.measurements_of_round(0, curator, held, None, 0.0)]
    while found[-1]:
        held += found[-1]
        found.append(mechanism.measurements_of_round(len(found), curator, held, former, 60.0))
    return found


def test_one_ways_come_first_then_selections_until_the_budget_is_spent(inputs: Path, ledger: Ledger) -> None:
    changes = {"mechanism": {"rounds": 2, "queries_per_round": 2, "start_share": 0.2, "selection_share": 0.25}}
    mechanism = plan(inputs, changes, epsilon=100.0)
    found = rounds_of(mechanism, ledger, inputs)
    ids = [[measured.release_id for measured in part] for part in found]
    assert ids == [["0-0", "0-1", "0-2"], ["1-0", "1-1"], ["2-0", "2-1"], []]
    budget = mechanism.budget.rho
    first = sum(release.rho for release in ledger.text.releases if release.id.startswith("0-"))
    selections = sum(release.rho for release in ledger.text.releases if release.mechanism.name == EXPONENTIAL)
    assert first == pytest.approx(0.2 * budget, rel=1e-6)
    assert selections == pytest.approx(0.25 * 0.8 * budget, rel=1e-6)
    assert ledger.text.spent == pytest.approx(budget, rel=1e-6)
    assert ledger.text.spent <= budget * (1 + 1e-9)
    assert mechanism.rounds == 3


def test_what_the_table_answers_worst_is_selected_where_noise_is_small(inputs: Path, ledger: Ledger) -> None:
    changes = {"mechanism": {"rounds": 1, "queries_per_round": 1, "selection_share": 0.5}}
    former = PrivateTable(inputs / "data.csv", read_schema(inputs / "schema.toml")).codes.copy()
    former[:, 0] = (former[:, 0] + 1) % 3
    found = rounds_of(plan(inputs, changes, epsilon=100.0), ledger, inputs, former)
    # only (size, sold) is right in every row
    assert [measured.measurement.query.name for measured in found[1]] != ["marginal(size, sold)"]


def test_the_same_rounds_again_cost_nothing_and_say_the_same(inputs: Path, ledger: Ledger) -> None:
    found = rounds_of(plan(inputs, epsilon=100.0), ledger, inputs)
    releases = ledger.text.releases
    (inputs / "data.csv").unlink()
    again = rounds_of(plan(inputs, epsilon=100.0), ledger, inputs)
    assert ledger.text.releases == releases
    assert len(found) == len(again) > 2
    for one, other in zip(sum(found, ()), sum(again, ()), strict=True):
        assert one.measurement.query.name == other.measurement.query.name
        np.testing.assert_array_equal(one.measurement.answers, other.measurement.answers)


def test_the_preview_adds_up_to_the_budget(inputs: Path) -> None:
    mechanism = plan(inputs)
    costs = mechanism.costs()
    assert sum(cost.rho for cost in costs) == pytest.approx(mechanism.budget.rho)
    assert costs[-1].what == "up to 3 of 3 queries in each of up to 8 rounds, selected"


def test_what_cannot_be_selected_is_refused(inputs: Path) -> None:
    with pytest.raises(ValueError, match=r"tables of cells, which threshold.* is not; use one_shot"):
        plan(inputs, queries=["thresholds:3"])
    with pytest.raises(ValueError, match="pld is for one shot"):
        plan(inputs, {"privacy": {"accounting": "pld"}})
