import math
from dataclasses import asdict
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.verdict import Status
from evaluators.float32_functions.cost.model import cost_model
from evaluators.float32_functions.evaluator import Float32Evaluator, build
from evaluators.float32_functions.interpreter import run_interpreted
from evaluators.float32_functions.targets import target
from search_spaces.float32_functions.space import Float32Functions
from tests.evaluators.float32_functions.typed_programs import exp2_program

FAST = {"survey_points": 5000, "dense_points": 20_000}
INNER = asdict(target("exp2", -125.0, 127.0))


@pytest.fixture(scope="module")
def evaluator() -> Float32Evaluator:
    return build(INNER, fit={"polish_batches": 40}, protocols=FAST)


def test_programs_of_growing_degree_are_rejected_and_then_scored_by_cost_and_error(evaluator: Any) -> None:
    evaluations = evaluator.evaluate([exp2_program(degree) for degree in (3, 6, 7)], 1)
    verdicts = [evaluation.verdict for evaluation in evaluations]
    assert [verdict.label for verdict in verdicts] == ["rejected:sample", "scored", "scored"]
    costs, errors = zip(*(verdict.objectives for verdict in verdicts[1:]), strict=True)
    assert costs == tuple(map(cost_model("weights"), [exp2_program(degree) for degree in (6, 7)]))
    assert all(0.5 < error < 1.0 for error in errors)


def test_a_score_holds_on_inputs_that_the_evaluator_did_not_see(evaluator: Any) -> None:
    (found,) = evaluator.evaluate([exp2_program()], 1)
    refined = evaluator.refine(found.genome)
    x = np.random.default_rng(5).uniform(-125, 127, 200_000).astype(np.float32)
    exact = np.exp2(x.astype(np.longdouble))
    ulp = np.exp2(np.floor(np.log2(exact)) - 23)
    error = float((np.abs(run_interpreted(refined.genome, x) - exact) / ulp).max())
    assert 0.9 * refined.verdict.objectives[1] < error < 1.15 * refined.verdict.objectives[1]


def test_refined_scores_are_final_and_carry_the_figures_of_the_protocols(evaluator: Any) -> None:
    (found,) = evaluator.evaluate([exp2_program()], 1)
    refined = evaluator.refine(found.genome)
    assert found.potential[1] <= found.verdict.objectives[1]
    assert refined.potential == ()
    assert refined.verdict.status is Status.SCORED
    assert {"compiled_differs", "dense_ulp"} <= refined.metrics.keys()
    assert set(found.seconds) == {"type_and_cost", "sample", "survey"}
    assert {"polish", "dense"} <= set(refined.seconds)
    assert all(seconds >= 0 for seconds in refined.seconds.values())


def test_refining_twice_gives_the_same(evaluator: Any) -> None:
    first, second = (evaluator.refine(exp2_program()) for _ in range(2))
    assert (first.genome, first.verdict, first.metrics) == (second.genome, second.verdict, second.metrics)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"format": "float64"}, "format must be one of float32, bfloat16, float16, not 'float64'"),
        ({"max_ulp": 0.3}, "max_ulp must be at least 0.5.*, not 0.3"),
        ({"cost": "measured"}, "needs a deterministic cost, not 'measured'"),
        ({"cost": "guess"}, "the cost must be one of"),
        ({"protocols": {"max_cost": 0.0}}, "max_cost must be at least 1"),
    ],
)
def test_what_cannot_be_evaluated_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(INNER, **arguments)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["exp2", "exp", "expm1", "log", "log2", "log1p", "sin", "cos"])
def test_schemes_reach_one_unit_on_the_whole_line(name: str) -> None:
    evaluator = build(asdict(target(name)))
    rng, space = Random(1), Float32Functions(name)
    genomes = [space.canonical(space.random(rng)) for _ in range(60)]
    scored = [e for e in evaluator.evaluate(genomes, 1) if e.verdict.status is Status.SCORED]
    assert scored
    best = min(scored, key=lambda evaluation: evaluation.verdict.objectives[1])
    refined = evaluator.refine(best.genome)
    assert refined.verdict.status is Status.SCORED
    assert refined.verdict.objectives[1] < 1.0
    x = np.random.default_rng(2).uniform(0.01, 80, 2000).astype(np.float32)
    exact = np.array([getattr(math, name)(value) for value in x.tolist()])
    ulp = np.exp2(np.floor(np.log2(np.abs(exact))) - 23)
    assert (np.abs(run_interpreted(refined.genome, x) - exact) / ulp).max() < 1.0
