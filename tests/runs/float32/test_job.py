import math
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from runs.float32.job import Float32FunctionsJob
from runs.job.source import command, job_data, load_job, make_job, resolved, resumed

JOB = """
[target]
function = "tanh"
domain = [-1, "inf"]
format = "bfloat16"
[islands]
islands = 2
[protocols]
sample_slack = 2.0
[search]
seed = 4
"""


def float32_job(**options: Any) -> Float32FunctionsJob:
    job = make_job("float32", **options)
    assert isinstance(job, Float32FunctionsJob)
    return job


def test_a_job_file_with_a_target_is_of_machine_programs_and_survives_toml(tmp_path: Path) -> None:
    (tmp_path / "job.toml").write_text(JOB)
    job = load_job(tmp_path / "job.toml", max_ulp=0.75)
    assert isinstance(job, Float32FunctionsJob)
    assert (job.target.function, job.target.ends, job.target.max_ulp) == ("tanh", (-1.0, math.inf), 0.75)
    assert (job.title, job.protocols.sample_slack, job.search.seed) == ("tanh-bfloat16", 2.0, 4)
    # a section that says little keeps the kind's own defaults, not the engine's
    assert (job.islands.islands, job.islands.batch_size) == (2, float32_job(function="exp2").islands.batch_size)
    (tmp_path / "again.toml").write_text(tomli_w.dumps(job_data(resolved(job))))
    assert load_job(tmp_path / "again.toml") == resolved(job)


def test_the_command_repeats_the_job() -> None:
    options = {"function": "sin", "domain": ["-1", "0.5"], "cost": "static", "check": "best", "seed": 3, "minutes": 2}
    job = float32_job(**options, schemes=["polynomial", "rational"])
    assert command(job) == (
        "primordia search float32 --function=sin --domain=-1,0.5 --schemes=polynomial,rational --cost=static "
        "--check=best --seed=3 --minutes=2.0"
    )


def test_both_names_call_it() -> None:
    assert float32_job(function="exp") == make_job("float32_functions", function="exp")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"\[target\] needs a function; give one, such as --function exp2"),
        ({"function": "exp", "domain": ["0"]}, r"domain must be two ends, lower and upper, not \['0'\]"),
        ({"function": "exp", "max_ulp": 0.4}, r"max_ulp must be at least 0.5, which correct rounding leaves, not 0.4"),
        ({"function": "exp", "domain": ["0", "pi"]}, "domain must be of numbers such as -1,0.5, not 'pi'"),
        ({"function": "exp", "domain": ["nan", "1"]}, "domain must be of numbers such as -1,0.5, not 'nan'"),
        ({"function": "exp", "format": "float64"}, "format must be one of float32, bfloat16, float16, not 'float64'"),
        ({"function": "exp", "cost": "measured"}, "model must be one of weights, static, not 'measured'"),
        ({"function": "exp", "error": "relative"}, "a float32_functions search has no option --error"),
        ({"function": "exp", "islands": 0}, "islands must be at least 1, not 0"),
    ],
)
def test_what_cannot_be_searched_is_one_line(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        float32_job(**options)
    assert "\n" not in str(caught.value)


def test_a_resume_changes_the_budget_and_nothing_else() -> None:
    job = resolved(float32_job(function="exp", minutes=1, seed=3))
    assert resumed(job, {"minutes": 9}).budget.minutes == 9
    with pytest.raises(ValueError, match="has no option 'max_ulp'"):
        resumed(job, {"max_ulp": 2.0})


def test_lists_of_runs_have_the_least_cost() -> None:
    job = float32_job(function="exp")
    assert job.figure_text(min(map(job.figure, [(9.5, 0.8), (8.0, 0.9)]))) == "8 slots"
