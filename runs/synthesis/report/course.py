"""The course of the evolution, read from the evaluation table: one falling line per round."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import numpy as np

from evaluators.synthetic_data.settings import OBJECTIVES
from runs.folder.table import part_paths, read_parquet
from runs.report.history import RANDOM_OPERATOR
from runs.synthesis.report.data import Course

_LOSS = OBJECTIVES[-1].name
_POINTS = 600
"""Points of a line; more cannot be told apart."""

Row: TypeAlias = tuple[int, str, float | None]
"""Of a candidate: its epoch, its operator and its loss, None where it was not scored."""


def courses(folder: Path, rows: int) -> tuple[Course, ...]:
    """Returns the best loss after each candidate, round by round.

    A round begins with tables made anew on all islands, for it asks more than the one before.

    Args:
        folder: of the evaluation table's parts.
        rows: how many of its rows belong to the run.
    """
    rounds: list[tuple[list[int], list[float]]] = []
    tried = 0
    for _, found in groupby(_rows(folder, rows), key=lambda row: row[0]):
        epoch = list(found)
        if not rounds or (all(operator == RANDOM_OPERATOR for _, operator, _ in epoch) and rounds[-1][1]):
            rounds.append(([], []))
        candidates, losses = rounds[-1]
        for _, _, loss in epoch:
            tried += 1
            if loss is not None and np.isfinite(loss) and loss > 0:
                candidates.append(tried)
                losses.append(min(loss, losses[-1]) if losses else loss)
    name = "evolution" if len(rounds) == 1 else "round {}"
    return tuple(
        Course(
            name.format(number),
            tuple(candidates[place] for place in _shown(len(candidates))),
            tuple(losses[place] for place in _shown(len(candidates))),
        )
        for number, (candidates, losses) in enumerate(rounds, 1)
        if candidates
    )


def _rows(folder: Path, rows: int) -> Iterator[Row]:
    left = rows
    for path in part_paths(folder):
        table = read_parquet(path, ["epoch", "operator", _LOSS]).slice(0, left)
        left -= len(table)
        yield from zip(*(table[name].to_pylist() for name in ("epoch", "operator", _LOSS)), strict=True)
        if left <= 0:
            return


def _shown(count: int) -> list[int]:
    """Returns evenly spaced places, the first and the last among them."""
    return [int(place) for place in np.linspace(0, count - 1, min(count, _POINTS)).round()]
