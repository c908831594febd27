import math
from pathlib import Path
from typing import Any

import pytest

from runs.privacy.accounting import epsilon_to_rho
from runs.synthesis.one_shot import OneShot, one_shot
from runs.synthesis.schema_file import read_schema
from runs.synthesis.workload import full_entries
from tests.runs.synthesis.toy import toy_job


def plan(inputs: Path, changes: dict[str, Any] | None = None, **options: Any) -> OneShot:
    job = toy_job(inputs, changes=changes, **options)
    return one_shot(job, read_schema(inputs / "schema.toml"), full_entries(job.queries))


def test_zcdp_spends_the_budget_at_one_noise_scale(inputs: Path) -> None:
    planned = plan(inputs, {"privacy": {"accounting": "zcdp"}})
    costs = planned.costs()
    rho = epsilon_to_rho(2.0, 1e-6)
    assert math.fsum(cost.rho for cost in costs) == pytest.approx(rho, rel=1e-9)
    assert math.fsum(cost.rho for cost in costs) <= rho
    # three marginals, in each of which a row is one cell
    expected = math.sqrt(3 / (2 * rho))
    assert [cost.mechanism.sigma for cost in costs] == 3 * [pytest.approx(expected, rel=1e-9)]
    assert [cost.answers for cost in costs] == [15, 6, 10]


def test_tables_of_cells_take_the_exact_distribution_and_less_noise(inputs: Path) -> None:
    noise = {
        accounting: plan(inputs, {"privacy": {"accounting": accounting}}).costs()[0].mechanism.sigma or 0.0
        for accounting in ("", "pld", "zcdp")
    }
    assert noise[""] == noise["pld"]
    assert 0.85 < noise["pld"] / noise["zcdp"] < 0.97


def test_replacing_a_row_takes_about_as_much_more_noise_as_it_moves_answers(inputs: Path) -> None:
    less, more = (plan(inputs, neighbours=name).costs()[0].mechanism.sigma for name in ("add_remove", "replace"))
    assert less and more
    assert more / less == pytest.approx(math.sqrt(2), rel=1e-3)


@pytest.mark.parametrize("options", [{"queries": ["thresholds:3"]}, {"delta": 1e-12}, {"epsilon": 1e-6}])
def test_what_pld_is_not_for_falls_back_to_zcdp(inputs: Path, options: dict[str, Any]) -> None:
    assert plan(inputs, **options).budget.accounting == "zcdp"


def test_rows_are_counted_only_where_their_number_is_private(inputs: Path) -> None:
    assert [query.kind for query in plan(inputs, queries=["thresholds:3"]).queries] == ["thresholds", "marginals"]
    assert [query.kind for query in plan(inputs, queries=["thresholds:3"], neighbours="replace").queries] == [
        "thresholds"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mechanism": {"rounds": 3}}, r"\[mechanism\] one_shot measures everything at once, so it has no rounds"),
        ({"mechanism": {"start_share": 0.1}}, "so it has no start_share; leave it out"),
    ],
)
def test_settings_of_rounds_are_refused(inputs: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan(inputs, changes)


def test_pld_for_other_queries_is_refused_by_name(inputs: Path) -> None:
    with pytest.raises(ValueError, match=r"accounting pld is for tables of cells, which threshold.* is not; use zcdp"):
        plan(inputs, {"privacy": {"accounting": "pld"}}, queries=["marginals:1", "thresholds:3"])
