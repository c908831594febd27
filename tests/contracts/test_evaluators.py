"""What every registered evaluator owes the engine."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.setup import Factory
from engine.verdict import Evaluation, Status
from evaluators import EVALUATORS
from evaluators.norm_act_layers.images_file import write_images
from evaluators.queries import build_queries
from search_spaces import SPACES
from search_spaces.synthetic_data.schema import schema_from_data
from search_spaces.synthetic_data.space import SMALL_SCHEMA, SyntheticData
from tests.evaluators.norm_act_layers.small_images import noise

REWRITING = {"synthetic_data"}
"""Evaluators that evolve what they are given: they return another genome.

All others return a genome of the fingerprint that they were given.
"""

FINAL = {*REWRITING, "norm_act_layers"}
"""Evaluators whose scores are final; all others may name a potential."""

SAMPLING = {"float32_functions": 0.35}
"""Evaluators that measure at few inputs first, and by how much a candidate may be worse or better at more of them: of
4,000 inputs, the worst has two thirds of the largest error."""


def function(_: Path) -> Mapping[str, Any]:
    target = {"name": "exp", "expression": "exp(x)", "lower": "0", "upper": "1", "metric": "relative"}
    return {"target": target, "fit": {"num_starts": 4}}


def machine_function(_: Path) -> Mapping[str, Any]:
    target = {"name": "exp2", "lower": 0.0, "upper": 1.0, "nan": False}
    return {
        "target": target,
        "fit": {"polish_batches": 40},
        "protocols": {"survey_points": 4000, "dense_points": 4000},
    }


def answers(folder: Path) -> Mapping[str, Any]:
    queries = [{"kind": "marginals", "order": 2, "groups": 4}, {"kind": "thresholds", "count": 3}]
    private = SyntheticData(rows=500).random(Random(1)).codes
    rows = []
    for i, query in enumerate(build_queries(queries, schema_from_data(SMALL_SCHEMA, "schema"))):
        path = folder / f"{i}.npz"
        np.savez(path, answers=query.answers(private))
        rows.append({"query": query.name, "path": str(path), "sigma": 2.0})
    return {"schema": SMALL_SCHEMA, "queries": queries, "answers": rows, "private_rows": 500.0}


def networks(folder: Path) -> Mapping[str, Any]:
    """Of the layers drawn, ReLU alone passes bounds as narrow as these; the network is of one block."""
    write_images(noise(train=16), folder / "images.npz")
    return {
        "images": str(folder / "images.npz"),
        "anchors": {"networks": ["vit"], "width": 1, "depth": 0.05, "engine": "compiled"},
        "recipe": {"steps": 2, "batch_size": 8, "padding": 0},
        "protocols": {"min_gain": 0.641, "max_gain": 0.642},
        "stability": {"steps": 2},
        "quality": {"steps": 0},
    }


ARGUMENTS: Mapping[str, Callable[[Path], Mapping[str, Any]]] = {
    "float32_functions": machine_function,
    "norm_act_layers": networks,
    "real_functions": function,
    "synthetic_data": answers,
}
"""Arguments on which each evaluator is tried; a newly registered one needs its own."""


@pytest.fixture(scope="module", params=sorted(EVALUATORS))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    name = request.param
    evaluator = Factory(EVALUATORS[name], ARGUMENTS[name](tmp_path_factory.mktemp(name))).build()
    return Factory(SPACES[name]).build(), evaluator


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
            assert all(map(math.isfinite, evaluation.metrics.values()))
            if space.name not in REWRITING:
                assert space.fingerprint(evaluation.genome) == space.fingerprint(genome)
        else:
            assert verdict.protocol in evaluator.protocols
    assert any(evaluation.verdict.status is Status.SCORED for evaluation in evaluations)


def test_a_rewritten_genome_is_valid_and_its_score_is_its_own(pair: tuple[Any, Any]) -> None:
    space, evaluator = pair
    if space.name not in REWRITING:
        pytest.skip(f"{space.name} returns what it is given")
    genomes, evaluations = evaluated(pair, 1)
    for evaluation in evaluations:
        assert evaluation.potential == ()
        assert space.decode(space.encode(evaluation.genome)) == evaluation.genome
        assert evaluator.refine(evaluation.genome).verdict == evaluation.verdict
    rewritten = [space.fingerprint(evaluation.genome) for evaluation in evaluations]
    assert all(space.fingerprint(genome) != after for genome, after in zip(genomes, rewritten, strict=True))


def test_equal_arguments_give_equal_evaluations(pair: tuple[Any, Any]) -> None:
    (_, first), (_, second) = evaluated(pair, 1), evaluated(pair, 1)
    assert [e.genome for e in first] == [e.genome for e in second]
    # NaN figures differ from themselves, but not as text
    assert [repr((e.verdict, e.metrics, e.potential)) for e in first] == [
        repr((e.verdict, e.metrics, e.potential)) for e in second
    ]


def test_an_empty_batch_gives_no_evaluations(pair: tuple[Any, Any]) -> None:
    assert pair[1].evaluate([], 1) == []


def test_refining_never_harms_and_seldom_reaches_beyond_the_potential(pair: tuple[Any, Any]) -> None:
    space, evaluator = pair
    if space.name in FINAL:
        pytest.skip(f"verdicts of {space.name} are final")
    _, evaluations = evaluated(pair, 1)
    beyond = tried = 0
    for evaluation in evaluations:
        if not evaluation.potential:
            continue
        refined = evaluator.refine(evaluation.genome).verdict
        if refined.status is Status.SCORED:
            before = evaluation.verdict.objectives
            noise = SAMPLING.get(space.name, 0.0)
            assert all(value <= old * (1.001 + noise) for value, old in zip(refined.objectives, before, strict=True))
            reachable = [low * (1 - noise) for low in evaluation.potential]
            beyond += any(value < low for value, low in zip(refined.objectives, reachable, strict=True))
            tried += 1
    assert tried > 5
    assert beyond <= tried // 5
