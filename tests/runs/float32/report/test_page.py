import dataclasses
import re
from html.parser import HTMLParser

from runs.float32.report.data import Float32Data
from runs.float32.report.page import render, write_report


class Text(HTMLParser):
    """Collects the text of a page and checks that its tags are closed in order."""

    VOID = frozenset({"meta", "br", "line", "circle", "path", "rect", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the base class has it
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.parts.append(data)


def text_of(page: str) -> str:
    parser = Text()
    parser.feed(page)
    assert parser.open == []
    return " ".join(" ".join(parser.parts).split())


def test_the_page_says_what_was_found_checked_and_measured(data: Float32Data) -> None:
    text = text_of(render(data))
    for expected in (
        "The cheapest takes 2 slots, 0.91 ULP checked on every input.",
        "greatest error 0.91 ULP at x = <0.5>",
        "as fast as jnp.exp2 2.10x",
        "990 of 1,000 candidates, 99.0%, were turned away",
        "v1 = fma(c0, x, c1)", "0.693147", "0x1.62e42ap-1", "fitted",
        "NaN nan 1 nan wrong", "-inf -inf 0 0 right",
        "type and cost 1,000 400 40.0%",
        "mutate 3 0.95 x & 1", "random not scored not scored",
        "random, 900 candidates",
        "primordia search float32 --function=exp2",
        "not checked",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_page_needs_nothing_else(data: Float32Data) -> None:
    page = render(data)
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", page)
    assert "url(" not in page
    assert "@import" not in page


def test_links_lead_to_programs(data: Float32Data) -> None:
    page = render(data)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets == {"program-17", "program-21"}
    assert targets <= set(re.findall(r'id="([^"]+)"', page))


def test_a_search_that_found_nothing_says_so(data: Float32Data) -> None:
    courses = tuple(dataclasses.replace(course, candidates=(), costs=(), front=()) for course in data.courses[:1])
    empty = dataclasses.replace(data, entries=(), best="", speed=(), costs=(), courses=courses)
    text = text_of(render(empty))
    assert "No program was found yet." in text
    assert "No candidate was recorded yet." in text
    assert "<svg" not in render(empty)


def test_programs_beyond_the_bound_are_not_praised(data: Float32Data) -> None:
    strict = dataclasses.replace(data, max_ulp=0.5)
    text = text_of(render(strict))
    assert "No program is within the bound: the best is off by 0.91 ULP." in text
    assert "beyond the bound" in text


def test_the_file_is_the_page(data: Float32Data, tmp_path) -> None:  # type: ignore[no-untyped-def]
    write_report(data, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == render(data)
