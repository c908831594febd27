"""The report of a search for layers: one HTML page that needs nothing else, neither files nor a network."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from runs.layers.report.course_section import course_section
from runs.layers.report.data import LayersData
from runs.layers.report.front_section import front_section
from runs.layers.report.layer_section import analysis_section, layer_section
from runs.layers.report.protocols_section import protocols_section
from runs.layers.report.ranking_section import ranking_section
from runs.layers.report.text import headline, points_text
from runs.layers.report.transfer_section import transfer_section
from runs.report.cells import row
from runs.report.document import command_box, document, header, section, write_page
from runs.report.markup import Node, node
from runs.report.text import duration_text

_REPRODUCE = (
    "The same seed and images give the same candidates and verdicts, times aside, as long as the budget is a number of "
    "candidates; a budget of minutes ends where the machine is by then."
)


def render(data: LayersData) -> str:
    """Returns the page as HTML text.

    Args:
        data: what it shows; all texts are escaped.
    """
    return document(data.name, [_header(data), *_sections(data)], data.versions, style())


def write_report(data: LayersData, path: Path) -> None:
    """Writes the page; an earlier report in its place is replaced.

    Args:
        data: what it shows.
        path: the file.

    Raises:
        ValueError: when the disk is full.
    """
    write_page(render(data), path)


def style() -> str:
    """Returns the rules that pages about layers add to the shared style sheet."""
    return files("runs.layers.report").joinpath("style.css").read_text(encoding="utf-8")


def _header(data: LayersData) -> Node:
    figures = [
        ("candidates", f"{data.candidates:,}"),
        ("trained in all networks", f"{data.counts.get('scored', 0):,}"),
        *_against_reference(data),
        ("searched for", duration_text(data.seconds)),
        ("seed", str(data.seed)),
    ]
    return header(data.run, data.name, headline(data), figures, f"Started {data.started}; stopped: {data.stop_reason}.")


def _against_reference(data: LayersData) -> list[tuple[str, str]]:
    winner = data.ranking.winner if data.ranking else None
    if winner is None or winner.difference is None:
        return []
    return [("points to BN-ReLU", points_text(winner.difference.mean))]


def _sections(data: LayersData) -> list[Node]:
    sections = [
        layer_section(data.layer) if data.layer else None,
        ranking_section(data),
        transfer_section(data.transfers),
        front_section(data),
        protocols_section(data),
        course_section(data),
        analysis_section(data.layer) if data.layer else None,
        section("The job and the data", _settings(data)) if data.settings else None,
        section("Reproduce", node("p", _REPRODUCE), command_box(data.command)),
    ]
    return [found for found in sections if found is not None]


def _settings(data: LayersData) -> Node:
    rows = [row(node("td", what, class_="label"), how) for what, how in data.settings]
    return node("div", node("table", node("tbody", *rows), class_="settings"), class_="scroll")
