"""What becomes known of a candidate on its way through protocols and trainings."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from search_spaces.norm_act_layers.layer import Layer

TOGETHER = "trained_together"
"""The metric that holds how many candidates were trained at a time, where a population is."""

ROOM = "memory_room"
"""The metric that holds how many the device has room for at a time, once it has run out of memory."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A layer under evaluation.

    Attributes:
        layer: the candidate.
        metrics: finite figures by name.
        seconds: by the clock, per stage.
    """

    layer: Layer
    metrics: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, figures: Mapping[str, float]) -> None:
        """Keeps the figures that are finite."""
        self.metrics.update({name: figure for name, figure in figures.items() if math.isfinite(figure)})

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Adds the time spent within to that of a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start
