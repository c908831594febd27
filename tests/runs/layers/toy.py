"""An evaluator of layers that needs no JAX: errors drawn from a hash, behind two protocols."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.keys import fold_in, generator
from engine.protocols import Objective
from engine.verdict import Evaluation, Status, Verdict
from evaluators.norm_act_layers.images_file import load_images
from evaluators.norm_act_layers.objectives import objectives
from evaluators.norm_act_layers.settings import AnchorsConfig
from runs.job.schema import read
from runs.job.source import job_data, make_job
from runs.layers import problem, session
from runs.layers.job import NormActLayersJob
from search_spaces.norm_act_layers.layer import Layer, encode


class ToyLayers:
    protocols = ("gain", "quality", "training")

    def __init__(self, images: str, anchors: Mapping[str, Any], rejection: bool, delay: float) -> None:
        self.objectives: tuple[Objective, ...] = objectives(AnchorsConfig(**anchors))
        self.images, self.rejection, self.delay = load_images(Path(images)), rejection, delay

    def evaluate(self, genomes: Sequence[Layer], key: int) -> list[Evaluation[Layer]]:
        time.sleep(self.delay)
        return [self._judge(genome, fold_in(key, encode(genome))) for genome in genomes]

    def refine(self, genome: Layer) -> Evaluation[Layer]:
        raise AssertionError(f"the verdict on {genome} is final")

    def _judge(self, genome: Layer, key: int) -> Evaluation[Layer]:
        luck = generator(key)
        gain = luck.random()
        if self.rejection and gain < 0.5:
            return Evaluation(genome, Verdict(Status.REJECTED, "gain", gain), {"gain": gain}, (), {"gain": 1.0})
        errors = tuple(round(luck.random(), 6) for _ in self.objectives)
        seconds = {"gain": 1.0, "training": 10.0}
        return Evaluation(genome, Verdict(Status.SCORED, objectives=errors), {"gain": gain}, (), seconds)


def build(
    images: str, anchors: Mapping[str, Any], protocols: Mapping[str, Any], delay: float = 0.0, **_: Any
) -> ToyLayers:
    return ToyLayers(images, anchors, bool(protocols["training_free"]), delay)


def build_slowly(**arguments: Any) -> ToyLayers:
    return build(**arguments, delay=0.005)


TOYS = {"norm_act_layers": "tests.runs.layers.toy:build"}
"""Stands for :data:`evaluators.EVALUATORS`."""


def write_images(path: Path, *, size: int = 4, count: int = 90, channels: int = 1) -> Path:
    """Writes an .npz file of three classes that can be told apart, and returns its path."""
    rng = np.random.default_rng(2)
    labels = np.arange(count) % 3
    pixels = rng.integers(0, 60, (count, size, size, channels)) + 60 * labels[:, None, None, None]
    np.savez(path, images=pixels.astype(np.uint8), labels=labels)
    return path


def toy_job(folder: Path, name: str = "run", **options: Any) -> NormActLayersJob:
    """Returns a job on a few made images, whose last epoch is cut short by most budgets."""
    file = folder / "images.npz"
    if not file.exists():
        write_images(file)
    given = {"data": str(file), "seed": 5, "workers": 0, "candidates": 90, "out": str(folder / name), **options}
    data = job_data(make_job("norm_act", **given))
    data["recipe"]["batch_size"] = 16
    data["islands"] |= {"islands": 3, "generations_per_epoch": 4}
    data["selection"]["population"] = 8
    data["output"] |= {"checkpoint_seconds": 0.0, "report": False}
    data["ranking"]["finalists"] = 0
    return read(NormActLayersJob, data, "toy")


def main() -> None:
    """Starts (or resumes, when it exists) a toy run in a process of its own: FOLDER NAME."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    problem.EVALUATORS = {"norm_act_layers": "tests.runs.layers.toy:build_slowly"}  # type: ignore[assignment]
    if (folder / name / "run.toml").exists():
        session.resume(folder / name, {})
    else:
        session.start(toy_job(folder, name))


if __name__ == "__main__":
    main()
