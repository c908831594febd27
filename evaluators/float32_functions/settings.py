"""Settings of the evaluator of machine programs, free of JAX so that a driver can read them without importing it."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class ProtocolsConfig:
    """What programs have to pass, cheapest first.

    Attributes:
        max_cost: the greatest cost by weights, in slots.
        sample_points: inputs on which constants are fitted and first judged.
        sample_slack: how many times the largest error allowed a program may have for other constants near its own to
            be tried, which seldom leave less than two thirds of it.
        survey_points: inputs over every binade, besides the special ones.
        dense_points: inputs on which programs about to enter the front are fitted and judged, as compiled.
        exhaustive_inputs: domains of at most so many inputs are then checked whole; larger ones take minutes and are
            checked when the search has finished.
    """

    max_cost: float = 128.0
    sample_points: int = 256
    sample_slack: float = 1.5
    survey_points: int = 100_000
    dense_points: int = 1_000_000
    exhaustive_inputs: int = 2**20

    def __post_init__(self) -> None:
        least = {"max_cost": 1, "sample_points": 64, "sample_slack": 1, "survey_points": 1024, "dense_points": 1024}
        _check(self, {**least, "exhaustive_inputs": 0})


@dataclass(frozen=True, slots=True)
class FitConfig:
    """How hard constants are fitted.

    Attributes:
        rounds: linearisations of the real-valued fit at most.
        batches: batches of neighbouring constants tried where rounded ones fail, for every candidate.
        polish_batches: batches tried for a program about to enter the front.
    """

    rounds: int = 6
    batches: int = 24
    polish_batches: int = 240

    def __post_init__(self) -> None:
        _check(self, {"rounds": 1, "batches": 0, "polish_batches": 0})


def _check(config: ProtocolsConfig | FitConfig, least: dict[str, float]) -> None:
    for row in fields(config):
        value, bound = getattr(config, row.name), least[row.name]
        if not value >= bound:
            raise ValueError(f"{row.name} must be at least {bound}, not {value}")
