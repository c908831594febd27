"""The dear part of an evaluation: the training of a candidate in every anchor, its first steps a test of quality."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.verdict import Status, Verdict
from evaluators.norm_act_layers.candidate import Candidate
from evaluators.norm_act_layers.descent import Training
from evaluators.norm_act_layers.engines import Engines
from evaluators.norm_act_layers.gap import train_eval_gap
from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.plan import Planned, plan
from evaluators.norm_act_layers.protocols.quality import Quality
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig, QualityConfig
from evaluators.norm_act_layers.training import Outcome, Program, accuracy, train
from search_spaces.norm_act_layers.layer import Layer

TRAINING = "training"
"""The last protocol: whatever was not turned away before and fails while it is trained."""

_LOOKED_AT = 1000
"""Images that quality is measured on; at 20 % the standard error is 1.3 points."""


class Scoring:
    """Trains candidates in the anchors, the first of which they must show quality in.

    Attributes:
        protocols: ``quality``, unless it is left out, and ``training``.
        quality: the test, None if it is left out.
        looked_at: the images that it measures on.
    """

    def __init__(self, images: Images, anchors: AnchorsConfig, recipe: Recipe, quality: QualityConfig) -> None:
        """Keeps what candidates are trained on.

        Args:
            images: to learn from and to score on.
            anchors: the networks.
            recipe: how they are trained.
            quality: of the test in the first network; its steps are those of the training.
        """
        self._images, self._anchors = images, anchors
        self._plan = plan(anchors, recipe)
        self._engines = Engines(images, anchors)
        steps = min(quality.steps, recipe.steps)
        self.quality = Quality(replace(quality, steps=steps), images.num_classes) if steps else None
        self.looked_at = images.search.take(slice(0, _LOOKED_AT))
        self.protocols = (Quality.name, TRAINING) if self.quality else (TRAINING,)

    def score_all(self, candidates: Sequence[Candidate], key: int) -> list[Verdict]:
        """Trains candidates, one after the other.

        Args:
            candidates: that all protocols before let pass.
            key: of weights and batches.
        """
        return [self.score(candidate, key) for candidate in candidates]

    def score(self, candidate: Candidate, key: int) -> Verdict:
        """Trains a candidate until it fails, or in all networks.

        Args:
            candidate: that all protocols before let pass.
            key: of weights and batches.
        """
        first = self._plan[0]
        program = self._program(candidate.layer, first)
        start = time.perf_counter()
        test = _Test(self.quality, lambda training: accuracy(program, training, self._images, self.looked_at))
        outcome = train(program, self._images, first.key(key), watch=test.watch)
        if self.quality is not None:
            candidate.seconds[Quality.name] = test.ended - start
            candidate.note({"quality_steps": test.steps or outcome.steps, "quality_accuracy": test.accuracy})
            if not test.passed:
                return Verdict(Status.REJECTED, Quality.name, test.accuracy)
        candidate.seconds[TRAINING] = time.perf_counter() - test.ended
        others = [(training, self._program(candidate.layer, training)) for training in self._plan[1:]]
        with candidate.timed(TRAINING):
            return _verdict(self._objectives(candidate, program, outcome, others, key))

    def _objectives(
        self,
        candidate: Candidate,
        first: Program,
        outcome: Outcome,
        others: Sequence[tuple[Planned, Program]],
        key: int,
    ) -> Iterator[float]:
        """Yields the objectives one by one, NaN where a training failed."""
        candidate.note({self._plan[0].metric: outcome.accuracy})
        yield 1 - outcome.accuracy
        for training, program in others:
            reached = train(program, self._images, training.key(key)).accuracy
            candidate.note({training.metric: reached})
            yield 1 - reached
        if self._anchors.train_eval_gap:
            yield train_eval_gap(first, outcome.training, self._images, self.looked_at)

    def _program(self, layer: Layer, training: Planned) -> Program:
        gap_follows = self._anchors.train_eval_gap and training.network == self._anchors.networks[0]
        # The gap runs the network in a way of its own, which the interpreter would compile for each layer.
        make = self._engines.compiled if gap_follows else self._engines.program
        return make(layer, training.network, training.recipe)


class _Test:
    """The test of quality within a training; without one, the training goes on to its end.

    Attributes:
        passed: whether it is over and was passed.
        steps: that it took; 0 while it goes on.
        accuracy: at its end, NaN where it was not measured.
        ended: by the clock.
    """

    def __init__(self, quality: Quality | None, measure: Callable[[Training], float]) -> None:
        self._quality, self._measure = quality, measure
        self.passed = quality is None
        self.steps = 0
        self.accuracy = math.nan
        self.ended = time.perf_counter()

    def watch(self, training: Training, losses: Sequence[float]) -> bool:
        """Says whether a training goes on."""
        if self.passed or self._quality is None:
            return True
        going_on = not self._quality.hopeless(losses)
        if going_on and self._quality.over(losses):
            self.steps = len(losses)
            self.accuracy = self._measure(training)
            going_on = self.passed = self._quality.passes(self.accuracy)
        self.ended = time.perf_counter()
        return going_on


def _verdict(objectives: Iterator[float]) -> Verdict:
    """Returns the verdict of objectives, the rest of which are not asked for once one is NaN."""
    reached = []
    for value in objectives:
        if math.isnan(value):
            return Verdict(Status.REJECTED, TRAINING)
        reached.append(value)
    return Verdict(Status.SCORED, objectives=tuple(reached))
