"""Mistakes and results as a user meets them, through the command and from Python."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import primordia
from runs.command import cli
from runs.layers.run import LayersRun
from tests.runs.layers.toy import write_images

pytestmark = pytest.mark.usefixtures("toys")

OPTIONS = ["--candidates=6", "--workers=0", "--finalists=0", "--seed=3", "--out=run"]
SEARCH = ["search", "norm_act", *OPTIONS]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_images(Path("good.npz"), count=120)


def saved(**arrays: Any) -> None:
    with np.load("good.npz") as archive:
        np.savez("bad.npz", **{**archive, **arrays})


def mixed_folder() -> None:
    image = pytest.importorskip("PIL.Image")
    for name, size in (("ant", 8), ("bee", 9)):
        Path("bad", name).mkdir(parents=True)
        image.fromarray(np.zeros((size, size), np.uint8)).save(Path("bad", name, "1.png"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--data none.npz", "images 'none.npz': is neither 'digits', nor an .npz file, nor a folder of images"),
        ("--data bad.npz", "is damaged or no .npz file"),
        ("--data good.npz --image-size 3", "size must divide that of the images, 4, not 3"),
        ("--data good.npz --networks alexnet", "[anchors] networks has the unknown 'alexnet'"),
        ("--data good.npz --strategy best", "[selection] strategy must be one of niches, nsga2, hypervolume, ageing"),
        ("--data good.npz --export cobol", "a layer is not exported to 'cobol'"),
        ("--data good.npz --hours 0", "hours must be a number above 0, not 0.0"),
        ("--data good.npz --mirrored maybe", "argument --mirrored: must be yes or no, not 'maybe'"),
        ("--data good.npz --domain 0,1", "a norm_act_layers search has no option --domain"),
        ("--data good.npz --widht 4", "search has no argument '--widht'; did you mean '--width'?"),
        ("--data good.npz", "batch_size must be at most the number of training images, 72, not 128; lower it"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_no_folder(
    capsys: pytest.CaptureFixture[str], arguments: str, message: str
) -> None:
    Path("bad.npz").write_bytes(b"no archive")
    Path("job.toml").write_text('[images]\nsource = "good.npz"\n[recipe]\nbatch_size = 128\n')
    search = ["search", "job.toml", *OPTIONS] if "batch_size" in message else SEARCH
    assert_refused(capsys, [*search, *arguments.split()], message)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"labels": np.arange(120) % 3 - 1}, "labels must be 0 or more, but has a label -1; number the classes from 0"),
        ({"labels": np.zeros(120, np.int64)}, "has one class only, '0'"),
        ({"images": np.full((120, 4, 4), np.nan)}, "pixels must be finite, but image 0 of images has nan"),
        ({"images": np.zeros((120, 4, 5), np.uint8)}, "images must be square, not 4x5"),
    ],
)
def test_images_that_cannot_be_used_are_one_line_and_leave_no_folder(
    capsys: pytest.CaptureFixture[str], arrays: dict[str, Any], message: str
) -> None:
    saved(**arrays)
    assert_refused(capsys, [*SEARCH, "--data", "bad.npz"], message)


def test_images_of_mixed_sizes_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    mixed_folder()
    assert_refused(capsys, [*SEARCH, "--data", "bad"], "images must be of one size, but ant/1.png is 8x8 and bee/1.png")


def test_digits_without_scikit_learn_say_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert_refused(capsys, SEARCH, "pip install primordia[layers]")


def assert_refused(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("primordia: ")
    assert err.count("\n") == 1
    assert message in err
    assert not Path("run").exists()


def test_a_search_shows_its_protocols_and_its_front(capsys: pytest.CaptureFixture[str]) -> None:
    Path("job.toml").write_text('[images]\nsource = "good.npz"\n[recipe]\nbatch_size = 16\n[output]\nreport = false\n')
    assert cli.main(["search", "job.toml", *OPTIONS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("the budget of candidates was spent: 6 candidates in ")
    assert lines[1].split() == ["protocol", "met", "turned", "away", "share", "cost", "each", "saved"]
    assert lines[-1] == "run     run"
    assert cli.main(["list", "."]) == 0
    assert "the budget of candidates was spent" in capsys.readouterr().out
    assert cli.main(["show", "run"]) == 0
    assert "norm_act layers on good.npz" in capsys.readouterr().out
    assert cli.main(["show", "run", "bn_relu"]) == 0
    assert "max((x - mean[bwh](x)) / std[bwh](x) * v0 + v1, 0)" in capsys.readouterr().out.split("graph")[0]


def test_python_gives_the_run_of_the_command(tmp_path: Path) -> None:
    options = {"data": "good.npz", "candidates": 6, "workers": 0, "seed": 3, "finalists": 0}
    Path("job.toml").write_text("[images]\n[recipe]\nbatch_size = 16\n[output]\nreport = false\n")
    run = primordia.search("job.toml", **options, out=str(tmp_path / "python"))
    assert isinstance(run, LayersRun)
    assert run.layer("best").name == run.front[0].name
    assert run.layer("best").formula == run.front[0].formula
    assert primordia.open_run(run.path).headline == run.headline
