"""What the pages of all reports share: the self-contained document, its sections, tiles, tables and command."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

from runs.folder.atomic import write_atomically
from runs.report.markup import Child, Node, node, write


def document(title: str, main: Sequence[Child], versions: Iterable[tuple[str, str]], style: str = "") -> str:
    """Returns a page that needs neither files nor a network, as HTML text.

    Args:
        title: stands in the browser's tab.
        main: the header and the sections.
        versions: pairs (package, version) for the footer.
        style: rules added to the style sheet of all reports.
    """
    script = _resource("script.js")
    head = node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        node("title", f"{title} · Primordia"),
        node("style", _resource("style.css") + style),
    )
    footer = node("p", " · ".join(f"{package} {version}" for package, version in versions))
    body = node("body", node("main", *main), node("footer", footer), node("script", script))
    return "<!doctype html>\n" + write(node("html", head, body, lang="en")) + "\n"


def write_page(text: str, path: Path) -> None:
    """Writes a page; an earlier one in its place is replaced.

    Raises:
        ValueError: when the disk is full.
    """
    write_atomically(path, text.encode("utf-8", "replace"))


def header(
    run: str, title: str, lead: str, figures: Iterable[tuple[str, str]], note: str, warning: Node | None = None
) -> Node:
    """Returns the head of a page.

    Args:
        run: the run's name.
        title: of the page.
        lead: what was searched and found, in one sentence.
        figures: the headline figures, as pairs (name, value).
        note: a remark under them.
        warning: what stands above them.
    """
    return node(
        "header",
        node("p", f"Primordia · {run}", class_="eyebrow"),
        node("h1", title),
        node("p", lead, class_="lead"),
        warning,
        tiles(figures),
        node("p", note, class_="note"),
    )


def section(title: str, *children: Child) -> Node:
    """Returns a titled section whose content stands on a card."""
    return node("section", node("h2", title), node("div", *children, class_="card"))


def tiles(figures: Iterable[tuple[str, str]]) -> Node:
    """Returns headline figures side by side.

    Args:
        figures: pairs (name, value).
    """
    return node("dl", *(node("div", node("dt", name), node("dd", value)) for name, value in figures), class_="tiles")


def table(titles: Iterable[str], rows: Iterable[Node], class_: str) -> Node:
    """Returns a table that scrolls sideways where it is wider than the screen.

    Args:
        titles: of the columns.
        rows: ``tr`` elements.
        class_: for the style sheet.
    """
    head = node("tr", *(node("th", title) for title in titles))
    return node("div", node("table", node("thead", head), node("tbody", *rows), class_=class_), class_="scroll")


def command_box(command: str) -> Node:
    """Returns a command with a button that copies it."""
    button = node("button", "Copy", type="button", class_="copy")
    return node("div", node("pre", command), button, class_="command")


def _policy(script: str) -> str:
    # The browser itself then refuses any request, and any script but ours.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"


def _resource(name: str) -> str:
    return files("runs.report").joinpath(name).read_text(encoding="utf-8")
