"""The job of a search for layers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar

from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig, ProtocolsConfig, QualityConfig, StabilityConfig
from runs.images.split import SplitConfig
from runs.job.job import Job
from runs.job.schema import NOT_NEGATIVE, POSITIVE, Rule, one_of
from runs.job.sections import SearchJob, WorkersJob
from runs.layers.engine_sections import IslandsJob, SelectionJob, VariationJob
from runs.layers.ranking.settings import RankingJob
from search_spaces.norm_act_layers.space import PRESETS, VARIATIONS

DIGITS = "digits"
"""The images that are there without a file."""


_NODES = Rule("from 0 to 100", lambda value: 0 <= value <= 100)
"""Numbers of nodes that can be drawn, trained and read."""


@dataclass(frozen=True, slots=True)
class ImagesJob:
    """The images that networks are trained and scored on, in four parts that are kept apart.

    Attributes:
        source: ``digits``, an .npz file, or a folder with one folder of images per class.
        size: height and width to which images are shrunk; 0 leaves those of 16x16 and less, and shrinks others to 16x16
            or the next smaller size down to 8 that divides theirs; where none does, they stay as they are.
        search: share of the training images that candidates are scored on.
        validation: share that the winner is picked on; images that the source sets aside for it are used instead.
        test: share that is reported; images that the source sets aside for it are used instead.
        most: images of each part at most; 0 for no limit.
        split_seed: of the order in which images are drawn.
        mirrored: whether an image and its mirror image are of the same class; absent: all but digits are.
        digest: of the prepared images, noted at the start; others are refused then.
    """

    source: str = DIGITS
    size: Annotated[int, NOT_NEGATIVE] = 0
    search: float = 0.1
    validation: float = 0.1
    test: float = 0.2
    most: Annotated[int, NOT_NEGATIVE] = 0
    split_seed: Annotated[int, NOT_NEGATIVE] = 0
    mirrored: bool | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        _ = self.split

    @property
    def split(self) -> SplitConfig:
        """How the images are split."""
        return SplitConfig(self.search, self.validation, self.test, self.most or None, self.size, self.split_seed)


@dataclass(frozen=True, slots=True)
class SpaceJob:
    """Which layers are searched.

    Attributes:
        preset: ``norm_act`` for all operations, ``evonorm`` for the space, variation and selection of the paper.
        series: ``S`` leaves out moments over the batch; ``B`` and the empty one, the same, have them.
        max_nodes: the most nodes of a layer; 0 for the preset's own number.
        variation: ``rooted`` grows layers from their output, ``paper`` draws uniform graphs; empty: ``paper`` for
            ``evonorm``, ``rooted`` otherwise.
    """

    preset: Annotated[str, one_of(*PRESETS)] = PRESETS[0]
    series: Annotated[str, one_of("", "B", "S")] = ""
    max_nodes: Annotated[int, _NODES] = 0
    variation: Annotated[str, one_of("", *VARIATIONS)] = ""


@dataclass(frozen=True, slots=True)
class LayersSearchJob(SearchJob):
    """What every random draw of the search comes from, and what it goes without.

    Attributes:
        without_rejection: whether every candidate is trained in every network, however hopeless: what the protocols are
            compared with.
    """

    without_rejection: bool = False


@dataclass(frozen=True, slots=True)
class LayersWorkersJob(WorkersJob):
    """Where the epochs run; a candidate is compiled and trained in several networks, so patience is long."""

    candidate_timeout_seconds: Annotated[float, POSITIVE] = 600.0


@dataclass(frozen=True, slots=True)
class NormActLayersJob(Job):
    """The job of a search for layers; each attribute is the section of the same name in a job file.

    Attributes:
        images: what networks are trained and scored on.
        space: which layers are searched.
        anchors: the networks, an :class:`evaluators.norm_act_layers.settings.AnchorsConfig`.
        recipe: how they are trained, an :class:`evaluators.norm_act_layers.recipe.Recipe`.
        protocols: which candidates are turned away before anything is trained, a
            :class:`evaluators.norm_act_layers.settings.ProtocolsConfig`.
        stability: which ones next, a :class:`evaluators.norm_act_layers.settings.StabilityConfig`.
        quality: which ones last, a :class:`evaluators.norm_act_layers.settings.QualityConfig`.
        islands: the shape of the search.
        selection: how parents are chosen.
        variation: how candidates are made of them.
        ranking: how the best are trained again and compared when the search has finished.
        search: the seed, and what the search goes without.
        workers: where the epochs run.
    """

    kind: ClassVar[str] = "norm_act_layers"

    images: ImagesJob = field(default_factory=ImagesJob)
    space: SpaceJob = field(default_factory=SpaceJob)
    anchors: AnchorsConfig = field(default_factory=AnchorsConfig)
    recipe: Recipe = field(default_factory=Recipe)
    protocols: ProtocolsConfig = field(default_factory=ProtocolsConfig)
    stability: StabilityConfig = field(default_factory=StabilityConfig)
    quality: QualityConfig = field(default_factory=QualityConfig)
    islands: IslandsJob = field(default_factory=IslandsJob)
    selection: SelectionJob = field(default_factory=SelectionJob)
    variation: VariationJob = field(default_factory=VariationJob)
    ranking: RankingJob = field(default_factory=RankingJob)
    search: LayersSearchJob = field(default_factory=LayersSearchJob)
    workers: LayersWorkersJob = field(default_factory=LayersWorkersJob)

    @property
    def title(self) -> str:
        """The name under which the run is listed."""
        return self.space.preset

    @property
    def training(self) -> Recipe:
        """The recipe, without flips where images may not be mirrored."""
        mirrored = self.images.source != DIGITS if self.images.mirrored is None else self.images.mirrored
        return replace(self.recipe, flips=self.recipe.flips and mirrored)

    @property
    def rejection(self) -> tuple[ProtocolsConfig, StabilityConfig, QualityConfig]:
        """The settings of the protocols: as they stand, or such that none turns anything away."""
        if not self.search.without_rejection:
            return self.protocols, self.stability, self.quality
        return (
            replace(self.protocols, training_free=()),
            replace(self.stability, depth=0, steps=0),
            replace(self.quality, steps=0),
        )

    def figure(self, objectives: tuple[float, ...]) -> float:
        """Returns the mean error in the networks."""
        errors = objectives[: len(self.anchors.networks)]
        return sum(errors) / len(errors)

    def figure_text(self, figure: float) -> str:
        """Writes the mean error in percent."""
        return f"{figure:.1%}"

    def check(self) -> None:
        """Checks that the engine takes its settings.

        Raises:
            ValueError: naming the section.
        """
        for section, config in (("selection", self.selection.config), ("variation", self.variation.config)):
            try:
                config(self.space.preset)
            except ValueError as error:
                raise ValueError(f"[{section}] {error}") from None
