"""What a report shows, as plain values: gathered from a run folder, or made by hand in a test."""

from __future__ import annotations

from dataclasses import dataclass

from search_spaces.program import Program

MINIMAX = ("polynomial", "rational", "continued fraction")
"""The families of minimax baselines."""

RANDOM = "random programs"
"""The family of the best candidates that were made without parents: what random search finds."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A competitor of the front.

    Attributes:
        family: ``polynomial``, ``rational``, ``continued fraction`` (minimax each), ``random programs``, or another
            run by its strategy and candidates: ``random, 1,000,000 candidates``.
        operations: its number of operations, counted as the front's.
        max_error: its error in the metric of the report.
    """

    family: str
    operations: int
    max_error: float


@dataclass(frozen=True, slots=True)
class ErrorCurve:
    """The signed error of a program over the domain.

    Attributes:
        points: inputs in ascending order.
        errors: the signed error in the metric of the report at each point.
    """

    points: tuple[float, ...]
    errors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One step in the descent of a program.

    Attributes:
        id: the candidate's id.
        operator: what made it from its parents: ``random``, ``mutate``, ``crossover``, ...
        operations: its number of operations.
        error: its error in the metric of the report, NaN when it was not scored.
        formula: the formula on one line.
    """

    id: str
    operator: str
    operations: int
    error: float
    formula: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A program on the front.

    Attributes:
        id: the candidate's id.
        program: the program.
        measured_error: the largest error found over the domain.
        proven_bound: an upper bound over the whole domain; None when there is no proof.
        proof: how the bound was proven, empty without one.
        curve: the error over the domain; None leaves the chart out.
        lineage: the program's ancestors, oldest first, without itself.
        is_lineage_whole: whether the lineage goes back to programs without parents.
    """

    id: str
    program: Program
    measured_error: float
    proven_bound: float | None = None
    proof: str = ""
    curve: ErrorCurve | None = None
    lineage: tuple[Ancestor, ...] = ()
    is_lineage_whole: bool = True


@dataclass(frozen=True, slots=True)
class Convergence:
    """The best error of one size so far, at every candidate that improved it.

    Attributes:
        operations: the size.
        candidates: how many candidates had been tried, ascending.
        errors: the best error after each, descending.
    """

    operations: int
    candidates: tuple[int, ...]
    errors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that a report shows.

    Attributes:
        name: the target's name or the user's title.
        expression: the target as an expression in x.
        domain: the closed domain as the job states it: ``[0, pi/4]``.
        metric: what the errors are: ``maximum relative error``.
        run: the run's name.
        seed: the run's seed.
        started: when, as people read it.
        seconds: the duration of the search.
        stop_reason: why it stopped.
        candidates: how many candidates ended in a verdict.
        command: what reproduces the run.
        entries: the front, by ascending number of operations.
        rivals: baselines.
        convergence: one row per size.
        verdicts: pairs (verdict's label, count); labels as ``rejected:pole``, ``duplicate``, ``scored``.
        versions: pairs (package, version).
    """

    name: str
    expression: str
    domain: str
    metric: str
    run: str
    seed: int
    started: str
    seconds: float
    stop_reason: str
    candidates: int
    command: str
    entries: tuple[Entry, ...]
    rivals: tuple[Rival, ...] = ()
    convergence: tuple[Convergence, ...] = ()
    verdicts: tuple[tuple[str, int], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
