"""What every registered evaluator owes the engine."""

import math
from random import Random
from typing import Any

import pytest

from engine.setup import Factory
from engine.verdict import Evaluation, Status
from evaluators import EVALUATORS
from search_spaces import SPACES

ARGUMENTS = {
    "real_functions": {
        "target": {"name": "exp", "expression": "exp(x)", "lower": "0", "upper": "1", "metric": "relative"},
        "fit": {"num_starts": 4},
    }
}
"""Arguments on which each evaluator is tried; a newly registered one needs its own."""


@pytest.fixture(scope="module", params=sorted(EVALUATORS))
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    evaluator = Factory(EVALUATORS[request.param], ARGUMENTS[request.param]).build()
    return Factory(SPACES[request.param]).build(), evaluator


def evaluated(pair: tuple[Any, Any], key: int) -> tuple[list[Any], list[Evaluation[Any]]]:
    space, evaluator = pair
    rng = Random(7)
    genomes = [space.canonical(space.random(rng)) for _ in range(60)]
    return genomes, evaluator.evaluate(genomes, key)


def test_every_genome_gets_one_verdict_of_the_promised_shape(pair: tuple[Any, Any]) -> None:
    space, evaluator = pair
    genomes, evaluations = evaluated(pair, 1)
    assert len(evaluations) == len(genomes)
    for genome, evaluation in zip(genomes, evaluations, strict=True):
        verdict = evaluation.verdict
        assert verdict.status in (Status.SCORED, Status.REJECTED)
        if verdict.status is Status.SCORED:
            assert len(verdict.objectives) == len(evaluator.objectives)
            assert all(map(math.isfinite, verdict.objectives))
            assert space.fingerprint(evaluation.genome) == space.fingerprint(genome)
        else:
            assert verdict.protocol in evaluator.protocols
    assert any(evaluation.verdict.status is Status.SCORED for evaluation in evaluations)


def test_equal_arguments_give_equal_evaluations(pair: tuple[Any, Any]) -> None:
    assert repr(evaluated(pair, 1)) == repr(evaluated(pair, 1))


def test_an_empty_batch_gives_no_evaluations(pair: tuple[Any, Any]) -> None:
    assert pair[1].evaluate([], 1) == []


def test_refining_never_harms_and_seldom_reaches_beyond_the_potential(pair: tuple[Any, Any]) -> None:
    _, evaluator = pair
    _, evaluations = evaluated(pair, 1)
    beyond = tried = 0
    for evaluation in evaluations:
        if not evaluation.potential:
            continue
        refined = evaluator.refine(evaluation.genome).verdict
        if refined.status is Status.SCORED:
            before = evaluation.verdict.objectives
            assert all(value <= old * (1 + 1e-3) for value, old in zip(refined.objectives, before, strict=True))
            beyond += any(value < low for value, low in zip(refined.objectives, evaluation.potential, strict=True))
            tried += 1
    assert tried > 5
    assert beyond <= tried // 5
