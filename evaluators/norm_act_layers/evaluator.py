"""The evaluator of layers: rejection protocols, cheap to dear, and training in every anchor network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.verdict import Evaluation, Status, Verdict
from evaluators.norm_act_layers.candidate import Candidate
from evaluators.norm_act_layers.engines import chosen_engine
from evaluators.norm_act_layers.fit import check
from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.images_file import load_images
from evaluators.norm_act_layers.objectives import objectives
from evaluators.norm_act_layers.population_scoring import PopulationScoring
from evaluators.norm_act_layers.protocols.depth import Depth
from evaluators.norm_act_layers.protocols.rehearsal import Rehearsal
from evaluators.norm_act_layers.protocols.stability import Stability
from evaluators.norm_act_layers.protocols.training_free import Screening, TrainingFree
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.scoring import Scoring
from evaluators.norm_act_layers.settings import AnchorsConfig, ProtocolsConfig, QualityConfig, StabilityConfig
from search_spaces.norm_act_layers.canonical_form import canonical, fingerprint
from search_spaces.norm_act_layers.layer import Layer

_DUPLICATE = "duplicate"
_REMEMBERED = 10_000
"""Screenings kept, as the engine asks for the behaviour of a candidate before it has it evaluated."""


class LayerEvaluator:
    """Scores layers by their errors in the anchor networks, on the images set aside for the search.

    All candidates of a batch are trained with the same weights and batches, which depend on the key alone.

    Attributes:
        objectives: the error in each network, and what else is switched on.
        protocols: the training-free ones, ``depth``, ``stability``, ``rehearsal``, ``quality``, and ``training``,
            which turns away what fails while it is trained. Duplicates are the engine's affair, by :meth:`behaviour`.
    """

    def __init__(
        self,
        images: Images,
        anchors: AnchorsConfig,
        recipe: Recipe,
        protocols: ProtocolsConfig,
        stability: StabilityConfig,
        quality: QualityConfig,
    ) -> None:
        """Makes the protocols.

        Args:
            images: to learn from and to score on.
            anchors: the networks.
            recipe: how they are trained.
            protocols: the training-free ones.
            stability: of the protocols ``depth`` and ``stability``.
            quality: of the protocols ``rehearsal`` and ``quality``.

        Raises:
            ValueError: when the networks cannot be trained on the images.
        """
        check(images, anchors, recipe)
        self._training_free = TrainingFree(protocols)
        self._screening = lru_cache(_REMEMBERED)(self._screen)
        self._uncompiled: list[Depth | Stability | Rehearsal] = []
        if stability.depth:
            self._uncompiled.append(Depth(stability))
        if stability.steps:
            self._uncompiled.append(Stability(stability))
        if quality.steps and quality.rehearsal_steps:
            self._uncompiled.append(Rehearsal(images, recipe, quality))
        scoring = PopulationScoring if chosen_engine(anchors) == "population" else Scoring
        self._scoring = scoring(images, anchors, recipe, quality)
        self.objectives = objectives(anchors)
        screened = [name for name in self._training_free.protocols if name != _DUPLICATE]
        self.protocols = (*screened, *[row.name for row in self._uncompiled], *self._scoring.protocols)

    def evaluate(self, genomes: Sequence[Layer], key: int) -> list[Evaluation[Layer]]:
        """Scores layers; see :class:`engine.protocols.Evaluator`."""
        candidates = [Candidate(layer) for layer in genomes]
        verdicts = [self._judge(candidate) for candidate in candidates]
        left = [candidate for candidate, verdict in zip(candidates, verdicts, strict=True) if verdict is None]
        scored = iter(self._scoring.score_all(left, key))
        return [
            Evaluation(candidate.layer, verdict or next(scored), candidate.metrics, seconds=candidate.seconds)
            for candidate, verdict in zip(candidates, verdicts, strict=True)
        ]

    def refine(self, genome: Layer) -> Evaluation[Layer]:
        """Scores a layer again; verdicts are final, so the engine never asks for it."""
        return self.evaluate([genome], 0)[0]

    def behaviour(self, genome: Layer) -> int:
        """Returns a 63-bit hash of what a layer computes; of its graph where it is turned away without training."""
        screened = self._screening(genome).candidates[0]
        return fingerprint(canonical(genome)) if screened.protocol or screened.behaviour < 0 else screened.behaviour

    def _judge(self, candidate: Candidate) -> Verdict | None:
        """Returns the end of a candidate that a protocol turns away before it is trained."""
        screening = self._screening(candidate.layer)
        screened = screening.candidates[0]
        candidate.seconds.update({name: spent for name, spent in screening.seconds.items() if name in screened.figures})
        if screened.verdict is not None:
            return screened.verdict
        candidate.note({name: figure for name, figure in screened.figures.items() if name != _DUPLICATE})
        for protocol in self._uncompiled:
            with candidate.timed(protocol.name):
                figure = protocol.figure(candidate.layer)
            if not protocol.passes(figure):
                return Verdict(Status.REJECTED, protocol.name, figure)
            candidate.note({protocol.name: figure})
        return None

    def _screen(self, layer: Layer) -> Screening:
        return self._training_free.screen([layer])


def build(
    images: str,
    anchors: Mapping[str, Any],
    recipe: Mapping[str, Any],
    protocols: Mapping[str, Any],
    stability: Mapping[str, Any],
    quality: Mapping[str, Any],
) -> LayerEvaluator:
    """Builds the evaluator from plain data, in a worker.

    Args:
        images: the path of prepared ones (:mod:`evaluators.norm_act_layers.images_file`).
        anchors: fields of :class:`evaluators.norm_act_layers.settings.AnchorsConfig`.
        recipe: fields of :class:`evaluators.norm_act_layers.recipe.Recipe`.
        protocols: fields of :class:`evaluators.norm_act_layers.settings.ProtocolsConfig`.
        stability: fields of :class:`evaluators.norm_act_layers.settings.StabilityConfig`.
        quality: fields of :class:`evaluators.norm_act_layers.settings.QualityConfig`.
    """
    return LayerEvaluator(
        load_images(Path(images)),
        AnchorsConfig(**anchors),
        Recipe(**recipe),
        ProtocolsConfig(**protocols),
        StabilityConfig(**stability),
        QualityConfig(**quality),
    )
