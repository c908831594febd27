from typing import Any

import pytest

from evaluators.float32_functions.targets import target
from runs.float32.problem import domain_text, job_problem
from search_spaces.float32_functions.space import Float32Functions
from tests.runs.float32.test_job import float32_job


def test_the_recipes_build_what_the_job_says() -> None:
    job = float32_job(function="exp", domain=["-1", "2"], schemes=["polynomial"], max_operations=9, format="bfloat16")
    problem = job_problem(job)
    assert problem.space.build() == Float32Functions("exp", ("polynomial",), 9, "bfloat16")
    assert problem.target == target("exp", -1.0, 2.0)
    assert problem.evaluator.build().objectives == problem.objectives


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"domain": ["1.00000001", "1.00000002"]}, r"1.00000001,1.00000002 holds fewer than two numbers of float32"),
        ({"domain": ["3.5e38", "1e39"]}, r"holds fewer than two numbers of float32; give a wider one"),
        ({"max_operations": 1}, "draws a program of at most 1 operations; raise max_operations"),
    ],
)
def test_what_no_program_could_be_found_for_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        job_problem(float32_job(**{"function": "tanh", **options}))


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"function": "exp"}, "exp in float32 on all inputs, error at most 1 ULP"),
        ({"function": "sin", "max_ulp": 0.6}, "sin in float32 on [-8192, 8192] and NaN, error at most 0.6 ULP"),
        ({"function": "exp", "domain": [0, 0.1]}, "exp in float32 on [0, 0.1], error at most 1 ULP"),
        ({"function": "exp", "domain": ["-inf", 0]}, "exp in float32 on [-inf, 0], error at most 1 ULP"),
    ],
)
def test_titles(options: dict[str, Any], title: str) -> None:
    assert job_problem(float32_job(**options)).title == title


def test_an_unknown_function_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown float32 function 'tanhh', did you mean 'tanh'"):
        job_problem(float32_job(function="tanhh"))


def test_the_whole_line_is_all_inputs() -> None:
    assert domain_text(target("exp")) == "all inputs"
