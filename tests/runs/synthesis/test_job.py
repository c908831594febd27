from pathlib import Path

import pytest
import tomli_w

from runs.job.source import command, job_data, load_job, make_job, resolved, resumed
from runs.synthesis.job import SyntheticDataJob

JOB = """
[data]
path = "adult.csv"
schema = "schema.toml"
[privacy]
epsilon = 1
neighbours = "replace"
[[queries]]
kind = "marginals"
order = 3
[[queries]]
kind = "linear"
queries = [{ name = "old", where = { age = { lower = 65 } } }]
[table]
rows = 50_000
[evolution]
sweeps = 6
[search]
seed = 4
"""


@pytest.mark.parametrize("text", [JOB, JOB.replace("[search]", '[search]\nkind = "synthetic_data"')])
def test_a_job_file_with_private_data_is_of_synthetic_data(tmp_path: Path, text: str) -> None:
    (tmp_path / "job.toml").write_text(text)
    job = load_job(tmp_path / "job.toml", delta=1e-7)
    assert isinstance(job, SyntheticDataJob)
    assert (job.privacy.epsilon, job.privacy.delta, job.privacy.neighbours) == (1.0, 1e-7, "replace")
    assert job.queries[0] == {"kind": "marginals", "order": 3}
    assert (job.table.rows, job.evolution.sweeps, job.search.seed, job.title) == (50_000, 6, 4, "synthetic_data")
    (tmp_path / "again.toml").write_text(tomli_w.dumps(job_data(job)))
    assert load_job(tmp_path / "again.toml") == job


def test_a_run_of_synthetic_data_is_a_job_without_its_folder(tmp_path: Path) -> None:
    job = make_job("synthetic_data", epsilon=1.0, out="results/old", queries=["marginals:1"])
    own = {"primordia": {"format": 1, "search": "synthetic_data"}, "job": job_data(job)}
    (tmp_path / "run.toml").write_text(tomli_w.dumps(own))
    assert load_job(tmp_path / "run.toml") == make_job("synthetic_data", epsilon=1.0, queries=["marginals:1"])


def test_a_search_that_ends_by_itself_gets_no_budget() -> None:
    assert resolved(make_job("synthetic_data", epsilon=1.0)).budget.minutes is None


def test_the_command_repeats_the_job() -> None:
    options = {"data": "a b.csv", "epsilon": 0.5, "queries": ["marginals:1", "marginals:2"], "private_evaluation": True}
    job = make_job("synthetic_data", **options, trust_inferred_schema=True, out="x")
    assert command(job) == (
        "primordia search synthetic_data '--data=a b.csv' --trust-inferred-schema --epsilon=0.5 "
        "--queries=marginals:1,marginals:2 --private-evaluation"
    )
    assert command(make_job("synthetic_data", epsilon=0.5, queries=[{"kind": "marginals"}])) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "[privacy] needs an epsilon, the limit on what is revealed; give one, such as --epsilon 1"),
        ({"epsilon": 0.0}, "options: [privacy] epsilon must be above 0, not 0.0"),
        ({"epsilon": -1.0}, "[privacy] epsilon must be above 0, not -1.0"),
        ({"epsilon": 1.0, "delta": 1.0}, "[privacy] delta must be above 0 and below 1, not 1.0"),
        ({"epsilon": 1.0, "neighbours": "replacing"}, "[privacy] neighbours must be one of add_remove, replace"),
        ({"epsilon": 1.0, "rows": -1}, "[table] rows must be 0 or more, not -1"),
        ({"epsilon": 1.0, "format": "xls"}, "[table] format must be one of parquet, csv, not 'xls'"),
        ({"epsilon": 1.0, "preset": "fast"}, "[evolution] preset must be one of exact_moves, private_gsd, not 'fast'"),
        ({"epsilon": 1.0, "queries": []}, "options: queries must be one entry or more, not []"),
        ({"epsilon": 1.0, "queries": [3]}, "queries, item 1, must be a text or a table of keys, not 3"),
        ({"epsilon": 1.0, "islands": 0}, "[islands] count must be from 1 to 10,000, not 0"),
        (
            {"epsilon": 1.0, "domain": ["0", "1"]},
            "a synthetic_data search has no option --domain, which is one of",
        ),
        ({"epsilon": 1.0, "schema": "s.toml", "trust_inferred_schema": True}, "so leave trust_inferred_schema out"),
    ],
)
def test_a_bad_job_is_one_line_that_names_the_key(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        make_job("synthetic_data", **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_options_of_this_kind_are_refused_for_functions_and_a_misspelt_kind_is_suggested() -> None:
    with pytest.raises(ValueError, match=r"a real_functions search has no option --epsilon, which is one of synthetic"):
        make_job("exp2", epsilon=1.0)
    with pytest.raises(ValueError, match="search 'synthetic_dat' is unknown; did you mean 'synthetic_data'"):
        make_job("synthetic_dat")


def test_a_resume_changes_no_promise() -> None:
    job = resolved(make_job("synthetic_data", epsilon=1.0, minutes=3.0))
    assert resumed(job, {"candidates": 9, "workers": 0}).budget.minutes is None
    with pytest.raises(ValueError, match="resume of a synthetic_data run has no option 'epsilon'; known: minutes"):
        resumed(job, {"epsilon": 2.0})
    with pytest.raises(ValueError, match="has no option 'target_error'"):
        resumed(job, {"target_error": 0.1})
