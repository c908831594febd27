"""The job of a search for a function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, TypeAlias

from engine.config import IslandConfig, SelectionConfig, VariationConfig
from evaluators.settings import FitConfig
from runs.job.job import Job
from runs.job.schema import POSITIVE, Rule, one_of
from runs.job.sections import BudgetJob, OutputJob

Bound: TypeAlias = str | int | float
"""An end of a domain, kept as written: ``0``, ``0.5`` or an exact expression such as ``"pi/4"``."""


@dataclass(frozen=True, slots=True)
class FunctionJob:
    """What is approximated.

    Attributes:
        name: a known function such as ``exp2``; empty when an expression is given.
        expression: a sympy expression in x, used when no name is given.
        domain: lower and upper end; empty for the known function's own domain.
        error: ``relative`` or ``absolute``; empty for the function's own default.
        weight: a sympy expression in x that multiplies the error.
    """

    name: str = ""
    expression: str = ""
    domain: Annotated[tuple[Bound, ...], Rule("two ends, lower and upper", lambda ends: len(ends) in (0, 2))] = ()
    error: Annotated[str, one_of("", "relative", "absolute")] = ""
    weight: str = "1"


@dataclass(frozen=True, slots=True)
class SpaceJob:
    """Which programs are searched.

    Attributes:
        operations: names of the primitives that programs are made of.
        max_operations: the largest size of a program.
    """

    operations: Annotated[tuple[str, ...], Rule("one operation or more", len)] = ("add", "sub", "mul", "div")
    max_operations: Annotated[int, Rule("from 1 to 64", lambda count: 1 <= count <= 64)] = 14


@dataclass(frozen=True, slots=True)
class FunctionBudgetJob(BudgetJob):
    """When the search stops: at the first of the limits given, after ten minutes when none is.

    Attributes:
        target_error: the error at which the search is content, in the function's metric.
    """

    target_error: Annotated[float, POSITIVE] | None = None


@dataclass(frozen=True, slots=True)
class FunctionOutputJob(OutputJob):
    """What the run leaves behind besides its tables; the best program for float64 is the one exported.

    Attributes:
        prove: whether the front is proven when the search has finished.
    """

    prove: bool = True


@dataclass(frozen=True, slots=True)
class RealFunctionsJob(Job):
    """The job of a search for a function; each attribute is the section of the same name in a job file.

    Attributes:
        function: what is approximated.
        space: which programs are searched.
        fit: the evaluator's :class:`evaluators.settings.FitConfig`.
        islands: the engine's :class:`engine.config.IslandConfig`.
        selection: the engine's :class:`engine.config.SelectionConfig`.
        variation: the engine's :class:`engine.config.VariationConfig`.
        budget: when the search stops.
        output: what the run leaves behind.
    """

    kind: ClassVar[str] = "real_functions"

    function: FunctionJob = field(default_factory=FunctionJob)
    space: SpaceJob = field(default_factory=SpaceJob)
    fit: FitConfig = field(default_factory=FitConfig)
    islands: IslandConfig = field(default_factory=IslandConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    variation: VariationConfig = field(default_factory=VariationConfig)
    budget: FunctionBudgetJob = field(default_factory=FunctionBudgetJob)
    output: FunctionOutputJob = field(default_factory=FunctionOutputJob)

    @property
    def title(self) -> str:
        """The name under which the run is listed: the known function's name, or ``function`` for an expression."""
        return self.function.name or "function"

    def check(self) -> None:
        """Checks that there is one function.

        Raises:
            ValueError: when there are both a name and an expression, or neither.
        """
        if bool(self.function.name) == bool(self.function.expression):
            given = "both" if self.function.name else "neither"
            raise ValueError(f"[function] needs either a name or an expression, not {given}")
