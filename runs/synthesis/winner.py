"""The winner of a round: the table that the islands have made, and the files that hold its codes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.individual import Individual
from engine.keys import fold_in
from engine.state import IslandState
from runs.folder.atomic import write_atomically
from runs.tables.writer import write_table
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

START = "start"
"""The name of the public table among the codes of a run."""


def winner(states: Sequence[IslandState[Any]], layout: str, rows: int) -> Codes | None:
    """Returns the codes of the synthetic table that islands have made, None when there is none yet.

    Args:
        states: of the islands.
        layout: ``populations``: the table of the least loss, the first of equals; ``row_blocks``: all islands' best,
            one after the other.
        rows: of the synthetic table.
    """
    best = [_best(state.archive.members()) for state in states]
    found = [member for member in best if member is not None]
    if layout == "row_blocks":
        whole = len(found) == len(states)
        return np.concatenate([member.genome.codes for member in found])[:rows] if whole else None
    first = _best(found)
    return None if first is None else first.genome.codes


def _best(members: Sequence[Individual[Any]]) -> Individual[Any] | None:
    return min(members, key=lambda member: (member.objectives[-1], member.id), default=None)


def codes_file(run: Path, name: str | int) -> Path:
    """Returns the file of the codes of a round's winner, or of the public table.

    Args:
        run: the run folder.
        name: the round's number, or ``START``.
    """
    return run / "rounds" / f"{name}.npz"


def write_codes(path: Path, codes: Codes) -> None:
    """Writes codes under the name ``codes``, atomically.

    Raises:
        ValueError: when the disk is full.
    """
    packed = io.BytesIO()
    np.savez_compressed(packed, codes=codes)
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, packed.getvalue())


def read_codes_file(path: Path) -> Codes:
    """Reads what :func:`write_codes` wrote.

    Raises:
        ValueError: naming the file when it is missing or broken.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            codes: Codes = arrays["codes"]
            return codes
    except FileNotFoundError:
        raise ValueError(f"{str(path)!r} is missing from the run; resume the run, or restore it") from None
    except Exception as error:
        # np.load raises a different exception for each way in which an archive is broken
        raise ValueError(f"{str(path)!r} is truncated or no archive of codes; restore it") from error


def write_synthetic_table(path: Path, codes: Codes, schema: Schema, seed: int) -> None:
    """Writes the synthetic table as values; the same seed draws the same numbers within cells.

    Args:
        path: ends in .parquet or .csv.
        codes: of the winner.
        schema: what they stand for.
        seed: of the search.

    Raises:
        ValueError: when the disk is full.
    """
    write_table(path, codes, schema, np.random.default_rng(fold_in(seed, "values within cells")))
