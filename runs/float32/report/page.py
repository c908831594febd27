"""The report of a search for machine programs: one HTML page that needs neither files nor a network."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from runs.float32.report.course_chart import course_chart
from runs.float32.report.data import Entry, Float32Data
from runs.float32.report.front_chart import classed, front_chart
from runs.float32.report.program_section import anchor, facts_table, program_section
from runs.float32.report.text import best_entry, headline, saved_sentence
from runs.protocol_costs import ProtocolCost
from runs.report.cells import figure_cell, note, row
from runs.report.document import command_box, document, header, section, table, write_page
from runs.report.funnel_chart import funnel_chart
from runs.report.markup import Node, node
from runs.report.text import duration_text, work_text
from search_spaces.float32_functions.formula import formula_text

_REPRODUCE = (
    "The same seed gives the same candidates and verdicts, times aside, as long as the budget is a number of "
    "candidates; a budget of minutes ends where the machine is by then."
)
_FRONT = (
    "Errors are the greatest over the domain in units in the last place of the exact value's binade: of every input "
    "where a program was checked, or else of the inputs that the search tried. The dashed line is the bound."
)
_METHOD = (
    "Cost is the time of all workers together. Saved is an estimate: the candidates turned away, each at the mean time "
    "that those which passed took further on; of duplicates, the time that their originals took."
)
_SPEED = (
    "Timed side by side in one process, in turn; ratios are of medians, with 95 % intervals by bootstrap over the "
    "rounds. Above 1 the program is faster."
)


def render(data: Float32Data) -> str:
    """Returns the page as HTML text.

    Args:
        data: what it shows; all texts are escaped.
    """
    return document(data.name, [_header(data), *_sections(data)], data.versions, style())


def write_report(data: Float32Data, path: Path) -> None:
    """Writes the page; an earlier report in its place is replaced.

    Args:
        data: what it shows.
        path: the file.

    Raises:
        ValueError: when the disk is full.
    """
    write_page(render(data), path)


def style() -> str:
    """Returns the rules that pages about machine programs add to the shared style sheet."""
    return files("runs.float32.report").joinpath("style.css").read_text(encoding="utf-8")


def _header(data: Float32Data) -> Node:
    best = best_entry(data)
    figures = [("least cost", f"{best.cost:g} {data.unit}"), ("its error", f"{best.max_ulp:.4g} ULP")] if best else []
    figures += [*data.speed[:1], ("candidates", f"{data.candidates:,}"), ("searched for", duration_text(data.seconds))]
    note_ = f"Started {data.started}; stopped: {data.stop_reason}; seed {data.seed}."
    return header(data.run, data.name, headline(data), figures, note_)


def _sections(data: Float32Data) -> list[Node]:
    front, course = front_chart(data), course_chart(data)
    programs = [program_section(data, entry) for entry in data.entries]
    sections = [
        section("Speed", facts_table(data.speed), note(_SPEED)) if data.speed else None,
        section("The front", _legend(data), front, _front_table(data), note(_FRONT)) if front is not None else None,
        node("section", node("h2", "Programs"), *programs) if programs else None,
        _protocols(data),
        section("How the search went", course) if course is not None else None,
        section("Reproduce", node("p", _REPRODUCE), command_box(data.command)),
    ]
    return [found for found in sections if found is not None]


def _legend(data: Float32Data) -> Node | None:
    if len(data.courses) < 2:
        return None
    named = [(course.label, class_) for course, class_ in reversed(classed(data.courses))]
    return node("p", *(node("span", label, class_=class_) for label, class_ in named), class_="legend")


def _front_table(data: Float32Data) -> Node:
    titles = (data.unit, "ULP", "every input", "formula")
    return table(titles, [_front_row(data, entry) for entry in data.entries], "front")


def _front_row(data: Float32Data, entry: Entry) -> Node:
    known, class_ = ("checked", "better") if entry.max_ulp <= data.max_ulp else ("beyond the bound", "worse")
    return row(
        node("td", node("a", f"{entry.cost:g}", href=f"#{anchor(entry)}"), class_="number"),
        figure_cell(f"{entry.max_ulp:.4g}"),
        node("td", known if entry.evidence else "not checked", class_=class_ if entry.evidence else "equal"),
        node("td", node("code", formula_text(entry.program))),
        class_="winner" if entry.id == data.best else None,
    )


def _protocols(data: Float32Data) -> Node:
    if not data.costs:
        return section("Rejection protocols", node("p", "No candidate was recorded yet."))
    titles = ("protocol", "met", "turned away", "share", "cost", "each", "saved")
    rows = [_protocol(cost) for cost in data.costs]
    text = node("p", saved_sentence(data))
    return section(
        "Rejection protocols", text, funnel_chart(data.costs), table(titles, rows, "protocols"), note(_METHOD)
    )


def _protocol(cost: ProtocolCost) -> Node:
    share, each = "—", "—"
    if cost.met:
        share, each = f"{cost.turned_away / cost.met:.1%}", work_text(cost.seconds / cost.met)
    figures = (f"{cost.met:,}", f"{cost.turned_away:,}", share, work_text(cost.seconds), each, work_text(cost.saved))
    return row(cost.name.replace("_", " "), *map(figure_cell, figures))
