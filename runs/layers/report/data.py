"""What the report of a search for layers shows, as plain values: gathered from a run, or made by hand in a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runs.layers.ranking.intervals import Interval
from runs.layers.ranking.ranking import Ranking
from runs.layers.ranking.rejections import Rejections
from runs.layers.ranking.transfer import Transfer
from runs.layers.view.analysis_rows import Sections
from runs.protocol_costs import ProtocolCost
from search_spaces.norm_act_layers.layer import Layer


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored candidate of the search.

    Attributes:
        id: the candidate's id.
        errors: in each network, on the search images, after one training.
        formula: on one line; empty where it is not shown.
        is_on_front: whether no other candidate is better in all objectives.
        extras: the figures of the other objectives, of a candidate on the front.
    """

    id: str
    errors: tuple[float, ...]
    formula: str = ""
    is_on_front: bool = False
    extras: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        """The mean error over the networks."""
        return sum(self.errors) / len(self.errors)


@dataclass(frozen=True, slots=True)
class Known:
    """A known layer that was trained as the candidates were.

    Attributes:
        name: of the layer.
        errors: in each network, on the search images, the mean over seeds.
    """

    name: str
    errors: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean error over the networks."""
        return sum(self.errors) / len(self.errors)


@dataclass(frozen=True, slots=True)
class Rival:
    """How the winner compares with one known layer on the test images.

    Attributes:
        name: of the known layer.
        difference: of the mean accuracies over the networks, the winner's minus the layer's, paired by seed.
        p_value: that it is 0; adjusted by Holm's procedure for the number of known layers.
    """

    name: str
    difference: Interval
    p_value: float


@dataclass(frozen=True, slots=True)
class Course:
    """The best mean error of a search so far, at every candidate that improved it.

    Attributes:
        label: of the search.
        seconds: into the search, ascending.
        candidates: how many had been tried.
        errors: the least mean error after each.
        total_seconds: of the whole search.
        total_candidates: likewise.
        scored: how many of these were trained in all networks.
    """

    label: str
    seconds: tuple[float, ...]
    candidates: tuple[int, ...]
    errors: tuple[float, ...]
    total_seconds: float
    total_candidates: int
    scored: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One scored candidate in the course of the search.

    Attributes:
        seconds: into the search.
        candidate: which one it was, counted from 1.
        error: its mean error over the networks.
        operator: what made it.
    """

    seconds: float
    candidate: int
    error: float
    operator: str


@dataclass(frozen=True, slots=True)
class Operator:
    """What came of the candidates that one operator made.

    Attributes:
        name: ``random``, ``mutate`` or ``crossover``.
        made: candidates.
        scored: of these.
        records: of these, how many were better than all before them.
        best: the least mean error; None where none was scored.
        median: of the scored ones; None likewise.
    """

    name: str
    made: int
    scored: int
    records: int
    best: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One step in the descent of the layer shown.

    Attributes:
        id: the candidate's id.
        operator: what made it from its parents.
        parents: their ids.
        error: its mean error, None where it was not scored.
        formula: on one line.
    """

    id: str
    operator: str
    parents: tuple[str, ...]
    error: float | None
    formula: str


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """The layer that the report is about.

    Attributes:
        name: the candidate's id.
        layer: the graph, in canonical form.
        is_winner: whether a ranking picked it, and not the search images alone.
        analysis: headings with rows.
        lineage: its ancestors, oldest first, without itself.
        is_lineage_whole: whether the lineage goes back to layers without parents.
    """

    name: str
    layer: Layer
    is_winner: bool
    analysis: Sections
    lineage: tuple[Ancestor, ...] = ()
    is_lineage_whole: bool = True


@dataclass(frozen=True, slots=True)
class LayersData:
    """Everything that the report of a search for layers shows.

    Attributes:
        name: the title.
        title: what was searched, in one line.
        run: the run's name.
        seed: the run's seed.
        started: when, as people read it.
        seconds: the duration of the search.
        stop_reason: why it stopped.
        candidates: how many ended in a verdict.
        counts: of candidates by verdict: ``rejected:gain``, ``scored``, ...
        networks: that candidates were trained in.
        command: what reproduces the run.
        extras: names of the objectives other than the errors in the networks.
        settings: pairs (what, how) of the job and the data.
        meanings: of the protocols' figures, by protocol.
        layer: the best layer; None before any was scored.
        ranking: of the best layers beside known ones; None where there is none.
        rivals: the winner against each known layer.
        scored: candidates, the least mean error first.
        known: layers, on the search images.
        costs: of the protocols.
        trials: candidates in the course of the search; of very many, evenly spaced ones.
        courses: of this search, then of those that it is compared with.
        operators: of this search.
        transfers: comparisons elsewhere.
        rejections: what the protocols cost in lost layers; None where it was not measured.
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
    counts: Mapping[str, int]
    networks: tuple[str, ...]
    command: str
    extras: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    meanings: Mapping[str, str] | None = None
    layer: ShownLayer | None = None
    ranking: Ranking | None = None
    rivals: tuple[Rival, ...] = ()
    scored: tuple[Candidate, ...] = ()
    known: tuple[Known, ...] = ()
    costs: tuple[ProtocolCost, ...] = ()
    trials: tuple[Trial, ...] = ()
    courses: tuple[Course, ...] = ()
    operators: tuple[Operator, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    rejections: Rejections | None = None
    versions: tuple[tuple[str, str], ...] = ()
