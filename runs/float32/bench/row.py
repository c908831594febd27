"""What is known of one function after a bench: times and errors of every contender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluators.float32_functions.cost.measured import OURS, Measured
from evaluators.float32_functions.cost.timing import Ratio
from runs.float32.bench.errors import LargestError

REFERENCE = "jnp"
"""The peer that ratios are taken against."""


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one function.

    Attributes:
        measured: times of the contenders.
        widths: of vectors, in bits, that were measured.
        errors: by contender, on the inputs that the bench names.
    """

    measured: Measured
    widths: tuple[int, ...]
    errors: Mapping[str, LargestError] = field(default_factory=dict)

    @property
    def function(self) -> str:
        """The name of the function."""
        return self.measured.function

    @property
    def names(self) -> list[str]:
        """The contenders that were timed."""
        return list(dict.fromkeys(name for name, _ in self.measured.seconds))

    def speedup(self, width: int) -> Ratio | None:
        """Returns how many times as fast ours is as the reference, both at a width; None where either is missing."""
        return self.measured.ratio(REFERENCE, OURS, width)

    def best(self, name: str) -> float | None:
        """Returns the least time per element of a contender over the widths, in nanoseconds."""
        found = [t for width in self.widths if (t := self.measured.nanoseconds(name, width)) is not None]
        return min(found, default=None)

    def wins(self, peers: tuple[str, ...]) -> bool | None:
        """Says whether ours is faster than each of some peers, all at their best width; None where ours is missing."""
        ours = self.best(OURS)
        if ours is None:
            return None
        others = [time for name in peers if (time := self.best(name)) is not None]
        return all(ours < time for time in others)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain data."""
        times = {
            name: {str(width): self.measured.nanoseconds(name, width) for width in self.widths} for name in self.names
        }
        ratios = {str(width): self.speedup(width) for width in self.widths}
        return {
            "function": self.function,
            "nanoseconds_per_element": times,
            "times_as_fast_as_jnp": {
                width: {"value": r.value, "low": r.low, "high": r.high} for width, r in ratios.items() if r
            },
            "errors": {name: asdict(error) for name, error in self.errors.items()},
            "absent": dict(self.measured.absent),
        }
