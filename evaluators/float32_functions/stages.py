"""A candidate on its way through the protocols: the program as it stands, its figures, the time each stage took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from search_spaces.float32_functions.typed_program import TypedProgram


class RejectionError(Exception):
    """A protocol that a candidate did not pass.

    Attributes:
        protocol: its name.
        figure: what failed it.
    """

    def __init__(self, protocol: str, figure: float) -> None:
        super().__init__(f"{protocol}: {figure:g}")
        self.protocol, self.figure = protocol, figure


class Stages:
    """What is known of a candidate so far.

    Attributes:
        program: with its constants as fitted so far.
        metrics: figures by name.
        seconds: wall-clock time by stage.
    """

    def __init__(self, program: TypedProgram) -> None:
        self.program = program
        self.metrics: dict[str, float] = {}
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Adds the time of a block to a stage, whether it passes or fails."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - started
