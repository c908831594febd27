from pathlib import Path

import pytest

from runs.layers.ranking import trials
from runs.layers.ranking.ranking import rank
from runs.layers.ranking.rejections import false_rejections
from runs.layers.ranking.transfer import Elsewhere, transfer
from runs.layers.ranking.trial_file import read_trials
from runs.layers.report import render
from runs.layers.report.gather import gather, write_run_report
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import LAYERS, make_run, write_skills


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is trained: accuracies are invented."""
    monkeypatch.setattr(trials, "TRAINER", "tests.runs.layers.ranking.made_run:InventedTrainer")


@pytest.fixture
def run(tmp_path: Path, invented: None) -> LayersRun:  # noqa: ARG001
    return make_run(tmp_path / "run")


def test_a_run_without_ranking_is_gathered(run: LayersRun) -> None:
    data = gather(run)
    assert (data.ranking, data.rejections, data.transfers, data.known, data.rivals) == (None, None, (), (), ())
    assert data.layer is not None
    assert (data.layer.name, data.layer.is_winner) == ("3", False)
    assert [found.id for found in data.scored] == ["3", "5", "8", "6", "2", "0"]
    assert [found.errors for found in data.scored[:2]] == [LAYERS[3][1], LAYERS[5][1]]
    assert {found.id for found in data.scored if found.is_on_front} == {"3", "2"}
    assert {cost.name: (cost.met, cost.turned_away) for cost in data.costs} == {
        "gain": (11, 1), "quality": (10, 4), "training": (6, 0)
    }  # fmt: skip
    assert dict(data.settings)["networks"] == "ResNet and MobileNet, width 8, depth 0.1"
    (course,) = data.courses
    assert (course.label, course.candidates, course.total_candidates) == ("ageing", (1, 3, 4), 11)


def test_a_ranking_is_shown_with_its_winner_against_every_known_layer(run: LayersRun) -> None:
    write_skills(run.path, {"evonorm_b1": {"validation": 0.7, "test": 0.7}, "evonorm_s0": {"fails": True}})
    rank(run)
    data = gather(LayersRun(run.path))
    assert data.ranking is not None
    assert data.layer is not None
    assert (data.layer.name, data.layer.is_winner) == ("2", True)
    names = [row.name for row in data.ranking.standings if row.is_known and row.accuracy]
    assert [rival.name for rival in data.rivals] == names
    assert [known.name for known in data.known] == names
    assert all(rival.difference.mean == pytest.approx(0.2, abs=0.01) for rival in data.rivals)
    reference = next(rival for rival in data.rivals if rival.name == "bn_relu")
    assert data.ranking.winner is not None
    assert reference.difference == data.ranking.winner.difference


def test_false_rejections_are_read_as_they_were_measured(run: LayersRun) -> None:
    write_skills(run.path, {"gelu": {"search": 0.9}, "silu": {"fails": True}})
    measured = false_rejections(run, 10)
    assert gather(LayersRun(run.path)).rejections == measured


def test_transfers_are_shown(run: LayersRun) -> None:
    measured = transfer(run, "2", Elsewhere(networks=("vit",)))
    data = gather(LayersRun(run.path))
    assert data.transfers == measured
    assert "ViT on the images of the run: 3 trainings of 20 steps each" in render(data)


def test_a_training_that_is_missing_leaves_false_rejections_out(run: LayersRun) -> None:
    false_rejections(run, 10)
    path = run.path / "trials.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if '"bn_relu"' not in line))
    assert read_trials(run.path)
    assert gather(LayersRun(run.path)).rejections is None


def test_the_report_is_written_beside_other_searches(run: LayersRun, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other", strategy="random", without_rejection=True)
    path = write_run_report(run, [other])
    assert path == run.path / "report.html"
    page = path.read_text()
    assert "random, without rejection" in page
    assert "Beside other searches" in page
    assert page == run.report([other.path]).read_text()


def test_a_finished_search_is_reported(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", finalists=0)
    assert list(run.finish()) == [("report", str(run.path / "report.html"))]


def test_other_objectives_stand_in_the_table_of_the_front(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", networks=["resnet"], train_eval_gap=True)
    data = gather(run)
    assert data.extras == ("train eval gap",)
    best = next(found for found in data.scored if found.id == "3")
    assert (best.errors, best.extras) == (LAYERS[3][1][:1], LAYERS[3][1][1:])
    assert "<th>train eval gap</th>" in render(data)


def test_equal_names_are_told_apart(run: LayersRun, tmp_path: Path) -> None:
    others = [make_run(tmp_path / "other", seed=9), make_run(tmp_path / "third")]
    labels = [course.label for course in gather(run, others).courses]
    assert labels == ["ageing, seed 8, run", "ageing, seed 9, other", "ageing, seed 8, third"]
    assert [course.label for course in gather(run, others[:1]).courses] == ["ageing, seed 8", "ageing, seed 9"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 16}, "in other networks than .*; compare runs of equal ones"),
        ({"steps": 30}, "by another recipe than .*; compare runs of equal ones"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused(
    run: LayersRun, tmp_path: Path, options: dict[str, int], message: str
) -> None:
    other = make_run(tmp_path / "other", **options)
    with pytest.raises(ValueError, match=message) as caught:
        gather(run, [other])
    assert "\n" not in str(caught.value)


def test_a_run_that_lost_its_images_is_reported(run: LayersRun) -> None:
    run.images_path.unlink()
    assert "images.npz" in dict(gather(LayersRun(run.path)).settings)["images"]


def test_a_run_killed_before_its_first_checkpoint_is_reported(run: LayersRun) -> None:
    for folder in (run.folder.checkpoint, run.folder.evaluations):
        for file in sorted(folder.rglob("*"), reverse=True):
            file.unlink() if file.is_file() else file.rmdir()
    run.folder.front.unlink()
    data = gather(LayersRun(run.path))
    assert (data.layer, data.scored, data.costs, data.candidates) == (None, (), (), 0)
    assert "No candidate was scored yet" in write_run_report(LayersRun(run.path)).read_text()
