import dataclasses
import shutil
from pathlib import Path

import pytest

from runs.synthesis.report import render, write_report
from runs.synthesis.report.data import SynthesisData
from runs.synthesis.report.private_page import PAGE
from tests.runs.report.test_page import CHROMIUM, HOSTILE, Parser, browse


@pytest.fixture(scope="module")
def page(data: SynthesisData) -> str:
    return render(data)


def test_the_page_is_small_and_loads_nothing(page: str) -> None:
    parsed = Parser(page)
    assert len(page.encode()) < 2_000_000
    assert all(link.startswith("#") for link in parsed.links)
    assert not {"img", "link", "iframe", "object"} & set(parsed.tags)
    assert "url(" not in page
    assert "http" not in page.replace('http-equiv="', "")


def test_the_page_has_the_figures(page: str) -> None:
    for text in ("48,842", "about 48,861 rows", "9,245,331 candidates", "opendp 0.16.0", "0.0303", "0.9941"):
        assert text in page
    for text in ("measured", "broken by 3 rows", "held by all 48,842 rows", "and 27 more", "39.4", "3 groups more"):
        assert text in page
    assert "noise is never reproducible" in page
    assert "&lt;b&gt;two&lt;/b&gt;" in page


def test_an_inferred_schema_is_said_in_red(data: SynthesisData, page: str) -> None:
    warned = dataclasses.replace(data, accounting=dataclasses.replace(data.accounting, is_schema_inferred=True))
    assert 'class="alarm"' not in page
    text = render(warned)
    assert "The guarantee below does not cover that" in text
    assert text.index('class="alarm"') < text.index("<section")


def test_hostile_texts_are_escaped(data: SynthesisData, page: str) -> None:
    marginals = tuple(
        dataclasses.replace(found, column=HOSTILE, labels=(HOSTILE,) * len(found.labels)) for found in data.marginals
    )
    hostile = render(
        dataclasses.replace(
            data, name=HOSTILE, run=HOSTILE, command=HOSTILE, stop_reason=HOSTILE, marginals=marginals,
            pairs=tuple(dataclasses.replace(pair, row=HOSTILE) for pair in data.pairs),
        )
    )  # fmt: skip
    parsed = Parser(hostile)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert set(parsed.tags) == set(Parser(page).tags)


def test_a_run_without_anything_measured_gets_a_page(data: SynthesisData) -> None:
    claim = dataclasses.replace(data.accounting, costs=(), releases=(), num_releases=0, rho_spent=0.0)
    empty = dataclasses.replace(
        data, real_rows=None, loss=None, accounting=claim, pairs=(), fits=(), means=(), associations=(), courses=(),
        constraints=(), marginals=data.marginals[-1:], seconds=0.0,
    )  # fmt: skip
    assert "nothing was measured about this column" in render(empty)


def test_the_file_is_written_and_replaced(data: SynthesisData, page: str, tmp_path: Path) -> None:
    path = tmp_path / PAGE
    write_report(dataclasses.replace(data, name="lone surrogate \ud800"), path)
    write_report(data, path)
    assert path.read_text(encoding="utf-8") == page


@pytest.mark.skipif(CHROMIUM is None or shutil.which(CHROMIUM) is None, reason="no Chromium on the PATH")
def test_a_browser_shows_it_wide_and_narrow_without_errors_or_requests(
    data: SynthesisData, page: str, tmp_path: Path
) -> None:
    frames, console, requests = browse(tmp_path, page)
    assert not console
    assert not requests
    num_charts = len(data.marginals) + 3 * len(data.pairs) + len(data.associations) + 1
    for frame in frames:
        assert (frame["svg"], frame["empty"]) == (num_charts, 0)
        assert frame["scrollWidth"] <= frame["width"]
        assert frame["tips"] > 100
        for text in ("Privacy", "What was measured", "Columns", "Evolution", "Constraints", "Reproduce"):
            assert text in frame["text"]
