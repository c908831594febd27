"""The moments of a tensor and the sets of indices over which they are taken, one row each.

Index sets are named by what they average over, not by axes: b is the batch, w and h stand for every spatial axis (the
tokens of a sequence too), c for the channels. A moment has the value's shape when it is broadcast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

EPSILON = 1e-5
"""Added under each root, as in EvoNorm's code and in torch."""

GROUPS = 32
"""Groups of channels, where they divide the channels."""

Mean: TypeAlias = Callable[[Any], Any]
"""Averages over an index set; the result broadcasts against the argument."""


@dataclass(frozen=True, slots=True)
class IndexSet:
    """What a moment averages over.

    Attributes:
        name: the key of the row, used in serialised genomes.
        batch: whether over the samples; such moments, and no others, have running values.
        space: whether over all spatial axes.
        channels: whether over the channels.
        grouped: whether within groups of adjacent channels only.
        latex: the subscript in formulas.
        meaning: what there is one moment for.
    """

    name: str
    batch: bool
    space: bool
    channels: bool
    grouped: bool
    latex: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A statistic and what becomes of it.

    Attributes:
        name: the key of the row, used in serialised genomes.
        statistic: what is averaged, and kept running over batches: ``mean``, ``var`` (biased) or ``meansq``.
        rooted: whether the moment is the root of the statistic plus :data:`EPSILON`.
        cost: relative time per element, an addition being 1.
        latex: its symbol in formulas, whose subscript is the index set.
    """

    name: str
    statistic: str
    rooted: bool
    cost: int
    latex: str

    @property
    def initial(self) -> float:
        """The running value of the statistic before any batch."""
        return 0.0 if self.statistic == "mean" else 1.0

    def measure(self, mean: Mean, x: Any) -> Any:
        """Returns the statistic of a value.

        Args:
            mean: averages over the index set.
            x: the value.
        """
        if self.statistic == "mean":
            return mean(x)
        centred = x - mean(x) if self.statistic == "var" else x
        return mean(centred * centred)

    def finish(self, xp: Any, statistic: Any) -> Any:
        """Returns the moment, given its statistic, in an array namespace such as ``numpy``."""
        return xp.sqrt(statistic + EPSILON) if self.rooted else statistic

    def floating(self, xp: Any, mean: Mean, x: Any) -> Any:
        """Returns the moment of a value; see :meth:`measure` and :meth:`finish`."""
        return self.finish(xp, self.measure(mean, x))


_MOMENTS = (
    Moment("mean", "mean", rooted=False, cost=1, latex=r"\mu"),
    Moment("rms", "meansq", rooted=True, cost=2, latex=r"\operatorname{rms}"),
    Moment("std", "var", rooted=True, cost=3, latex=r"\operatorname{std}"),
    Moment("var", "var", rooted=False, cost=3, latex=r"\operatorname{var}"),
    Moment("meansq", "meansq", rooted=False, cost=2, latex=r"\operatorname{meansq}"),
)

_INDEX_SETS = (
    IndexSet("bwh", True, True, False, False, "b,w,h", "one per channel"),
    IndexSet("whc", False, True, True, False, "w,h,c", "one per sample"),
    IndexSet("wh", False, True, False, False, "w,h", "one per sample and channel"),
    IndexSet("whc/g", False, True, True, True, "w,h,c/g", "one per sample and group of channels"),
    IndexSet("c", False, False, True, False, "c", "one per sample and place"),
)

MOMENTS = MappingProxyType({row.name: row for row in _MOMENTS})
"""Every moment by its name."""

INDEX_SETS = MappingProxyType({row.name: row for row in _INDEX_SETS})
"""Every index set by its name."""


def num_groups(num_channels: int) -> int:
    """Returns the number of groups: :data:`GROUPS`, halved until it divides the number of channels."""
    groups = GROUPS
    while num_channels % groups:
        groups //= 2
    return groups
