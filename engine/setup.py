"""What a search is made of, as plain data that any worker can build from."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.config import SearchConfig


@dataclass(frozen=True, slots=True)
class Factory:
    """A recipe for an object that is built inside each worker and never shipped.

    Attributes:
        target: ``module:name`` of a class or function.
        arguments: keyword arguments that it is called with; plain data.
        environment: environment variables set in a worker process before anything is imported there.
    """

    target: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def build(self) -> Any:
        """Imports the target and calls it.

        Raises:
            ValueError: when the target is not ``module:name`` of something importable.
        """
        module, _, name = self.target.partition(":")
        try:
            make = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError, ValueError) as error:
            raise ValueError(f"factory {self.target!r} cannot be imported as module:name: {error}") from error
        return make(**self.arguments)


@dataclass(frozen=True, slots=True)
class SearchSetup:
    """A search as data: the recipes of its space and evaluator, and its settings.

    Attributes:
        space: builds an :class:`engine.protocols.SearchSpace`.
        evaluator: builds an :class:`engine.protocols.Evaluator`.
        config: the settings that decide the result.
    """

    space: Factory
    evaluator: Factory
    config: SearchConfig
