"""The job: everything that a search is asked to do, one section per concern."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from engine.config import IslandConfig, SelectionConfig, VariationConfig
from evaluators.settings import FitConfig
from runs.job.schema import NOT_NEGATIVE, POSITIVE, Rule, one_of

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
class SearchJob:
    """What every random draw of the search comes from.

    Attributes:
        seed: the same seed and settings give the same run on any number of workers; drawn at the start when absent.
    """

    seed: Annotated[int, NOT_NEGATIVE] | None = None


@dataclass(frozen=True, slots=True)
class BudgetJob:
    """When the search stops: at the first of the limits given, after ten minutes when none is.

    Attributes:
        minutes: wall-clock time of the search itself, start-up and proofs not counted.
        candidates: number of candidates, duplicates and rejected ones counted.
        target_error: the error at which the search is content, in the function's metric.
    """

    minutes: Annotated[float, POSITIVE] | None = None
    candidates: Annotated[int, POSITIVE] | None = None
    target_error: Annotated[float, POSITIVE] | None = None


@dataclass(frozen=True, slots=True)
class WorkersJob:
    """Where the epochs run.

    Attributes:
        num: worker processes; 0 runs everything in this process; absent: one per core.
        address: of the Ray cluster to join; empty starts a local one.
        candidate_timeout_seconds: after which a candidate that hangs is killed.
    """

    num: Annotated[int, NOT_NEGATIVE] | None = None
    address: str = ""
    candidate_timeout_seconds: Annotated[float, POSITIVE] = 60.0


@dataclass(frozen=True, slots=True)
class OutputJob:
    """What the run leaves behind besides its tables.

    Attributes:
        path: the run folder, which must not exist; empty for ``results/NAME-DATE-TIME``.
        checkpoint_seconds: time between two checkpoints, the most that a crash can lose.
        prove: whether the front is proven when the search has finished.
        report: whether report.html is written when the search has finished.
        export: languages in which the best program for float64 is exported when the search has finished.
    """

    path: str = ""
    checkpoint_seconds: Annotated[float, NOT_NEGATIVE] = 15.0
    prove: bool = True
    report: bool = True
    export: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A whole job; each attribute is the section of the same name in a job file.

    Attributes:
        function: what is approximated.
        space: which programs are searched.
        fit: the evaluator's :class:`evaluators.settings.FitConfig`.
        search: the seed.
        islands: the engine's :class:`engine.config.IslandConfig`.
        selection: the engine's :class:`engine.config.SelectionConfig`.
        variation: the engine's :class:`engine.config.VariationConfig`.
        budget: when the search stops.
        workers: where the epochs run.
        output: what the run leaves behind.
    """

    function: FunctionJob = field(default_factory=FunctionJob)
    space: SpaceJob = field(default_factory=SpaceJob)
    fit: FitConfig = field(default_factory=FitConfig)
    search: SearchJob = field(default_factory=SearchJob)
    islands: IslandConfig = field(default_factory=IslandConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    variation: VariationConfig = field(default_factory=VariationConfig)
    budget: BudgetJob = field(default_factory=BudgetJob)
    workers: WorkersJob = field(default_factory=WorkersJob)
    output: OutputJob = field(default_factory=OutputJob)

    @property
    def title(self) -> str:
        """The name under which the run is listed: the known function's name, or ``function`` for an expression."""
        return self.function.name or "function"
