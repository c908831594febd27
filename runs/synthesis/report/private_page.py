"""The page of exact errors: for the owner of the private data, in the private folder, never for release."""

from __future__ import annotations

import heapq
from pathlib import Path
from typing import TYPE_CHECKING

from runs.report.cells import figure_cell, row
from runs.report.document import document, section, table, write_page
from runs.report.markup import Node, node
from runs.synthesis.report.alarm import alarm
from runs.synthesis.report.page import style
from runs.synthesis.report.text import claim_text, figure, percent_text

if TYPE_CHECKING:
    from runs.synthesis.classifier import Score
    from runs.synthesis.evaluation import ClassError, Evaluation, QueryError
    from runs.synthesis.run import SynthesisRun

PAGE = "report.html"

_WARNING = "PRIVATE: exact errors against the real data, not for release"
_MEANING = (
    "These figures were computed from the private table without noise. They are not covered by the claim of "
    "differential privacy, and nobody but those who may see the private table may see them; nor may a table, a setting "
    "or a budget be chosen by them for release."
)
_MOST_QUERIES = 40


def write_private_page(run: SynthesisRun, found: Evaluation, folder: Path) -> Path:
    """Writes the page and returns its path.

    Args:
        run: whose table was compared.
        found: with the private one.
        folder: the private one.

    Raises:
        ValueError: when the disk is full.
    """
    write_page(render(run, found), folder / PAGE)
    return folder / PAGE


def render(run: SynthesisRun, found: Evaluation) -> str:
    """Returns the page as HTML text."""
    budget = run.ledger.terms.budget
    lead = f"The synthetic table of {len(run.codes):,} rows, made with {claim_text(budget)}, beside the real data."
    name = Path(run.job.data.path).stem or run.name
    main = [
        node("header", node("p", f"Primordia · {run.name}", class_="eyebrow"), node("h1", f"{name}: exact errors"),
             alarm(_WARNING), node("p", lead, class_="lead"), node("p", _MEANING, class_="note")),
        section("Errors by class of queries", _classes(found)),
        section(f"Classifiers of {found.classifier}", _scores(found), _scores_note(found)) if found.scores else None,
        section("The queries answered worst", _queries(found)),
        node("section", alarm(_WARNING)),
    ]  # fmt: skip
    return document(f"PRIVATE: {name}", main, tuple(run.manifest.versions.items()), style())


def _classes(found: Evaluation) -> Node:
    titles = ("queries", "number", "answers", "mean error", "largest error", "total variation")
    return table(titles, map(_class, found.classes), "errors")


def _class(error: ClassError) -> Node:
    name = node("td", error.kind, node("div", error.unit, class_="note"))
    return row(name, figure_cell(f"{error.queries:,}"), figure_cell(f"{error.answers:,}"), *_figures(error))


def _queries(found: Evaluation) -> Node:
    worst = heapq.nlargest(_MOST_QUERIES, found.queries, key=lambda error: error.max)
    titles = ("query", "mean error", "largest error", "total variation")
    return table(titles, [row(error.query, *_figures(error)) for error in worst], "errors")


def _figures(error: ClassError | QueryError) -> list[Node]:
    distance = "—" if error.tvd is None else figure(error.tvd, 3)
    return [figure_cell(text) for text in (percent_text(error.mean), percent_text(error.max), distance)]


def _scores(found: Evaluation) -> Node:
    return table(("trained on", "accuracy", "area under the ROC curve"), map(_score, found.scores), "scores")


def _score(score: Score) -> Node:
    area = "—" if score.area is None else f"{score.area:.4f}"
    return row(score.trained_on, figure_cell(f"{score.accuracy:.2%}"), figure_cell(area))


def _scores_note(found: Evaluation) -> Node:
    text = (
        f"Gradient boosting (scikit-learn) learnt {found.classifier} from the other columns. All were tested on the "
        "same quarter of the private rows, which the classifier trained on the private table has not seen."
    )
    return node("p", text, class_="note")
