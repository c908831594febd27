"""The job of a search for synthetic data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, TypeAlias

from evaluators.synthetic_data.settings import EvolutionConfig
from runs.job.job import Job
from runs.job.schema import NOT_NEGATIVE, POSITIVE, Rule, one_of
from runs.job.sections import OutputJob, WorkersJob

QueryEntry: TypeAlias = str | Mapping[str, Any]
"""A class of queries: in short as ``marginals:2``, or a table with its ``kind``."""


_SHARE = Rule("above 0 and below 1", lambda share: 0 < share < 1)


@dataclass(frozen=True, slots=True)
class DataJob:
    """The private table.

    Attributes:
        path: a CSV, Parquet or Feather file.
        schema: a TOML file of its columns and constraints; what it says is public.
        trust_inferred_schema: whether the schema may be drafted from the private data, which leaks what it says.
        public: a public table of the same schema, of which the first synthetic table is made; empty for none.
        ignored: columns of the files that are left out.
        rows: of the private table where their number is public, noted at the start; 0 where it is private.
    """

    path: str = ""
    schema: str = ""
    trust_inferred_schema: bool = False
    public: str = ""
    ignored: tuple[str, ...] = ()
    rows: Annotated[int, NOT_NEGATIVE] = 0


@dataclass(frozen=True, slots=True)
class PrivacyJob:
    """What is promised about the private table.

    Attributes:
        epsilon: of (epsilon, delta)-differential privacy; it has no default.
        delta: far below 1/rows.
        neighbours: ``add_remove`` hides the number of rows too, ``replace`` takes it to be public.
        accounting: ``zcdp`` or ``pld``; empty for the one that needs less noise.
        ledger: the folder of a ledger that other runs share; empty for one of the run's own, in its folder.
    """

    epsilon: Annotated[float, POSITIVE] | None = None
    delta: Annotated[float, _SHARE] = 1e-9
    neighbours: Annotated[str, one_of("add_remove", "replace")] = "add_remove"
    accounting: Annotated[str, one_of("", "zcdp", "pld")] = ""
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class TableJob:
    """The synthetic table.

    Attributes:
        rows: how many; 0 for as many as the private table is estimated to have.
        format: ``parquet`` or ``csv``.
    """

    rows: Annotated[int, NOT_NEGATIVE] = 0
    format: Annotated[str, one_of("parquet", "csv")] = "parquet"


@dataclass(frozen=True, slots=True)
class MechanismJob:
    """How the private table is asked.

    Attributes:
        name: one of :data:`runs.synthesis.mechanism.MECHANISMS`.
        rounds: of selecting, measuring and evolving after the first, at most; for ``adaptive``, as all that follows.
        queries_per_round: selected and measured in each.
        start_share: of the budget for the one-way marginals, which are measured first.
        selection_share: of a round's budget for its selections.
    """

    name: str = "one_shot"
    rounds: Annotated[int, POSITIVE] | None = None
    queries_per_round: Annotated[int, POSITIVE] | None = None
    start_share: Annotated[float, _SHARE] | None = None
    selection_share: Annotated[float, _SHARE] | None = None


@dataclass(frozen=True, slots=True)
class IslandsJob:
    """How the evolution is spread.

    Attributes:
        count: islands, each of which evolves a table.
        layout: ``populations``: each island evolves whole tables, and they exchange blocks of rows; ``row_blocks``:
            each evolves its share of the rows, and the synthetic table is all of them together.
    """

    count: Annotated[int, Rule("from 1 to 10,000", lambda count: 1 <= count <= 10_000)] = 1
    layout: Annotated[str, one_of("populations", "row_blocks")] = "populations"


@dataclass(frozen=True, slots=True)
class TableWorkersJob(WorkersJob):
    """Where the epochs run; an epoch over millions of rows takes minutes, so patience is long."""

    candidate_timeout_seconds: Annotated[float, POSITIVE] = 3600.0


@dataclass(frozen=True, slots=True)
class TableOutputJob(OutputJob):
    """What the run leaves behind besides its tables.

    Attributes:
        private_evaluation: whether exact errors against the private table are computed when the search has finished;
            they go to the folder ``private`` and are not for release.
        private_classifier: a column that classifiers learn to tell from the others, one from the synthetic and one
            from the private table, both tested on private rows; as private as exact errors, which are computed with it.
    """

    private_evaluation: bool = False
    private_classifier: str = ""


@dataclass(frozen=True, slots=True)
class SyntheticDataJob(Job):
    """The job of a search for synthetic data; each attribute is the section of the same name in a job file.

    Attributes:
        data: the private table.
        privacy: what is promised about it.
        queries: what it is asked.
        table: the synthetic table.
        mechanism: how the private table is asked.
        evolution: the evaluator's :class:`evaluators.synthetic_data.settings.EvolutionConfig`.
        islands: how the evolution is spread.
        workers: where the epochs run.
        output: what the run leaves behind.
    """

    kind: ClassVar[str] = "synthetic_data"

    data: DataJob = field(default_factory=DataJob)
    privacy: PrivacyJob = field(default_factory=PrivacyJob)
    queries: Annotated[tuple[QueryEntry, ...], Rule("one entry or more", len)] = ("marginals:2",)
    table: TableJob = field(default_factory=TableJob)
    mechanism: MechanismJob = field(default_factory=MechanismJob)
    evolution: EvolutionConfig = field(default_factory=EvolutionConfig)
    islands: IslandsJob = field(default_factory=IslandsJob)
    workers: TableWorkersJob = field(default_factory=TableWorkersJob)
    output: TableOutputJob = field(default_factory=TableOutputJob)

    @property
    def title(self) -> str:
        """The name under which the run is listed."""
        return self.kind

    def check(self) -> None:
        """Checks that there is an epsilon, and one source of the schema.

        Raises:
            ValueError: when one of them lacks, or the schema has two.
        """
        if self.privacy.epsilon is None:
            raise ValueError("[privacy] needs an epsilon, the limit on what is revealed; give one, such as --epsilon 1")
        if self.data.schema and self.data.trust_inferred_schema:
            raise ValueError(f"[data] has the schema {self.data.schema!r}, so leave trust_inferred_schema out")
