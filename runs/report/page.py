"""The report: one HTML page that needs nothing else, neither files nor a network."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path

from runs.folder.atomic import write_atomically
from runs.report.convergence_chart import convergence_chart
from runs.report.data import MINIMAX, RANDOM, Entry, ReportData
from runs.report.front_chart import front_chart
from runs.report.markup import Child, Node, node, write
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
    script = _resource("script.js")
    head = node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        node("title", f"{data.name} · Primordia"),
        node("style", _resource("style.css")),
    )
    body = node(
        "body",
        node("main", _header(data), *_sections(data)),
        node("footer", _versions(data)),
        node("script", script),
    )
    return "<!doctype html>\n" + write(node("html", head, body, lang="en")) + "\n"


def write_report(data: ReportData, path: Path) -> None:
    """Writes the page; an earlier report in its place is replaced.

    Args:
        data: what it shows.
        path: the file.

    Raises:
        ValueError: when the disk is full.
    """
    write_atomically(path, render(data).encode("utf-8", "replace"))


def _policy(script: str) -> str:
    # The browser itself then refuses any request, and any script but ours.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"


def _resource(name: str) -> str:
    return files("runs.report").joinpath(name).read_text(encoding="utf-8")


def _header(data: ReportData) -> Node:
    rate = data.candidates / data.seconds if data.seconds > 0 else 0.0
    tiles = [
        ("candidates", f"{data.candidates:,}"),
        ("candidates per second", f"{rate:,.0f}"),
        ("searched for", duration_text(data.seconds)),
        ("seed", str(data.seed)),
    ]
    return node(
        "header",
        node("p", f"Primordia · {data.run}", class_="eyebrow"),
        node("h1", data.name),
        node("p", headline(data), class_="lead"),
        node("dl", *(node("div", node("dt", name), node("dd", value)) for name, value in tiles), class_="tiles"),
        node("p", f"Started {data.started}; stopped: {data.stop_reason}.", class_="note"),
    )


def _sections(data: ReportData) -> list[Node]:
    programs = [program_section(data, entry) for entry in data.entries]
    chart, convergence = front_chart(data), convergence_chart(data)
    sections = [
        _section("The front", chart, _front_table(data), _method(data)) if chart is not None else None,
        node("section", node("h2", "Programs"), *programs) if programs else None,
        _section("Convergence", convergence) if convergence is not None else None,
        _section("Verdicts", node("p", savings_text(data)), _verdicts(data))
        if any(count for _, count in data.verdicts)
        else None,
        _section("Reproduce", node("p", "The same seed gives the same run, times aside."), _command(data)),
    ]
    return [section for section in sections if section is not None]


def _section(title: str, *children: Child) -> Node:
    return node("section", node("h2", title), node("div", *children, class_="card"))


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
    head = node("tr", *(node("th", title) for title in titles))
    rows = [_front_row(data, entry) for entry in data.entries]
    table = node("table", node("thead", head), node("tbody", *rows), class_="front")
    return node("div", table, class_="scroll")


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
    head = node("tr", *(node("th", title) for title in ("verdict", "candidates", "share", "")))
    return node("div", node("table", node("thead", head), node("tbody", *rows), class_="verdicts"), class_="scroll")


def _command(data: ReportData) -> Node:
    return node(
        "div", node("pre", data.command), node("button", "Copy", type="button", class_="copy"), class_="command"
    )


def _versions(data: ReportData) -> Node:
    return node("p", " · ".join(f"{package} {version}" for package, version in data.versions))
