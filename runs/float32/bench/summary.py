"""The figures of all functions together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runs.float32.bench.row import Row

NAMED_PEERS = ("jnp", "numpy", "torch", "sleef")
"""The libraries that a program is to beat; libmvec, whose errors reach 4 ULP, is counted apart."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The bench in a few figures.

    Attributes:
        num_programs: functions that have a known program.
        geometric_means: by width, the geometric mean of how many times as fast ours are as jnp's.
        not_slower: by width, how many are not slower than jnp's.
        wins: how many are faster than each of the named peers.
        wins_over_all: how many are faster than each peer that was timed.
        under_one: how many err by less than 1 ULP with nothing wrong; None where no errors were found.
    """

    num_programs: int
    geometric_means: dict[int, float]
    not_slower: dict[int, int]
    wins: int
    wins_over_all: int
    under_one: int | None

    def to_dict(self) -> dict[str, Any]:
        """Returns plain data."""
        return {
            "programs": self.num_programs,
            "geometric_mean_times_as_fast_as_jnp": {str(w): mean for w, mean in self.geometric_means.items()},
            "not_slower_than_jnp": {str(w): count for w, count in self.not_slower.items()},
            "faster_than_jnp_numpy_torch_sleef": self.wins,
            "faster_than_all_peers": self.wins_over_all,
            "below_1_ulp": self.under_one,
        }


def summary(rows: Sequence[Row], ours: str, peers: tuple[str, ...]) -> Summary | None:
    """Returns the figures of the functions that have a known program; None where none has.

    Args:
        rows: of all functions.
        ours: the contender's name.
        peers: that were timed.
    """
    with_ours = [row for row in rows if row.best(ours) is not None]
    if not with_ours:
        return None
    ratios = {w: [r.value for row in with_ours if (r := row.speedup(w))] for w in with_ours[0].widths}
    errors = [row.errors[ours] for row in with_ours if ours in row.errors]
    return Summary(
        num_programs=len(with_ours),
        geometric_means={w: math.exp(math.fsum(map(math.log, values)) / len(values)) for w, values in ratios.items()},
        not_slower={w: sum(value >= 1 for value in values) for w, values in ratios.items()},
        wins=sum(bool(row.wins(NAMED_PEERS)) for row in with_ours),
        wins_over_all=sum(bool(row.wins(peers)) for row in with_ours),
        under_one=sum(e.max_ulp < 1 and not e.num_wrong for e in errors) if errors else None,
    )
