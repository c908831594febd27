"""What a report on machine programs shows, as plain values: gathered from a run folder, or made in a test."""

from __future__ import annotations

from dataclasses import dataclass

from evaluators.float32_functions.specials import Special
from runs.float32.error_curve import ErrorCurve
from runs.protocol_costs import ProtocolCost
from search_spaces.float32_functions.typed_program import TypedProgram


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One step in the descent of a program.

    Attributes:
        id: the candidate's id.
        operator: what made it from its parents.
        cost: by the search's model; None when it was not scored.
        max_ulp: its greatest error; None when it was not scored.
        formula: on one line.
    """

    id: str
    operator: str
    cost: float | None
    max_ulp: float | None
    formula: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A program of the front.

    Attributes:
        id: the candidate's id.
        program: the program.
        cost: by the search's model.
        max_ulp: the greatest error known.
        evidence: of the check of every input, as pairs (what, figure); empty where there was none.
        specials: of that check.
        curve: the error over the domain; None leaves the chart out.
        lineage: ancestors, oldest first, without itself.
        is_lineage_whole: whether the lineage goes back to programs without parents.
    """

    id: str
    program: TypedProgram
    cost: float
    max_ulp: float
    evidence: tuple[tuple[str, str], ...] = ()
    specials: tuple[Special, ...] = ()
    curve: ErrorCurve | None = None
    lineage: tuple[Ancestor, ...] = ()
    is_lineage_whole: bool = True


@dataclass(frozen=True, slots=True)
class Course:
    """The least cost so far of a search, at every candidate that lowered it.

    Attributes:
        label: of the search.
        candidates: how many had been tried, ascending.
        costs: the least cost after each, descending.
        total: candidates in all.
        front: pairs (cost, greatest error) of its front.
    """

    label: str
    candidates: tuple[int, ...]
    costs: tuple[float, ...]
    total: int
    front: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Float32Data:
    """Everything that a report shows.

    Attributes:
        name: the function and the format.
        title: what was searched, in one line.
        run: the run's name.
        seed: the run's seed.
        started: when, as people read it.
        seconds: the duration of the search.
        stop_reason: why it stopped.
        candidates: how many ended in a verdict.
        counts: candidates by verdict.
        command: what reproduces the run.
        max_ulp: the bound of the error.
        unit: of the cost.
        entries: the front, the cheapest first.
        best: id of the program to use; empty without one.
        speed: of that program beside others, as pairs (what, figure); empty where it was not timed.
        costs: of the protocols.
        courses: of this search and those that it is compared with, this one first.
        versions: pairs (package, version).
    """

    name: str
    title: str
    run: str
    seed: int
    started: str
    seconds: float
    stop_reason: str
    candidates: int
    counts: dict[str, int]
    command: str
    max_ulp: float
    unit: str
    entries: tuple[Entry, ...] = ()
    best: str = ""
    speed: tuple[tuple[str, str], ...] = ()
    costs: tuple[ProtocolCost, ...] = ()
    courses: tuple[Course, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
