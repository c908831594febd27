"""trials.jsonl: one line per finished training of a network, on the disk before anything is made of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from evaluators.norm_act_layers.images import SCORED
from evaluators.norm_act_layers.settings import ANCHORS
from runs.folder.atomic import FORMAT, FORMAT_KEY, check_format, failure_named
from search_spaces.norm_act_layers import decode

TRIALS_FILE = "trials.jsonl"

Key: TypeAlias = tuple[str, str, int, str, int]
"""What decides a training's accuracies: layer, network, seed, data and steps."""


@dataclass(frozen=True, slots=True)
class Training:
    """One finished training of a network with a layer.

    Attributes:
        name: of the layer: a candidate's id, or the name of a known layer.
        layer: encoded.
        network: a name in :data:`evaluators.norm_act_layers.networks.NETWORKS`.
        seed: of initial weights and batches.
        data: the source of the images; empty for those of the run.
        asked: steps that were to be made.
        purpose: ``pick``, ``rank``, ``transfer``, ``rejections`` or ``compare``.
        accuracies: by the part of the images; empty where the training failed.
        failure: what was not finite, and when; empty if all was.
        steps: that were made.
        seconds: that it took, its share of the compilation included.
    """

    name: str
    layer: str
    network: str
    seed: int
    data: str
    asked: int
    purpose: str
    accuracies: Mapping[str, float]
    failure: str
    steps: int
    seconds: float

    @property
    def key(self) -> Key:
        """What decides its accuracies."""
        return self.layer, self.network, self.seed, self.data, self.asked


def read_trials(run: Path) -> tuple[Training, ...]:
    """Reads the trainings of a run folder in the order in which they finished; none where there is no file.

    A last line that was torn when the process was killed is passed over.

    Raises:
        ValueError: naming the file and the line when it is broken, or of a newer format.
    """
    path = run / TRIALS_FILE
    if not path.exists():
        return ()
    lines = path.read_bytes().split(b"\n")[:-1]
    return tuple(_training(line, path, number) for number, line in enumerate(lines, 1))


def append_trials(run: Path, trainings: Iterable[Training]) -> None:
    """Adds trainings to the file of a run folder and waits until they are on the disk.

    Raises:
        ValueError: when the disk is full.
    """
    path = run / TRIALS_FILE
    with failure_named(path), path.open("a+b") as file:
        _drop_torn_line(file)
        file.write(b"".join(_line(training) for training in trainings))
        file.flush()
        os.fsync(file.fileno())


def _drop_torn_line(file: Any) -> None:
    file.seek(0)
    content = file.read()
    if not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)


def _line(training: Training) -> bytes:
    data = {FORMAT_KEY: FORMAT, **{name: getattr(training, name) for name in Training.__slots__}}
    accuracies = data.pop("accuracies")
    return json.dumps({**data, **accuracies}).encode() + b"\n"


def _training(line: bytes, path: Path, number: int) -> Training:
    try:
        data = json.loads(line)
        check_format(data.pop(FORMAT_KEY, None), path)
        accuracies = {part: data.pop(part) for part in SCORED if part in data}
        training = Training(accuracies=accuracies, **data)
    except (TypeError, AttributeError, RecursionError, json.JSONDecodeError, UnicodeDecodeError):
        raise ValueError(f"{str(path)!r}: line {number} is no training of a layer; restore the file") from None
    if not _is_sound(training):
        raise ValueError(f"{str(path)!r}: line {number} has a value that no training has; restore the file")
    return training


def _is_sound(training: Training) -> bool:
    texts = (training.name, training.layer, training.network, training.data, training.purpose, training.failure)
    counts = (training.seed, training.asked, training.steps)
    figures = training.accuracies.values()
    return (
        all(isinstance(text, str) for text in texts)
        and training.network in ANCHORS
        and all(isinstance(count, int) for count in counts)
        and isinstance(training.seconds, int | float)
        and all(isinstance(figure, int | float) and 0 <= figure <= 1 for figure in figures)
        and _is_layer(training.layer)
    )


@lru_cache(maxsize=4096)
def _is_layer(text: str) -> bool:
    try:
        decode(text)
    except ValueError:
        return False
    return True
