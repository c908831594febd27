"""Measured times of programs and of peers, side by side in one process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from evaluators.float32_functions.cost.flags import measuring_environment
from evaluators.float32_functions.cost.timing import Ratio, Seconds, ratio
from search_spaces.float32_functions.typed_program import TypedProgram, encode

OURS = "primordia"
"""The name of a program among the contenders."""

_MODULE = "evaluators.float32_functions.cost.measuring"


@dataclass(frozen=True, slots=True)
class MeasureConfig:
    """How it is measured.

    Attributes:
        widths: of vectors, in bits; XLA is told to prefer them, and the vector libraries have a function for each.
        num_elements: of the array, a multiple of 16.
        rounds: turns that each contender has.
    """

    widths: tuple[int, ...] = (512,)
    num_elements: int = 4096
    rounds: int = 61

    def __post_init__(self) -> None:
        if not self.widths or not set(self.widths) <= {256, 512}:
            raise ValueError(f"widths must be 256, 512 or both, not {', '.join(map(str, self.widths)) or 'none'}")
        if self.num_elements < 16 or self.num_elements % 16:
            raise ValueError(f"num_elements must be a multiple of 16, not {self.num_elements}")
        if self.rounds < 3:
            raise ValueError(f"rounds must be at least 3, not {self.rounds}")


@dataclass(frozen=True, slots=True)
class Measured:
    """Times of one function.

    Attributes:
        function: its name.
        num_elements: of the array.
        seconds: by contender and width, the CPU seconds of the array in each round; libraries that choose the width
            themselves stand under 0.
        absent: by peer, why it has no time.
    """

    function: str
    num_elements: int
    seconds: Mapping[tuple[str, int], Seconds]
    absent: Mapping[str, str]

    def nanoseconds(self, name: str, width: int) -> float | None:
        """Returns the median time per element of a contender at a width; None where there is none."""
        found = self._seconds(name, width)
        return None if found is None else float(np.median(found)) / self.num_elements * 1e9

    def ratio(self, numerator: str, denominator: str, width: int) -> Ratio | None:
        """Returns how many times as long one contender takes as another; None where either has no time."""
        above, below = self._seconds(numerator, width), self._seconds(denominator, width)
        return None if above is None or below is None else ratio(above, below, np.random.default_rng(0))

    def _seconds(self, name: str, width: int) -> Seconds | None:
        return self.seconds.get((name, width), self.seconds.get((name, 0)))


def measure(
    programs: Mapping[str, TypedProgram],
    functions: Sequence[str],
    peers: Sequence[str],
    config: MeasureConfig | None = None,
) -> Iterator[Measured]:
    """Times functions one after another, all contenders for a function in turn.

    Args:
        programs: by the name of their function; functions without one are timed for the peers alone.
        functions: in order.
        peers: of :data:`evaluators.float32_functions.peers.PEERS`.
        config: how it is measured.

    Yields:
        the times of each function as soon as they are there.

    Raises:
        RuntimeError: when the process that measures fails, with its last line.
    """
    config = config or MeasureConfig()
    formats = {program.format for program in programs.values()} or {"float32"}
    if len(formats) > 1:
        raise ValueError(f"programs measured together must have one format, not {', '.join(sorted(formats))}")
    request = {
        "functions": list(functions),
        "programs": {function: encode(program) for function, program in programs.items()},
        "peers": list(peers),
        "format": formats.pop(),
        **{name: getattr(config, name) for name in ("widths", "num_elements", "rounds")},
    }
    for answer in _answers(request):
        seconds = {(t["name"], t["width"]): np.array(t["seconds"]) for t in answer["timings"]}
        yield Measured(answer["function"], config.num_elements, seconds, answer["absent"])


def _answers(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            [sys.executable, "-m", _MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            env=measuring_environment(),
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request))
            process.stdin.close()
            yield from map(json.loads, process.stdout)
            if process.wait():
                errors.seek(0)
                last = (errors.read().strip() or "no message").splitlines()[-1]
                raise RuntimeError(f"the process that measures failed: {last}")
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class MeasuredCost:
    """The measured time of a program; seconds a program, and never the same twice.

    Attributes:
        function: at whose inputs it is timed.
        config: how it is measured; the first width counts.
    """

    unit: ClassVar[str] = "ns per element"
    deterministic: ClassVar[bool] = False

    function: str = "exp2"
    config: MeasureConfig = field(default_factory=MeasureConfig)

    def __call__(self, program: TypedProgram) -> float:
        """Returns the median CPU time per element, in nanoseconds."""
        measured = next(measure({self.function: program}, [self.function], [], self.config))
        found = measured.nanoseconds(OURS, self.config.widths[0])
        assert found is not None
        return found
