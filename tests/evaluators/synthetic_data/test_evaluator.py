from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.verdict import Status
from evaluators.queries import build_queries
from evaluators.synthetic_data.evaluator import TableEvaluator, build
from evaluators.synthetic_data.settings import OBJECTIVES, EvolutionConfig
from search_spaces.synthetic_data.table import Table
from tests.evaluators.synthetic_data.problems import (
    DATA,
    FLAG,
    KIND,
    broken,
    energy,
    measured,
    random_codes,
    schema_of,
)


def _evaluator(**changes: Any) -> TableEvaluator:
    return TableEvaluator(schema_of(), measured(random_codes(90, 99), 2.0), 90.0, EvolutionConfig(**changes))


def test_the_score_is_that_of_the_table_returned_counted_in_plain_python() -> None:
    measurements, genome = measured(random_codes(90, 99), 2.0), Table(random_codes(60, 1))
    (evaluation,) = _evaluator().evaluate([genome], 3)
    codes = evaluation.genome.codes
    loss = 2 * energy(measurements, codes, 90) / sum(m.query.size for m in measurements)
    assert evaluation.verdict.status is Status.SCORED
    assert evaluation.verdict.objectives == (60, pytest.approx(loss, rel=1e-6))
    assert len(OBJECTIVES) == 2
    assert (codes != genome.codes).any()
    assert evaluation.potential == ()
    assert evaluation.metrics["sweeps"] == evaluation.genome.sweeps == 1


def test_the_largest_residual_is_in_rows() -> None:
    measurements, genome = measured(random_codes(90, 99), 2.0), Table(random_codes(90, 1))
    metrics = _evaluator().refine(genome).metrics
    errors = [np.abs(m.query.answers(genome.codes) - m.answers).max() for m in measurements]
    assert metrics["largest_residual_rows"] == max(errors)


def test_refining_scores_a_table_as_it_is() -> None:
    genome = Table(random_codes(60, 1), sweeps=5)
    evaluation = _evaluator().refine(genome)
    assert evaluation.genome is genome
    assert evaluation.verdict.status is Status.SCORED


def test_a_table_that_breaks_constraints_is_turned_away_by_how_many_rows_do() -> None:
    codes = random_codes(60, 1).copy()
    codes[:3, KIND], codes[:3, FLAG] = 0, 1
    genome, sound = Table(codes), Table(random_codes(60, 2))
    rejected, scored = _evaluator().evaluate([genome, sound], 0)
    assert rejected.verdict.status is Status.REJECTED
    assert rejected.verdict.protocol in TableEvaluator.protocols
    assert rejected.verdict.figure == broken(codes) == 3
    assert rejected.genome is genome
    assert scored.verdict.status is Status.SCORED


@pytest.mark.parametrize("preset", ["exact_moves", "private_gsd"])
def test_each_preset_lowers_the_loss_epoch_by_epoch(preset: str) -> None:
    evaluator, genome = _evaluator(preset=preset, sweeps=3, generations_per_sweep=60), Table(random_codes(60, 1))
    losses = [evaluator.refine(genome).verdict.objectives[1]]
    for key in range(3):
        (evaluation,) = evaluator.evaluate([genome], key)
        genome = evaluation.genome
        losses.append(evaluation.verdict.objectives[1])
    assert losses[0] > losses[1] > losses[2] > losses[3]
    assert genome.sweeps == 3
    assert ("converged" in evaluation.metrics) == (preset == "private_gsd")


def test_tables_of_several_sizes_may_be_scored_in_turn() -> None:
    evaluator = _evaluator()
    tables = [Table(random_codes(rows, 1)) for rows in (60, 50, 60)]
    first, second, third = evaluator.evaluate(tables, 0)
    assert [e.verdict.objectives[0] for e in (first, second, third)] == [60, 50, 60]
    assert first.genome == third.genome


def _arguments(folder: Path, **changes: Any) -> dict[str, Any]:
    specs, private = [{"kind": "marginals", "order": 2, "columns": ["kind", "flag"]}], random_codes(90, 99)
    (asked,) = build_queries(specs, schema_of())
    np.savez(folder / "0-0.npz", answers=asked.answers(private))
    answers = [{"query": asked.name, "path": str(folder / "0-0.npz"), "sigma": 1.0}]
    return {"schema": DATA, "queries": specs, "answers": answers, "private_rows": 90.0} | changes


def test_it_is_built_from_plain_data(tmp_path: Path) -> None:
    evaluator = build(**_arguments(tmp_path, evolution={"sweeps": 2, "sweeps_per_epoch": 2}))
    (evaluation,) = evaluator.evaluate([Table(random_codes(60, 1))], 0)
    private = Table(random_codes(90, 99))
    assert evaluator.refine(private).verdict.objectives == (90, 0)
    assert evaluation.genome.sweeps == 2
    assert evaluation.verdict.objectives[1] < evaluator.refine(Table(random_codes(60, 1))).verdict.objectives[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"queries": []}, "which the job does not ask"),
        ({"private_rows": 0.0}, "private_rows must be above 0, not 0.0"),
        ({"private_rows": float("nan")}, "private_rows must be above 0, not nan"),
        ({"evolution": {"preset": "annealing"}}, "preset must be one of"),
    ],
)
def test_mistakes_end_in_one_line(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(**_arguments(tmp_path, **changes))
