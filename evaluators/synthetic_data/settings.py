"""Settings of the evolution of tables, free of JAX so that a driver can read them without importing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.protocols import Objective
from evaluators.settings import worker_environment

OBJECTIVES = (
    Objective("rows", "rows", log_scale=False),
    Objective("normalized_loss", "1", log_scale=True),
)
"""The number of rows, and the mean squared error of the table's answers in units of their noise's variance."""

PRESETS = ("exact_moves", "private_gsd")
"""How tables evolve: by moves that are scored exactly for every value of a cell, or as Private-GSD does it."""


@dataclass(frozen=True, slots=True)
class EvolutionConfig:
    """How a table evolves.

    Inverse temperatures are in units of the answers' noise: at 1, an error of one standard deviation in one answer
    is worth half a nat of the table's entropy.

    Attributes:
        preset: one of :data:`PRESETS`.
        sweeps: over which the temperature falls; in a sweep every cell of the table is drawn anew once.
        sweeps_per_epoch: sweeps between two reports to the engine.
        first_inverse_temperature: of the first sweep.
        last_inverse_temperature: of the last sweep and any after it; the falling is geometric.
        swaps: pairs of cells of a column whose values are exchanged, per row and sweep.
        multi_cell_moves: rows moved into an answer that is too small, all its cells at once, per row and sweep.
        row_replacements: rows replaced by copies of rows that are missed, per row and sweep.
        candidates: of a generation of the preset ``private_gsd``, half of them mutations, half crossovers.
        elites: tables that survive a generation of the preset ``private_gsd``.
        generations_per_sweep: generations that the preset ``private_gsd`` counts as a sweep.
    """

    preset: str = "exact_moves"
    sweeps: int = 14
    sweeps_per_epoch: int = 1
    first_inverse_temperature: float = 0.3
    last_inverse_temperature: float = 300.0
    swaps: float = 4.0
    multi_cell_moves: float = 0.0
    row_replacements: float = 0.0
    candidates: int = 100
    elites: int = 2
    generations_per_sweep: int = 2000

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise ValueError(f"preset must be one of {', '.join(PRESETS)}, not {self.preset!r}")
        for name in ("sweeps", "sweeps_per_epoch", "candidates", "elites", "generations_per_sweep"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("swaps", "multi_cell_moves", "row_replacements"):
            if not 0 <= getattr(self, name) <= 100:
                raise ValueError(f"{name} must be from 0 to 100, not {getattr(self, name)}")
        if not 0 < self.first_inverse_temperature <= self.last_inverse_temperature:
            raise ValueError(
                "first_inverse_temperature must be above 0 and at most last_inverse_temperature "
                f"({self.last_inverse_temperature:g}), not {self.first_inverse_temperature:g}"
            )


def table_environment(config: EvolutionConfig) -> Mapping[str, str]:
    """Returns the environment of a worker that evolves tables, to be set before JAX is imported.

    Exact moves follow from one another, which is work for a CPU even where there is a GPU; the candidates of the preset
    ``private_gsd`` are independent and go where JAX likes.

    Args:
        config: how tables evolve.
    """
    environment = dict(worker_environment())
    return environment if config.preset == "private_gsd" else {**environment, "JAX_PLATFORMS": "cpu"}
