"""The dear part of an evaluation on a GPU: the candidates of a batch are trained together, anchor by anchor."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.verdict import Status, Verdict
from evaluators.norm_act_layers.candidate import ROOM, TOGETHER, Candidate
from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.plan import Planned, plan
from evaluators.norm_act_layers.population_trainer import PopulationTrainer
from evaluators.norm_act_layers.protocols.quality import Quality
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.scoring import TRAINING, Scoring
from evaluators.norm_act_layers.settings import AnchorsConfig, QualityConfig
from evaluators.norm_act_layers.training import CHECKED_EVERY, Outcome


class PopulationScoring:
    """Trains candidates in the anchors, the first of which they must show quality in.

    Verdicts are those of :class:`evaluators.norm_act_layers.scoring.Scoring`, but for rounding.

    Attributes:
        protocols: ``quality``, unless it is left out, and ``training``.
    """

    def __init__(self, images: Images, anchors: AnchorsConfig, recipe: Recipe, quality: QualityConfig) -> None:
        """Keeps what candidates are trained on.

        Args:
            images: to learn from and to score on.
            anchors: the networks.
            recipe: how they are trained.
            quality: of the test in the first network; its steps are those of the training.
        """
        self._trainer = PopulationTrainer(images, anchors)
        # What the interpreter has no room for is compiled.
        self._alone = Scoring(images, replace(anchors, engine="compiled"), recipe, quality)
        self._plan = plan(anchors, recipe)
        # Losses are looked at every few steps, so the test may take some more than it is given.
        checked = CHECKED_EVERY * math.ceil(quality.steps / CHECKED_EVERY)
        self._tested_at = min(checked, recipe.steps)
        self.protocols = self._alone.protocols

    def score_all(self, candidates: Sequence[Candidate], key: int) -> list[Verdict]:
        """Trains each candidate until it fails, or in all networks.

        Args:
            candidates: that all protocols before let pass.
            key: of weights and batches.

        Raises:
            ValueError: when the device runs out of memory with a single candidate.
        """
        taken = [self._trainer.takes(candidate.layer) for candidate in candidates]
        together = [_Entry(candidate) for candidate, fits in zip(candidates, taken, strict=True) if fits]
        for training in self._plan:
            left = [entry for entry in together if entry.verdict is None]
            if left:
                self._train(left, training, key)
        verdicts = iter([entry.verdict or entry.scored for entry in together])
        return [
            next(verdicts) if fits else self._alone.score(candidate, key)
            for candidate, fits in zip(candidates, taken, strict=True)
        ]

    def _train(self, entries: Sequence[_Entry], training: Planned, key: int) -> None:
        """Trains candidates in a network, and keeps what became of them; the time is shared equally."""
        quality = self._alone.quality if training is self._plan[0] else None
        self._trainer.compile(training, len(entries))
        start = time.perf_counter()
        layers = [entry.candidate.layer for entry in entries]
        outcomes = self._trainer.train(layers, training, training.key(key), **self._options(quality))
        seconds = (time.perf_counter() - start) / len(entries)
        room = self._trainer.room
        for entry, outcome in zip(entries, outcomes, strict=True):
            if training is self._plan[0]:
                entry.candidate.note({TOGETHER: min(len(entries), room or len(entries))})
            if room:
                entry.candidate.note({ROOM: room})
            tested = entry.test(quality, outcome, self._tested_at) if quality else 0
            entry.spend(Quality.name, seconds * tested / outcome.steps)
            entry.spend(TRAINING, seconds * (outcome.steps - tested) / outcome.steps)
            if entry.verdict is None:
                entry.reach(training.metric, outcome.accuracy)

    def _options(self, quality: Quality | None) -> Mapping[str, Any]:
        """Returns what ends trainings early."""
        if quality is None:
            return {}
        step = self._tested_at
        return {
            "watch": lambda losses: not quality.hopeless(losses),
            "looks": (step,),
            "looked_at": self._alone.looked_at,
            "keep": lambda steps, accuracy: steps != step or quality.passes(accuracy),
        }


@dataclass(slots=True)
class _Entry:
    """A candidate on its way through the networks.

    Attributes:
        candidate: whose figures and seconds are noted.
        reached: the objectives so far.
        verdict: None while it goes on.
    """

    candidate: Candidate
    reached: list[float] = field(default_factory=list)
    verdict: Verdict | None = None

    @property
    def scored(self) -> Verdict:
        """The verdict when nothing has gone wrong."""
        return Verdict(Status.SCORED, objectives=tuple(self.reached))

    def test(self, quality: Quality, outcome: Outcome, at: int) -> int:
        """Turns it away unless it showed quality; returns the steps that the test took."""
        accuracy = outcome.accuracies.get(at, math.nan)
        steps = at if at in outcome.accuracies else outcome.steps
        self.candidate.note({"quality_steps": steps, "quality_accuracy": accuracy})
        if not quality.passes(accuracy):
            self.verdict = Verdict(Status.REJECTED, Quality.name, accuracy)
        return steps

    def spend(self, stage: str, seconds: float) -> None:
        """Adds to the time of a stage, if it was come to."""
        if seconds:
            self.candidate.seconds[stage] = self.candidate.seconds.get(stage, 0.0) + seconds

    def reach(self, metric: str, accuracy: float) -> None:
        """Adds an objective, or turns it away where its training failed."""
        self.candidate.note({metric: accuracy})
        if math.isnan(accuracy):
            self.verdict = Verdict(Status.REJECTED, TRAINING)
        self.reached.append(1 - accuracy)
