"""Exact errors of the synthetic table against the private one: for the owner of the data, never for release."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.keys import fold_in
from evaluators.queries.form import CellTable
from evaluators.queries.query import Query, answer_all
from runs.folder.atomic import write_atomically
from runs.privacy.private_folder import private_folder
from runs.synthesis.classifier import Score, scores
from runs.synthesis.private_table import PrivateTable
from runs.synthesis.report.fits import class_name, peaks, unit
from runs.synthesis.run import SynthesisRun
from search_spaces.synthetic_data.grid import Codes

EVALUATION_FILE = "evaluation.json"

WARNING = "PRIVATE: exact errors against the real data, not for release"


@dataclass(frozen=True, slots=True)
class QueryError:
    """The exact error of one query.

    Attributes:
        query: its name.
        kind: its class, in words.
        mean: absolute difference of the answers, as shares of the rows of each table.
        max: the largest.
        tvd: total variation distance, the mean over the query's tables of cells; None where it has none.
    """

    query: str
    kind: str
    mean: float
    max: float
    tvd: float | None


@dataclass(frozen=True, slots=True)
class ClassError:
    """The exact errors of a class of queries.

    Attributes:
        kind: the class, in words.
        unit: what errors are shares of.
        queries: how many.
        answers: how many.
        mean: over all answers.
        max: the largest.
        tvd: the mean over all tables of cells; None where there are none.
    """

    kind: str
    unit: str
    queries: int
    answers: int
    mean: float
    max: float
    tvd: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is known of a synthetic table beside the private one; all of it is private.

    Attributes:
        classes: the errors by class of queries.
        queries: the errors query by query.
        classifier: the column that classifiers learnt; empty where none did.
        scores: what they reached.
    """

    classes: tuple[ClassError, ...]
    queries: tuple[QueryError, ...]
    classifier: str = ""
    scores: tuple[Score, ...] = ()


def write_evaluation(run: SynthesisRun) -> Path:
    """Compares the synthetic table with the private one without noise, and returns the page in the private folder.

    Raises:
        ValueError: when the private table cannot be read, is not the ledger's, or the disk is full.
    """
    from runs.synthesis.report.private_page import write_private_page

    found = evaluate(run)
    folder = private_folder(run.path)
    content: dict[str, Any] = {
        "warning": WARNING,
        "errors": "of answers as shares of the rows of each table, or of the largest answer that there could be",
        **asdict(found),
    }
    write_atomically(folder / EVALUATION_FILE, json.dumps(content, indent=1).encode())
    return write_private_page(run, found, folder)


def evaluate(run: SynthesisRun) -> Evaluation:
    """Compares the synthetic table with the private one without noise.

    Raises:
        ValueError: when the private table cannot be read or is not the ledger's.
    """
    private = PrivateTable(Path(run.job.data.path), run.schema, run.job.data.ignored)
    private.check(run.ledger_folder, run.ledger.terms)
    classes, queries = exact_errors(run.problem.queries, run.codes, private.codes)
    column = run.job.output.private_classifier
    if not column:
        return Evaluation(classes, queries)
    seed = fold_in(run.job.search.seed or 0, "held-out rows")
    return Evaluation(classes, queries, column, scores(run.schema, column, run.codes, private.codes, seed))


def exact_errors(
    queries: Sequence[Query], synthetic: Codes, private: Codes
) -> tuple[tuple[ClassError, ...], tuple[QueryError, ...]]:
    """Returns the errors of each class of queries, and of each query.

    Args:
        queries: the workload.
        synthetic: codes of the synthetic table, with a row or more.
        private: codes of the private one.
    """
    shares = [
        [answers / (max(1, len(codes)) * peaks(query)) for query, answers in zip(queries, found, strict=True)]
        for codes, found in ((codes, answer_all(queries, codes)) for codes in (synthetic, private))
    ]
    errors = [np.abs(ours - theirs) for ours, theirs in zip(*shares, strict=True)]
    classes: dict[str, list[int]] = {}
    for place, query in enumerate(queries):
        classes.setdefault(class_name(query), []).append(place)
    return (
        tuple(_class_error(kind, queries, errors, places) for kind, places in classes.items()),
        tuple(_query_error(query, error) for query, error in zip(queries, errors, strict=True)),
    )


def _class_error(
    kind: str, queries: Sequence[Query], errors: Sequence[NDArray[np.float64]], places: Sequence[int]
) -> ClassError:
    together = np.concatenate([errors[place] for place in places])
    distances = [distance for place in places for distance in _distances(queries[place], errors[place])]
    return ClassError(
        kind=kind,
        unit=unit([queries[place] for place in places]),
        queries=len(places),
        answers=len(together),
        mean=float(together.mean()),
        max=float(together.max()),
        tvd=float(np.mean(distances)) if distances else None,
    )


def _query_error(query: Query, error: NDArray[np.float64]) -> QueryError:
    distances = list(_distances(query, error))
    tvd = float(np.mean(distances)) if distances else None
    return QueryError(query.name, class_name(query), float(error.mean()), float(error.max()), tvd)


def _distances(query: Query, error: NDArray[np.float64]) -> Iterator[float]:
    """Yields the total variation distance of each table of cells of a query."""
    start = 0
    for form in query.forms:
        if isinstance(form, CellTable):
            yield float(error[start : start + form.size].sum() / 2)
        start += form.size
