"""The problem of a job: the recipes of its search space and evaluator, and the images that layers are scored on."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from engine.protocols import Objective
from engine.selection import build_strategy
from engine.setup import Factory
from evaluators import EVALUATORS
from evaluators.norm_act_layers.environment import layers_environment
from evaluators.norm_act_layers.fit import check
from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.images_file import load_images
from evaluators.norm_act_layers.objectives import objectives
from runs.images import read_images
from runs.layers.job import ImagesJob, NormActLayersJob
from runs.session import Searched
from search_spaces import SPACES
from search_spaces.norm_act_layers.formula import formula_text
from search_spaces.norm_act_layers.layer import decode

IMAGES_FILE = "images.npz"
"""The prepared images in a run folder."""

_PAPER = "evonorm"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a search needs to know of its job beyond the engine's settings.

    Attributes:
        job: the job.
        space: builds the search space.
        objectives: of the evaluator, known without building it.
    """

    job: NormActLayersJob
    space: Factory
    objectives: tuple[Objective, ...]

    @property
    def title(self) -> str:
        """What is searched, in one line."""
        job = self.job
        series = f", series {job.space.series}" if job.space.series else ""
        networks = ", ".join(job.anchors.networks)
        return f"{job.space.preset} layers{series} on {job.images.source}: {networks} of width {job.anchors.width}"

    def searched(self, images: Path) -> Searched:
        """Returns what a session searches.

        Args:
            images: the prepared ones.
        """
        job = self.job
        return Searched(
            title=self.title,
            space=self.space,
            evaluator=self._evaluator(images),
            objectives=self.objectives,
            islands=job.islands.config,
            selection=job.selection.config(job.space.preset),
            variation=job.variation.config(job.space.preset),
            formula=layer_text,
        )

    def _evaluator(self, images: Path) -> Factory:
        protocols, stability, quality = self.job.rejection
        arguments = {
            "images": str(images.resolve()),
            "anchors": asdict(self.job.anchors),
            "recipe": asdict(self.job.training),
            "protocols": asdict(protocols),
            "stability": asdict(stability),
            "quality": asdict(quality),
        }
        return Factory(EVALUATORS[self.job.kind], arguments, layers_environment())


def job_problem(job: NormActLayersJob) -> Problem:
    """Returns the problem of a job.

    Raises:
        ValueError: when the space or the selection is refused.
    """
    space = asdict(job.space)
    space["variation"] = job.space.variation or ("paper" if job.space.preset == _PAPER else "rooted")
    problem = Problem(job, Factory(SPACES[job.kind], space), objectives(job.anchors))
    problem.space.build()
    preset = job.space.preset
    build_strategy(job.selection.config(preset), job.variation.config(preset), problem.objectives)
    return problem


def prepared_images(job: NormActLayersJob) -> Images:
    """Reads and splits the images of a job.

    Raises:
        ValueError: when they cannot be read, do not fit the networks, or are others than the job was started with.
    """
    found = read_images(job.images.source, job.images.split)
    _check(job, found, f"images {job.images.source!r}", "restore them, or leave digest out of [images]")
    return found


def kept_images(job: NormActLayersJob, path: Path) -> Images:
    """Reads the images that a run has prepared.

    Args:
        job: of the run.
        path: of the file in its folder.

    Raises:
        ValueError: naming the file when it is missing, damaged or of another run.
    """
    found = load_images(path)
    _check(job, found, f"prepared images {str(path)!r}", "restore them")
    return found


def with_digest(job: NormActLayersJob, images: Images) -> NormActLayersJob:
    """Returns the job with the digest of its images noted."""
    return replace(job, images=replace(job.images, digest=digest(images)))


def digest(images: Images) -> str:
    """Returns a short text that tells data sets apart."""
    state = hashlib.sha256("\n".join(images.names).encode())
    for name, part in images.parts.items():
        state.update(f"{name} {part.pixels.shape}".encode())
        state.update(part.pixels.tobytes())
        state.update(part.labels.tobytes())
    return state.hexdigest()[:16]


def images_text(job: ImagesJob, images: Images) -> str:
    """Describes the images in one line."""
    sizes = ", ".join(f"{len(part):,} {name}" for name, part in images.parts.items())
    return f"{job.source} at {images.size}x{images.size}, {images.num_classes} classes: {sizes}"


def layer_text(genome: str) -> str:
    """Writes what the evaluation table keeps of a layer for people."""
    return formula_text(decode(genome))


def _check(job: NormActLayersJob, images: Images, where: str, cure: str) -> None:
    try:
        check(images, job.anchors, job.training)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    noted = job.images.digest
    if noted and digest(images) != noted:
        raise ValueError(f"{where}: they are of digest {digest(images)}, not {noted} as noted at the start; {cure}")
