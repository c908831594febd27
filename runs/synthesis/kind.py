"""The kind of search for synthetic data, as the command and the run folder know it."""

from __future__ import annotations

from types import MappingProxyType

from runs.command.command import Command, option, words
from runs.job.options import OPTIONS
from runs.kind import Kind
from runs.synthesis.commands import cost, schema

ARGUMENTS = (
    option("--data", "the private table: a CSV, Parquet or Feather file", metavar="FILE"),
    option("--schema", "its columns, ranges, categories and constraints, which are public", metavar="FILE.toml"),
    option(
        "--trust-inferred-schema",
        "go on without --schema, and leak what a schema read from the private data says",
        action="store_true",
        default=None,
    ),
    option("--public", "a public table of the same schema to start from", metavar="FILE"),
    option("--ignore", "columns of the files that are left out", type=words, metavar="COLUMN,..."),
    option("--epsilon", "of the differential privacy; it has no default", type=float, metavar="E"),
    option("--delta", "far below 1/rows (default: 1e-9)", type=float, metavar="D"),
    option("--neighbours", "add_remove (default), or replace, which takes the number of rows to be public"),
    option("--ledger", "the folder of a ledger that runs share (default: the run's own)", metavar="DIR"),
    option("--queries", "what to ask (default: marginals:2)", type=words, metavar="KIND[:N],..."),
    option("--mechanism", "how to ask: one_shot (default) or adaptive"),
    option("--rounds", "of adaptive selecting, measuring and evolving", type=int, metavar="N"),
    option("--rows", "of the synthetic table (default: as many as the private one has)", type=int, metavar="N"),
    option("--preset", "how tables evolve: exact_moves (default) or private_gsd"),
    option("--sweeps", "over the table while it is annealed (default: 14)", type=int, metavar="N"),
    option("--layout", "what islands do: populations (default) or row_blocks"),
    option("--format", "of the synthetic table: parquet (default) or csv"),
    option(
        "--private-evaluation",
        "compute exact errors too; they go to the run's private folder",
        action="store_true",
        default=None,
    ),
    option(
        "--private-classifier",
        "compare classifiers of a column that learnt from either table, in the run's private folder too",
        metavar="COLUMN",
    ),
)

SYNTHETIC_DATA = Kind(
    name="synthetic_data",
    title="private synthetic data",
    section="data",
    named="",
    names=("synthetic_data",),
    options=MappingProxyType(
        {
            "data": "data.path",
            "schema": "data.schema",
            "trust_inferred_schema": "data.trust_inferred_schema",
            "public": "data.public",
            "epsilon": "privacy.epsilon",
            "delta": "privacy.delta",
            "neighbours": "privacy.neighbours",
            "ledger": "privacy.ledger",
            "queries": "queries",
            "mechanism": "mechanism.name",
            "rounds": "mechanism.rounds",
            "rows": "table.rows",
            "preset": "evolution.preset",
            "sweeps": "evolution.sweeps",
            "layout": "islands.layout",
            "ignore": "data.ignored",
            "format": "table.format",
            "islands": "islands.count",
            "private_evaluation": "output.private_evaluation",
            "private_classifier": "output.private_classifier",
            **OPTIONS,
        }
    ),
    arguments=ARGUMENTS,
    commands=(
        Command(
            "schema",
            "draft a schema from a table, for whoever may look at it",
            "primordia schema draft adult.csv --out schema.toml",
            (
                option("action", "what to do with it: draft", choices=["draft"], metavar="draft"),
                option("data", "a CSV, Parquet or Feather file", metavar="DATA"),
                option("--out", "the file to create (default: print it)", metavar="FILE"),
            ),
            schema,
        ),
        Command(
            "cost",
            "say what a search for synthetic data would spend on what, at which noise; it spends and reads nothing",
            "primordia cost --schema schema.toml --epsilon 1 --delta 1e-9 --queries marginals:1,marginals:2",
            (
                option("what", "a job file (default: the options say all)", nargs="?", default="", metavar="JOB.toml"),
                *ARGUMENTS,
            ),
            cost,
        ),
    ),
    default_minutes=None,
    job="runs.synthesis.job:SyntheticDataJob",
    session="runs.synthesis.session",
    run="runs.synthesis.run:SynthesisRun",
)
