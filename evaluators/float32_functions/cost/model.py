"""The interface of the cost models."""

from __future__ import annotations

import importlib
from typing import Any, Protocol

from evaluators.float32_functions.cost import COST_MODELS
from search_spaces.float32_functions.typed_program import TypedProgram


class CostModel(Protocol):
    """Gives the cost of a program.

    Attributes:
        unit: of the cost.
        deterministic: whether a program has the same cost on each call; a search refuses models that have not.
    """

    @property
    def unit(self) -> str:
        """The unit of the cost."""

    @property
    def deterministic(self) -> bool:
        """Whether a program has the same cost on each call."""

    def __call__(self, program: TypedProgram) -> float:
        """Returns the cost of a program."""


def cost_model(name: str, **arguments: Any) -> CostModel:
    """Returns a cost model by its name.

    Args:
        name: of :data:`COST_MODELS`.
        **arguments: of the model's class.

    Raises:
        ValueError: naming the models when there is none of this name.
    """
    if name not in COST_MODELS:
        raise ValueError(f"the cost must be one of {', '.join(COST_MODELS)}, not {name!r}")
    module, _, attribute = COST_MODELS[name].partition(":")
    model: CostModel = getattr(importlib.import_module(module), attribute)(**arguments)
    return model
