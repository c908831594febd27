"""Selection strategies by name; a new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.config import SelectionConfig, VariationConfig
from engine.protocols import Objective
from engine.selection.ageing import Ageing, AgeingMean, AgeingWorst
from engine.selection.hypervolume import Hypervolume
from engine.selection.niches import Niches
from engine.selection.nsga2 import NSGA2
from engine.selection.random_search import RandomSearch
from engine.selection.strategy import Population as Population
from engine.selection.strategy import Proposal as Proposal
from engine.selection.strategy import Strategy as Strategy
from engine.selection.strategy import best_of_draws as best_of_draws

STRATEGIES: Mapping[str, Callable[[SelectionConfig, VariationConfig, tuple[Objective, ...]], Strategy]] = (
    MappingProxyType(
        {
            "niches": Niches,
            "nsga2": NSGA2,
            "hypervolume": Hypervolume,
            "ageing": Ageing,
            "ageing_mean": AgeingMean,
            "ageing_worst": AgeingWorst,
            "random": RandomSearch,
        }
    )
)
"""Every registered strategy by its name."""


def build_strategy(
    selection: SelectionConfig, variation: VariationConfig, objectives: tuple[Objective, ...]
) -> Strategy:
    """Builds the strategy that the settings name.

    Args:
        selection: name and sizes.
        variation: weights of the operators.
        objectives: of the evaluator.

    Raises:
        ValueError: when no such strategy is registered; the message lists those that are.
    """
    try:
        make = STRATEGIES[selection.strategy]
    except KeyError:
        known = ", ".join(STRATEGIES)
        raise ValueError(f"selection strategy {selection.strategy!r} is not registered; use one of: {known}") from None
    return make(selection, variation, objectives)
