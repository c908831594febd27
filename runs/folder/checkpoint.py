"""Checkpoints: the engine's committed state as JSON and NumPy arrays, behind a pointer file that is replaced last."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from runs.folder.atomic import (
    FORMAT,
    FORMAT_KEY,
    check_format,
    remove_directory,
    write_atomically,
    write_directory_atomically,
)
from runs.folder.front import FrontEntry

POINTER = "current.json"


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the searches that a run makes one after the other; most make a single one.

    Attributes:
        number: counted from 0.
        rows: rows of the evaluation table before it.
        seconds: time spent searching before it.
    """

    number: int = 0
    rows: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; small enough for ``list`` to read.

    Attributes:
        number: of the checkpoint, counted from 1; 0 before the first.
        rows: rows of the evaluation table that belong to the checkpoint.
        seconds: time spent searching, over all resumes.
        counts: number of candidates per verdict label.
        front: the programs of the front; of the stage under way.
        stage: the one under way.
    """

    number: int = 0
    rows: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    front: tuple[FrontEntry, ...] = ()
    stage: Stage = Stage()


@dataclass(frozen=True, slots=True)
class State:
    """What a checkpoint holds of the engine.

    Attributes:
        data: JSON-able values.
        arrays: numeric arrays by name.
    """

    data: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]


def write_checkpoint(folder: Path, progress: Progress, state: State) -> None:
    """Writes a checkpoint beside the former one, moves the pointer to it and removes the former one.

    Raises:
        ValueError: when the disk is full; the former checkpoint stays in force.
    """
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **dict(state.arrays))
    document = {FORMAT_KEY: FORMAT, "state": state.data}
    target = _directory(folder, progress.number)
    # left over when the process died between the directory and the pointer
    remove_directory(target)
    files = {"state.json": json.dumps(document).encode(), "arrays.npz": arrays.getvalue()}
    write_directory_atomically(target, files)
    pointer = {
        FORMAT_KEY: FORMAT,
        "number": progress.number,
        "rows": progress.rows,
        "seconds": progress.seconds,
        "counts": progress.counts,
        "front": [asdict(entry) for entry in progress.front],
        "stage": asdict(progress.stage),
    }
    write_atomically(folder / POINTER, json.dumps(pointer, indent=1).encode())
    for other in folder.glob("checkpoint-*"):
        if other != target:
            remove_directory(other)


def read_progress(folder: Path) -> Progress:
    """Reads how far a run had come at its last checkpoint.

    Raises:
        ValueError: naming the file when it is broken, foreign or of a newer format.
    """
    path = folder / POINTER
    if not path.exists():
        return Progress()
    pointer = _read_json(path)
    try:
        front = tuple(
            FrontEntry(int(entry["id"]), tuple(map(float, entry["objectives"])), str(entry["genome"]))
            for entry in pointer["front"]
        )
        counts = {str(label): int(count) for label, count in pointer["counts"].items()}
        stage = Stage(**pointer.get("stage", {}))
        return Progress(int(pointer["number"]), int(pointer["rows"]), float(pointer["seconds"]), counts, front, stage)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{str(path)!r} is no checkpoint of Primordia ({error!r}); restore it") from error


def read_state(folder: Path, progress: Progress) -> State:
    """Reads the engine's state at a checkpoint.

    Raises:
        ValueError: naming the file when it is missing, truncated or of a newer format.
    """
    directory = _directory(folder, progress.number)
    document = _read_json(directory / "state.json")
    path = directory / "arrays.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return State(document.get("state", {}), dict(arrays))
    except FileNotFoundError:
        raise ValueError(f"{str(path)!r} is missing from the run; restore it to resume the run") from None
    except Exception as error:
        # np.load raises a different exception for each way in which an archive is broken
        raise ValueError(f"{str(path)!r} is truncated or no archive of arrays; restore it to resume the run") from error


def _directory(folder: Path, number: int) -> Path:
    return folder / f"checkpoint-{number:06d}"


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{str(path)!r} is missing from the run; restore it to open the run") from None
    except ValueError as error:
        raise ValueError(f"{str(path)!r} is truncated or no JSON ({error}); restore it to open the run") from error
    if not isinstance(document, dict):
        raise ValueError(f"{str(path)!r} is no file of Primordia; restore it to open the run")
    check_format(document.get(FORMAT_KEY), path)
    return document
