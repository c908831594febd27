"""Rows of a bench with made-up times."""

from __future__ import annotations

import numpy as np

from evaluators.float32_functions.cost.measured import OURS, Measured
from runs.float32.bench.errors import LargestError
from runs.float32.bench.row import Row


def made_row(function, times, errors=None, widths=(256, 512), absent=None):
    """A row; times are nanoseconds per element by contender and width, 0 standing for no width."""
    seconds = {key: np.array([0.9, 1.0, 1.1]) * time * 1e-9 * 1000 for key, time in times.items()}
    found = {name: LargestError(*error) for name, error in (errors or {}).items()}
    return Row(Measured(function, 1000, seconds, absent or {}), widths, found)


EXP = made_row(
    "exp",
    {(OURS, 256): 0.2, (OURS, 512): 0.1, ("jnp", 256): 0.3, ("jnp", 512): 0.4, ("numpy", 0): 0.5,
     ("libmvec", 512): 0.05},
    {OURS: (0.9, 0), "jnp": (14.25, 3), "numpy": (8388608.0, 0)},
)  # fmt: skip
SIN = made_row(
    "sin",
    {(OURS, 256): 0.4, (OURS, 512): 0.2, ("jnp", 256): 0.2, ("jnp", 512): 0.2, ("numpy", 0): 0.1},
    {OURS: (0.7, 1)},
)
GELU = made_row("gelu", {("jnp", 256): 0.6, ("jnp", 512): 0.6}, {"jnp": (2.0, 0)})
