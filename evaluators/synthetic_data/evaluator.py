"""The evaluator of synthetic tables: it evolves each towards the noisy answers and scores what became of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np

from engine.verdict import Evaluation, Status, Verdict
from evaluators.queries import build_queries
from evaluators.synthetic_data.exact_moves import ExactMoves
from evaluators.synthetic_data.landscape import UNIT, Landscape, landscape
from evaluators.synthetic_data.measurement import Measurement
from evaluators.synthetic_data.private_gsd import PrivateGsd
from evaluators.synthetic_data.settings import OBJECTIVES, EvolutionConfig
from search_spaces.synthetic_data.schema import Schema, schema_from_data
from search_spaces.synthetic_data.table import Table

_PRESETS: Mapping[str, type[ExactMoves | PrivateGsd]] = {"exact_moves": ExactMoves, "private_gsd": PrivateGsd}


class TableEvaluator:
    """Evolves tables (Lamarckian: the evolved table is returned) and scores them against noisy answers.

    It has seen no private row and needs none. Its one protocol, ``constraints``, turns away tables in which some row
    breaks the schema; the figure is the number of such rows.

    Attributes:
        objectives: the number of rows and the normalized loss.
        protocols: the name above.
    """

    objectives = OBJECTIVES
    protocols = ("constraints",)

    def __init__(
        self, schema: Schema, measurements: Sequence[Measurement], private_rows: float, config: EvolutionConfig
    ):
        """Keeps what tables are scored by.

        Args:
            schema: of the tables.
            measurements: the noisy answers.
            private_rows: rows of the private table, known or estimated.
            config: how tables evolve.
        """
        self._schema, self._measurements = schema, tuple(measurements)
        self._private_rows, self._config = private_rows, config
        self._of_size: dict[int, tuple[Landscape, ExactMoves | PrivateGsd]] = {}

    def evaluate(self, genomes: Sequence[Table], key: int) -> list[Evaluation[Table]]:
        """Evolves and scores tables; see :class:`engine.protocols.Evaluator`."""
        with jax.enable_x64(True):
            return [self._evaluate(genome, key) for genome in genomes]

    def refine(self, genome: Table) -> Evaluation[Table]:
        """Scores a table as it is."""
        return self._scored(genome)

    def _evaluate(self, genome: Table, key: int) -> Evaluation[Table]:
        broken = self._broken_rows(genome)
        if broken:
            return Evaluation(genome, Verdict(Status.REJECTED, protocol="constraints", figure=float(broken)))
        table, metrics = self._evolution(genome.num_rows)[1].evolve(genome, key)
        scored = self._scored(table)
        return replace(scored, metrics=scored.metrics | metrics)

    def _evolution(self, num_rows: int) -> tuple[Landscape, ExactMoves | PrivateGsd]:
        if num_rows not in self._of_size:
            found = landscape(self._schema, self._measurements, num_rows, self._private_rows)
            preset = _PRESETS[self._config.preset]
            self._of_size = {num_rows: (found, preset(found, self._config))}
        return self._of_size[num_rows]

    def _broken_rows(self, genome: Table) -> int:
        broken = np.zeros(genome.num_rows, bool)
        for (i, j), allowed in self._schema.allowed_pairs().items():
            broken |= ~allowed[genome.codes[:, i], genome.codes[:, j]]
        return int(broken.sum())

    def _scored(self, genome: Table) -> Evaluation[Table]:
        """Counts the answers from nothing, so that no fault of the moves could flatter a score."""
        found, _ = self._evolution(genome.num_rows)
        cells, dense = found.residuals(genome.codes)
        loss = found.normalized_loss(cells, dense)
        worst = max(np.abs(cells).max(initial=0), np.abs(dense).max(initial=0)) / UNIT
        verdict = Verdict(Status.SCORED, objectives=(float(genome.num_rows), loss))
        return Evaluation(genome, verdict, {"largest_residual_rows": float(worst), "sweeps": float(genome.sweeps)})


def build(
    schema: Mapping[str, Any],
    queries: Sequence[Mapping[str, Any]],
    answers: Sequence[Mapping[str, Any]],
    private_rows: float,
    evolution: Mapping[str, Any] | None = None,
) -> TableEvaluator:
    """Builds the evaluator from plain data, inside a worker.

    Args:
        schema: as of :func:`search_spaces.synthetic_data.schema.schema_data`.
        queries: their specifications.
        answers: per measurement ``query``, its query's name; ``path``, an .npz with the noisy ``answers``; ``sigma``.
        private_rows: rows of the private table, known or estimated.
        evolution: the fields of :class:`EvolutionConfig` that differ from its defaults.

    Raises:
        ValueError: when an answer is of no query, or a file has not the answers.
    """
    read = schema_from_data(schema, "schema")
    by_name = {query.name: query for query in build_queries(queries, read)}
    measurements = []
    for row in answers:
        if row["query"] not in by_name:
            raise ValueError(f"answers {row['path']!r} are of the query {row['query']!r}, which the job does not ask")
        with np.load(Path(row["path"]), allow_pickle=False) as file:
            measurements.append(
                Measurement(by_name[row["query"]], file["answers"].astype(np.int64), float(row["sigma"]))
            )
    if not math.isfinite(private_rows) or private_rows <= 0:
        raise ValueError(f"private_rows must be above 0, not {private_rows}")
    return TableEvaluator(read, measurements, private_rows, EvolutionConfig(**(evolution or {})))
