from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from engine.isolation import Failure, evaluate_isolated
from engine.verdict import Evaluation, Status
from tests.engine.toys import BitsEvaluator


def test_the_guilty_are_found_and_the_rest_is_evaluated_in_one_call() -> None:
    genomes = ["000000000001", "101000000000", "000000000011", "111000000000", "000000000111"]
    noisy = BitsEvaluator({"^1.1": "raise"}, noise=0.5)
    evaluations, tracebacks = evaluate_isolated(noisy, genomes, key=5)
    assert set(tracebacks) == {1, 3}
    assert "second line" in tracebacks[1]
    assert evaluations[1].verdict.status is Status.CRASHED
    assert evaluations[1].verdict.cause == "ArithmeticError: cannot score 101000000000"
    innocent = [genomes[i] for i in (0, 2, 4)]
    assert [evaluations[i] for i in (0, 2, 4)] == BitsEvaluator(noise=0.5).evaluate(innocent, key=5)


def test_a_batch_that_only_raises_together_crashes_together() -> None:
    class Crowd(BitsEvaluator):
        def evaluate(self, genomes: Sequence[str], key: int) -> list[Evaluation[str]]:
            if len(genomes) > 1:
                raise MemoryError("too many")
            return super().evaluate(genomes, key)

    evaluations, tracebacks = evaluate_isolated(Crowd(), ["000000000001", "000000000010"], key=0)
    assert [evaluation.verdict.cause for evaluation in evaluations] == ["MemoryError: too many"] * 2
    assert set(tracebacks) == {0, 1}


def test_an_evaluator_that_breaks_its_contract_is_named() -> None:
    class Short(BitsEvaluator):
        def evaluate(self, genomes: Sequence[str], key: int) -> list[Evaluation[str]]:
            return super().evaluate(genomes[:-1], key)

    with pytest.raises(ValueError, match="evaluator Short must return one evaluation per genome, not 1 for 2"):
        evaluate_isolated(Short(), ["000000000001", "000000000010"], key=0)


def test_nothing_to_evaluate_needs_no_call() -> None:
    assert evaluate_isolated(BitsEvaluator({"": "raise"}), [], key=0) == ([], {})


def test_a_failure_survives_json() -> None:
    failure = Failure(Status.TIMED_OUT, "no sign of life for 2 s", made=True)
    assert Failure.from_data(json.loads(json.dumps(failure.to_data(12)))) == (12, failure)
    assert failure.verdict.label == "timed_out"
