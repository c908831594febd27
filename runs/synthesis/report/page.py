"""The report of a synthetic table: one HTML page that needs nothing else, neither files nor a network."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from runs.report.cells import figure_cell, row
from runs.report.document import command_box, document, header, section, table, write_page
from runs.report.markup import Node, node
from runs.report.text import TIMES, duration_text
from runs.synthesis.report.accounting_section import accounting_section, spending_section
from runs.synthesis.report.alarm import alarm
from runs.synthesis.report.association_chart import association_chart
from runs.synthesis.report.course_chart import course_chart
from runs.synthesis.report.data import Association, Fit, Marginal, Means, PairTable, SynthesisData
from runs.synthesis.report.marginal_chart import marginal_chart
from runs.synthesis.report.pair_charts import pair_charts
from runs.synthesis.report.text import DELTA, EPSILON, INFERRED, figure, fit_verdict, headline, percent_text

_FIT_NOTE = (
    "Differences are between the synthetic table and the noisy answers, so this table is safe to show. The real data "
    "themselves differ from the noisy answers by the noise: the fifth column says by how much on average. The ratio is "
    "the mean squared difference over the variance of the noise: about 1 is what the noise alone explains; below 1 the "
    "table follows some of the noise; above 1 it cannot give these answers."
)

_SEED_NOTE = (
    "The same command measures the data again and spends the budget again, and its noise will be different: noise is "
    "never reproducible, and must not be. From the noisy answers on, which the run folder keeps, the same seed gives "
    "the same table: `primordia resume` goes on from them and asks the data nothing that the ledger holds."
)


def render(data: SynthesisData) -> str:
    """Returns the page as HTML text.

    Args:
        data: what it shows; all texts are escaped.
    """
    return document(data.name, [_header(data), *_sections(data)], data.versions, style())


def write_report(data: SynthesisData, path: Path) -> None:
    """Writes the page; an earlier report in its place is replaced.

    Args:
        data: what it shows.
        path: the file.

    Raises:
        ValueError: when the disk is full.
    """
    write_page(render(data), path)


def style() -> str:
    """Returns the rules that pages about synthetic tables add to the shared style sheet."""
    return files("runs.synthesis.report").joinpath("style.css").read_text(encoding="utf-8")


def _header(data: SynthesisData) -> Node:
    figures = [
        ("rows", f"{data.rows:,}"),
        ("columns", str(len(data.marginals))),
        (EPSILON, figure(data.accounting.epsilon)),
        (DELTA, figure(data.accounting.delta)),
        ("noisy answers", f"{sum(fit.answers for fit in data.fits):,}"),
        ("loss, noise alone being 1", "—" if data.loss is None else figure(data.loss, 3)),
        ("searched for", duration_text(data.seconds)),
    ]
    real = "" if data.real_rows is None else f" The real table has {_real_rows(data)} rows."
    note = f"Started {data.started}; stopped: {data.stop_reason}.{real}"
    warning = alarm(INFERRED) if data.accounting.is_schema_inferred else None
    return header(data.run, data.name, headline(data), figures, note, warning)


def _real_rows(data: SynthesisData) -> str:
    about = "about " if data.accounting.neighbours == "add_remove" else ""
    return f"{about}{data.real_rows:,.0f}"


def _sections(data: SynthesisData) -> list[Node]:
    course = course_chart(data.courses)
    sections = [
        accounting_section(data.accounting),
        spending_section(data.accounting) if data.accounting.costs else None,
        section("Fit to the noisy answers", _fits(data), node("p", _FIT_NOTE, class_="note")) if data.fits else None,
        section("Columns", _legend(data), node("div", *map(_marginal, data.marginals), class_="marginals")),
        section("Pairs of columns that fit worst", *map(_pair, data.pairs)) if data.pairs else None,
        section("Measured means", *map(_means, data.means)) if data.means else None,
        *(section(found.title, *_association(found)) for found in data.associations),
        section("Evolution", course, _course_note(data)) if course is not None else None,
        section("Constraints", _constraints(data)) if data.constraints else None,
        section("Reproduce", node("p", _SEED_NOTE), command_box(data.command)),
    ]
    return [found for found in sections if found is not None]


def _fits(data: SynthesisData) -> Node:
    titles = ("queries", "answers", "mean difference", "largest", "mean noise", "ratio", "")
    return table(titles, [_fit(fit) for fit in data.fits], "fits")


def _fit(fit: Fit) -> Node:
    verdict, class_ = fit_verdict(fit)
    return node(
        "tr",
        node("td", fit.name, node("div", fit.unit, class_="note")),
        figure_cell(f"{fit.answers:,}"),
        figure_cell(percent_text(fit.mean_error)),
        figure_cell(percent_text(fit.max_error)),
        figure_cell(percent_text(fit.mean_noise)),
        figure_cell(figure(fit.ratio, 3)),
        node("td", verdict, class_=class_),
    )


def _legend(data: SynthesisData) -> Node:
    entries = [node("span", "synthetic table")]
    if any(marginal.measured for marginal in data.marginals):
        entries.append(node("span", "noisy answer, ± 2 standard deviations of its noise", class_="dots"))
    return node("p", *entries, class_="legend")


def _marginal(marginal: Marginal) -> Node:
    source = marginal.source or "nothing was measured about this column"
    return node("div", node("h4", marginal.column), marginal_chart(marginal), node("p", source, class_="note"))


def _pair(pair: PairTable) -> Node:
    title = f"{pair.row} by {pair.column}: mean squared difference {figure(pair.ratio, 3)} {TIMES} the noise's variance"
    return node("div", node("h4", title), pair_charts(pair), class_="pair")


def _means(found: Means) -> Node:
    rows = [
        row(label, figure_cell(synthetic), figure_cell(measured))
        for label, synthetic, measured in zip(found.labels, found.synthetic, found.measured, strict=True)
    ]
    more = node("p", f"and {found.more:,} groups more", class_="note") if found.more else None
    titles = (found.by, "synthetic table", "from noisy sums and counts")
    title = f"mean of {found.value} by {found.by}"
    return node("div", node("h4", title), table(titles, rows, "means"), more, class_="pair")


def _association(found: Association) -> list[Node]:
    return [
        node("div", association_chart(found), class_="matrix"),
        node("p", f"{found.measure}.", class_="note"),
    ]


def _course_note(data: SynthesisData) -> Node:
    rate = data.candidates / data.seconds if data.seconds > 0 else 0.0
    text = (
        f"{data.candidates:,} candidates in {duration_text(data.seconds)}, {rate:,.0f} a second. Dashed: a loss of 1, "
        "what the noise alone explains. The loss falls below it where the table follows some of the noise."
    )
    return node("p", text, class_="note")


def _constraints(data: SynthesisData) -> Node:
    rows = [
        node(
            "tr",
            node("td", check.rule),
            node("td", f"held by all {data.rows:,} rows", class_="better")
            if not check.violations
            else node("td", f"broken by {check.violations:,} rows", class_="worse"),
        )
        for check in data.constraints
    ]
    return table(("rule", ""), rows, "constraints")
