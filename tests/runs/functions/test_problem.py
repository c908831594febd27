import pytest

from evaluators.real_functions import RealFunctionEvaluator
from runs.functions.problem import job_problem, target_title
from runs.job.source import make_job
from search_spaces.real_functions import RealFunctions


def test_the_recipes_build_what_the_job_says() -> None:
    problem = job_problem(make_job("sin", operations=["add", "mul"], max_operations=5, domain=[0, "1/2"]))
    assert problem.space.build() == RealFunctions(("add", "mul"), 5)
    evaluator = problem.evaluator.build()
    assert isinstance(evaluator, RealFunctionEvaluator)
    assert evaluator.target == problem.target
    assert evaluator.objectives == problem.objectives


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"name": "sin"}, "sin on [0, pi/4], absolute error"),
        ({"name": "cos", "weight": "1 + x"}, "cos on [0, pi/4], relative error, weight 1 + x"),
        ({"function": "exp(-x**2)", "domain": [0, 0.1]}, "exp(-x**2) on [0, 0.1], relative error"),
    ],
)
def test_titles(options: dict[str, object], title: str) -> None:
    name = str(options.pop("name", ""))
    assert target_title(job_problem(make_job(name, **options)).target) == title
