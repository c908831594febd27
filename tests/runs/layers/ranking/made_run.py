"""A run of a search for layers made by hand, and a trainer that invents accuracies instead of training."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.budget import StopReason
from engine.individual import Record
from engine.keys import fold_in, generator
from engine.verdict import Status
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.images_file import write_images
from evaluators.norm_act_layers.objectives import objectives
from runs.folder.checkpoint import Progress, State, write_checkpoint
from runs.folder.front import extended
from runs.folder.front_file import FrontRow, write_front_file
from runs.folder.run_folder import create_folder
from runs.folder.table import EvaluationTable
from runs.job.source import make_job, resolved
from runs.layers.job import NormActLayersJob
from runs.layers.run import LayersRun
from search_spaces.norm_act_layers import KNOWN_LAYERS, encode
from tests.runs.rows import record

NETWORKS = ("resnet", "mobilenet")

LAYERS: Mapping[int, tuple[str, tuple[float, float]]] = {
    0: ("mish", (0.50, 0.40)),
    2: ("evonorm_b1", (0.30, 0.45)),
    3: ("evonorm_b2", (0.40, 0.20)),
    5: ("evonorm_s1", (0.41, 0.21)),
    6: ("bn_relu", (0.40, 0.30)),
    8: ("evonorm_s1", (0.42, 0.22)),
}
"""Known layer that stands for each scored candidate, and its errors; 3 and 2 are the front, 8 is 5 once more."""

REJECTED: Mapping[int, tuple[str, str]] = {
    1: ("relu", "gain"),
    4: ("gelu", "quality"),
    7: ("silu", "quality"),
    9: ("pau", "quality"),
    10: ("gelu", "quality"),
}
"""Known layer that stands for each rejected candidate, and the protocol; 10 is 4 once more."""

STAGES = {"gain": 0.1, "quality": 1.0, "training": 10.0}
"""Seconds that each stage took."""


def make_run(path: Path, **options: Any) -> LayersRun:
    """Writes a stopped run of eleven candidates on tiny images and returns it."""
    given = {"networks": list(NETWORKS), "steps": 20, "seed": 8, "workers": 0, "seeds": 3, "finalists": 3, **options}
    job = make_job("norm_act", out=str(path), **given)
    assert isinstance(job, NormActLayersJob)
    return make_run_of(job)


def make_run_of(job: NormActLayersJob) -> LayersRun:
    """Writes a stopped run like the one of :func:`make_run` for a job in the same networks, and returns it."""
    folder = create_folder(resolved(job))
    records = [_record(identity) for identity in range(11)]
    of_job = objectives(job.anchors)
    table = EvaluationTable(folder.evaluations, of_job)
    table.append(records)
    table.flush()
    front = extended((), records)
    counts = {"scored": len(LAYERS), "rejected:gain": 1, "rejected:quality": 4}
    write_checkpoint(folder.checkpoint, Progress(1, 11, 60.0, counts, front), State({}, {}))
    rows = [FrontRow(entry.id, entry.objectives, "formula", entry.genome) for entry in front]
    write_front_file(folder.front, of_job, rows)
    write_images(tiny_images(), folder.path / "images.npz")
    folder.stopped(StopReason.CANDIDATES)
    return LayersRun(folder.path)


def tiny_images() -> Images:
    """Returns eight images of 8x8 in each part, of two classes."""
    rng = np.random.default_rng(0)
    parts = [
        Part(rng.integers(0, 256, (8, 8, 8, 1), dtype=np.uint8), np.arange(8, dtype=np.int32) % 2) for _ in range(4)
    ]
    return Images(*parts, names=("no", "yes"))


def _record(identity: int) -> Record:
    if identity in LAYERS:
        name, errors = LAYERS[identity]
        return record(identity, genome=encode(KNOWN_LAYERS[name]), objectives=errors, stages=STAGES)
    name, protocol = REJECTED[identity]
    met = {stage: STAGES[stage] for stage in ("gain", "quality")[: 1 + (protocol == "quality")]}
    genome = encode(KNOWN_LAYERS[name])
    return record(identity, genome=genome, status=Status.REJECTED, protocol=protocol, objectives=(), stages=met)


class InventedTrainer:
    """Stands for :class:`runs.layers.ranking.trainer.Trainer`: accuracies come from a table in a file.

    Args:
        images: path of prepared images in a run folder, whose ``skills.json`` says how accurate each known layer is,
            and whose ``trained.log`` gets a line per call.
        anchors: unused.
        recipe: unused.
    """

    def __init__(self, images: str, anchors: Mapping[str, Any], recipe: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._folder = next(folder for folder in Path(images).parents if (folder / "run.toml").exists())
        path = self._folder / "skills.json"
        skills = json.loads(path.read_text()) if path.exists() else {}
        self._skills = {encode(KNOWN_LAYERS[name]): skill for name, skill in skills.items()}

    def __call__(self, trial: tuple[str, str, Sequence[int], Sequence[str]]) -> list[dict[str, Any]]:
        layer, network, seeds, parts = trial
        with (self._folder / "trained.log").open("a") as file:
            file.write(f"{network} {len(seeds)}\n")
        skill = self._skills.get(layer, {})
        rows = []
        for seed in seeds:
            accuracies = {
                part: skill.get(part, 0.5) + generator(fold_in(seed, layer, network, part)).uniform(-0.005, 0.005)
                for part in parts
            }
            failure = "the loss is nan after 10 steps" if skill.get("fails") else ""
            row = {"seed": seed, "failure": failure, "steps": 10 if failure else 20, "seconds": 0.5}
            rows.append({**row, "accuracies": {} if failure else accuracies})
        return rows


def write_skills(folder: Path, skills: Mapping[str, Mapping[str, Any]]) -> None:
    """Says how accurate the invented trainings of known layers are, by part; 0.5 where nothing is said."""
    (folder / "skills.json").write_text(json.dumps(skills))


def calls(folder: Path) -> list[str]:
    """Returns what was trained so far: the network and the number of seeds of each call."""
    log = folder / "trained.log"
    return log.read_text().splitlines() if log.exists() else []
