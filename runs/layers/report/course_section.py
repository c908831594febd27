"""The section on how the search went, beside the searches that it is compared with."""

from __future__ import annotations

from runs.layers.report.course_chart import course_chart
from runs.layers.report.data import Course, LayersData, Operator
from runs.layers.report.text import percent_text
from runs.report.cells import figure_cell, note, row
from runs.report.document import section, table
from runs.report.markup import Node, node
from runs.report.text import duration_text

_METHOD = (
    "Dots are the mean errors over the networks of scored candidates, one training each; the line is the least so far, "
    "which falls by luck too, the more so the more is trained. How far into the search a candidate was is estimated "
    "from the evaluations' own times."
)


def course_section(data: LayersData) -> Node:
    """Returns the section, or one that says that nothing was scored.

    Args:
        data: the report.
    """
    chart = course_chart(data)
    if chart is None:
        text = "No candidate was scored, so there is no course to draw."
        return section("How the search went", node("p", text), _operators(data))
    return section("How the search went", chart, note(_METHOD), _runs(data), _operators(data))


def _runs(data: LayersData) -> Node | None:
    if len(data.courses) < 2:
        return None
    titles = ("search", "time", "candidates", "trained", "least mean error", "reached after")
    rows = [_run(course, "winner" if course is data.courses[0] else None) for course in data.courses]
    hint = note("Errors on the search images, of the candidate that each search did best with there.")
    return node("div", node("h4", "Beside other searches"), table(titles, rows, "searches"), hint)


def _run(course: Course, class_: str | None) -> Node:
    best, reached = "—", "—"
    if course.errors:
        best, reached = percent_text(course.errors[-1]), duration_text(course.seconds[-1])
    figures = (duration_text(course.total_seconds), f"{course.total_candidates:,}", f"{course.scored:,}", best, reached)
    return row(course.label, *map(figure_cell, figures), class_=class_)


def _operators(data: LayersData) -> Node | None:
    if not data.operators:
        return None
    titles = ("made by", "candidates", "scored", "share", "new bests", "least mean error", "median")
    rows = [_operator(found) for found in data.operators]
    return node("div", node("h4", "By operator"), table(titles, rows, "operators"))


def _operator(found: Operator) -> Node:
    best, median = ("—" if error is None else percent_text(error) for error in (found.best, found.median))
    share = percent_text(found.scored / found.made) if found.made else "—"
    figures = (f"{found.made:,}", f"{found.scored:,}", share, f"{found.records:,}", best, median)
    return row(found.name, *map(figure_cell, figures))
