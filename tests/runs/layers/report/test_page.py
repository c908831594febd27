import dataclasses
from pathlib import Path

import pytest

from runs.layers.report import render, write_report
from runs.layers.report.data import LayersData
from tests.runs.report.test_page import CHROMIUM, HOSTILE, Parser, browse


@pytest.fixture(scope="module")
def page(data: LayersData) -> str:
    return render(data)


@pytest.fixture(scope="module")
def bare(data: LayersData) -> LayersData:
    """What is known of a run that was killed before its first checkpoint."""
    courses = tuple(dataclasses.replace(course, seconds=(), candidates=(), errors=()) for course in data.courses[:1])
    return dataclasses.replace(
        data, seconds=0.0, candidates=0, counts={}, layer=None, ranking=None, rivals=(), scored=(), known=(), costs=(),
        trials=(), courses=courses, operators=(), transfers=(), rejections=None, stop_reason="killed",
    )  # fmt: skip


def test_the_page_is_small_and_loads_nothing(page: str) -> None:
    parsed = Parser(page)
    assert len(page.encode()) < 2_000_000
    assert all(link.startswith("#") for link in parsed.links)
    assert not {"img", "link", "iframe", "object"} & set(parsed.tags)
    assert "url(" not in page
    assert "http" not in page.replace('http-equiv="', "")


@pytest.mark.parametrize(
    "text",
    [
        "Candidate 4711 beats BN-ReLU on the test images by 4.0 points of accuracy on the mean over the networks",
        "better than BN-ReLU in ResNet, MobileNet and EfficientNet",
        "better than gn_relu, ln_gelu, frn_tlu and evonorm_s0; no difference is shown to bn_silu and evonorm_b0",
        "5 looks so far, 3 of 100 answers spent",
        "5 trainings of 150 steps each in each network",
        "287,100 of 288,000 candidates, 99.7 %, were turned away before they were trained",
        "passes from 0.001 to 1000",
        "10 % [0, 45]",
        "random, without rejection",
        "3 trainings of 150 steps each",
        "mnist.npz:01234567",
        "Besides, 2 crashed.",
        "not scored",
        "jax 0.10.2",
        "train eval gap",
        "0.031",
        "primordia search norm_act --data cifar10.npz --seed 7 --hours 2",
    ],
)
def test_the_page_says(page: str, text: str) -> None:
    assert text in page


def test_a_run_without_anything_gets_a_page_that_says_what_is_missing(bare: LayersData) -> None:
    page = render(bare)
    for text in (
        "No candidate was scored yet",
        "No ranking yet",
        "No candidate passed every protocol",
        "No candidate was recorded yet",
        "there is no course to draw",
        "stopped: killed",
    ):
        assert text in page
    assert "Elsewhere" not in page
    assert "The winner" not in page


def test_a_run_that_was_not_ranked_claims_nothing(data: LayersData) -> None:
    assert data.layer is not None
    layer = dataclasses.replace(data.layer, is_winner=False)
    page = render(dataclasses.replace(data, ranking=None, rivals=(), known=(), layer=layer, transfers=()))
    assert "The best layer so far" in page
    assert "no ranking has tested it" in page
    assert "beats BN-ReLU on" not in page
    assert "known layer</span>" not in page


def test_one_network_has_no_chart_across_networks(data: LayersData) -> None:
    scored = tuple(dataclasses.replace(found, errors=found.errors[:1]) for found in data.scored)
    known = tuple(dataclasses.replace(found, errors=found.errors[:1]) for found in data.known)
    page = render(dataclasses.replace(data, networks=("resnet",), scored=scored, known=known, ranking=None, rivals=()))
    assert "The best candidates" in page
    assert 'class="crowd"' not in page


def test_hostile_texts_are_escaped(data: LayersData, page: str) -> None:
    assert data.layer is not None
    assert data.ranking is not None
    layer = dataclasses.replace(
        data.layer,
        name=HOSTILE,
        lineage=tuple(dataclasses.replace(found, formula=HOSTILE) for found in data.layer.lineage),
        analysis=[(HOSTILE, [row._replace(value=HOSTILE) for row in section]) for _, section in data.layer.analysis],
    )
    standings = tuple(dataclasses.replace(row, formula=HOSTILE) for row in data.ranking.standings)
    hostile = render(
        dataclasses.replace(
            data, name=HOSTILE, title=HOSTILE, run=HOSTILE, command=HOSTILE, stop_reason=HOSTILE, layer=layer,
            settings=((HOSTILE, HOSTILE),), versions=((HOSTILE, HOSTILE),), meanings={"gain": HOSTILE},
            ranking=dataclasses.replace(data.ranking, standings=standings),
            transfers=tuple(dataclasses.replace(found, data=HOSTILE) for found in data.transfers),
            courses=tuple(dataclasses.replace(course, label=HOSTILE) for course in data.courses),
        )
    )  # fmt: skip
    parsed = Parser(hostile)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert set(parsed.tags) == set(Parser(page).tags)


def test_the_file_is_written_and_replaced(data: LayersData, page: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(dataclasses.replace(data, name="lone surrogate \ud800"), path)
    write_report(data, path)
    assert path.read_text(encoding="utf-8") == page
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
def test_a_browser_shows_it_without_errors_or_requests(page: str, bare: LayersData, tmp_path: Path) -> None:
    frames, console, requests = browse(tmp_path, page)
    assert not console
    assert not requests
    # graph, ranking, two transfers, front, funnel, course
    num_charts = 7
    for frame in frames:
        assert (frame["svg"], frame["math"], frame["empty"]) == (num_charts, 1, 0)
        assert frame["scrollWidth"] <= frame["width"]
        assert frame["title"] == "norm_act · Primordia"
        assert frame["tips"] > 700
        assert (frame["titles"], frame["images"]) == (0, 0)
        for text in ("The winner", "Against known layers", "Rejection protocols", "How the search went", "Reproduce"):
            assert text in frame["text"]
    frames, console, requests = browse(tmp_path, render(bare))
    assert not console
    assert not requests
    assert all((frame["svg"], frame["scrollWidth"] <= frame["width"]) == (0, True) for frame in frames)
