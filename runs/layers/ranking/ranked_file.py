"""ranking.json: which trainings the last finished ranking of a run is made of, and who won."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runs.folder.atomic import FORMAT, FORMAT_KEY, check_format, write_atomically

RANKING_FILE = "ranking.json"

DAMAGE = (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError, UnicodeDecodeError)
"""What comes of reading a damaged file."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A finished ranking; its figures are in trials.jsonl, its answers in holdout.json.

    Attributes:
        finalists: names of the layers of the search that one was picked of.
        winner: the name of that one; empty where none could be picked.
        baselines: names of the known layers.
        networks: that all were trained in.
        steps: of each training.
        picking_seeds: of the trainings by which the winner was picked.
        seeds: of those that are reported.
    """

    finalists: tuple[str, ...]
    winner: str
    baselines: tuple[str, ...]
    networks: tuple[str, ...]
    steps: int
    picking_seeds: tuple[int, ...]
    seeds: tuple[int, ...]


def write_ranked(run: Path, ranked: Ranked) -> None:
    """Notes a finished ranking in a run folder, atomically.

    Raises:
        ValueError: when the disk is full.
    """
    write_atomically(run / RANKING_FILE, json.dumps({FORMAT_KEY: FORMAT, **asdict(ranked)}, indent=1).encode())


def read_ranked(run: Path) -> Ranked | None:
    """Reads which ranking a run folder holds, None when none was finished.

    Raises:
        ValueError: naming the file when it is broken, or of a newer format.
    """
    path = run / RANKING_FILE
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_bytes())
        check_format(data.pop(FORMAT_KEY), path)
        texts: dict[str, Any] = {name: _texts(data.pop(name)) for name in ("finalists", "baselines", "networks")}
        seeds: dict[str, Any] = {name: _numbers(data.pop(name)) for name in ("picking_seeds", "seeds")}
        return Ranked(**texts, **seeds, winner=str(data.pop("winner")), steps=_numbers([data.pop("steps")])[0])
    except DAMAGE:
        raise ValueError(
            f"{str(path)!r} is truncated or no ranking of Primordia; make it again: primordia rank {run}"
        ) from None


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(values)
    return tuple(map(str, values))


def _numbers(values: Any) -> tuple[int, ...]:
    if not all(isinstance(value, int) for value in values):
        raise TypeError(values)
    return tuple(values)
