"""The report: one HTML page that needs nothing else, neither files nor a network."""

from __future__ import annotations

from pathlib import Path

from runs.report.convergence_chart import convergence_chart
from runs.report.data import MINIMAX, RANDOM, Entry, ReportData
from runs.report.document import command_box, document, header, section, table, write_page
from runs.report.front_chart import front_chart
from runs.report.markup import Node, node
from runs.report.program_section import anchor, program_section
from runs.report.text import MINUS, TIMES, duration_text, headline, ratio_text, savings_text
from runs.text import bound_text, error_text
from search_spaces.formula import formula_text

_TABLE_DIGITS = 5


def render(data: ReportData) -> str:
    """Returns the page as HTML text.

    Args:
        data: what it shows; all texts are escaped.
    """
    return document(data.name, [_header(data), *_sections(data)], data.versions)


def write_report(data: ReportData, path: Path) -> None:
    """Writes the page; an earlier report in its place is replaced.

    Args:
        data: what it shows.
        path: the file.

    Raises:
        ValueError: when the disk is full.
    """
    write_page(render(data), path)


def _header(data: ReportData) -> Node:
    rate = data.candidates / data.seconds if data.seconds > 0 else 0.0
    figures = [
        ("candidates", f"{data.candidates:,}"),
        ("candidates per second", f"{rate:,.0f}"),
        ("searched for", duration_text(data.seconds)),
        ("seed", str(data.seed)),
    ]
    return header(data.run, data.name, headline(data), figures, f"Started {data.started}; stopped: {data.stop_reason}.")


def _sections(data: ReportData) -> list[Node]:
    programs = [program_section(data, entry) for entry in data.entries]
    chart, convergence = front_chart(data), convergence_chart(data)
    sections = [
        section("The front", chart, _front_table(data), _method(data)) if chart is not None else None,
        node("section", node("h2", "Programs"), *programs) if programs else None,
        section("Convergence", convergence) if convergence is not None else None,
        section("Verdicts", node("p", savings_text(data)), _verdicts(data))
        if any(count for _, count in data.verdicts)
        else None,
        section("Reproduce", node("p", "The same seed gives the same run, times aside."), command_box(data.command)),
    ]
    return [found for found in sections if found is not None]


def _method(data: ReportData) -> Node:
    text = (
        f"Errors are the {data.metric} over {data.domain}. Measured errors come from a scan and are lower bounds; "
        "proven ones hold at every point of the domain, for exact arithmetic. The last column compares with the best "
        "minimax polynomial, rational function or continued fraction of at most as many operations; "
        f"each + {MINUS} {TIMES} ÷ counts as one, constants are free. "
        "Random programs are the candidates of this run that have no parents, constants fitted."
    )
    if {rival.family for rival in data.rivals} - {*MINIMAX, RANDOM}:
        text += " Other runs of the same function are named by their strategy and number of candidates."
    return node("p", text, class_="note")


def _front_table(data: ReportData) -> Node:
    titles = ("operations", "measured", "proven", "baseline", "formula")
    return table(titles, [_front_row(data, entry) for entry in data.entries], "front")


def _front_row(data: ReportData, entry: Entry) -> Node:
    comparison, class_ = ratio_text(data, entry)
    proven = "—" if entry.proven_bound is None else f"≤ {bound_text(entry.proven_bound)}"
    return node(
        "tr",
        node("td", node("a", str(entry.program.operations), href=f"#{anchor(entry)}"), class_="number"),
        node("td", error_text(entry.measured_error), class_="number"),
        node("td", proven, class_="number"),
        node("td", comparison, class_=f"number {class_}"),
        node("td", node("code", formula_text(entry.program, _TABLE_DIGITS))),
    )


def _verdicts(data: ReportData) -> Node:
    verdicts = sorted([verdict for verdict in data.verdicts if verdict[1]], key=lambda verdict: -verdict[1])
    total = sum(count for _, count in verdicts)
    rows = [
        node(
            "tr",
            node("td", label.replace("_", " ").replace(":", ": ")),
            node("td", f"{count:,}", class_="number"),
            node("td", f"{count / total:.1%}", class_="number"),
            node("td", node("div", class_="bar", style=f"width: {100 * count / verdicts[0][1]:.1f}%"), class_="bars"),
        )
        for label, count in verdicts
    ]
    return table(("verdict", "candidates", "share", ""), rows, "verdicts")
