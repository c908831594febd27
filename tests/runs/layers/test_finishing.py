from dataclasses import replace
from pathlib import Path

import pytest

from runs.job.source import make_job
from runs.layers import finishing
from runs.layers.exporting import evidence
from runs.layers.job import NormActLayersJob
from runs.layers.ranking import trials
from runs.layers.run import LayersRun
from runs.layers.session import resume
from tests.runs.layers.ranking.made_run import NETWORKS, make_run_of, write_skills
from tests.runs.layers.ranking.texts import shown


def made_run(folder: Path, **options: object) -> LayersRun:
    job = make_job("norm_act", out=str(folder / "run"), networks=list(NETWORKS), steps=20, seed=8, workers=0, **options)
    assert isinstance(job, NormActLayersJob)
    job = replace(job, recipe=replace(job.recipe, batch_size=4), output=replace(job.output, report=False))
    return make_run_of(job)


@pytest.fixture
def _invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "TRAINER", "tests.runs.layers.ranking.made_run:InventedTrainer")


@pytest.mark.usefixtures("_invented")
def test_a_search_is_followed_by_ranking_and_export_of_its_winner(tmp_path: Path) -> None:
    run = made_run(tmp_path, finalists=2, seeds=2, export=["latex", "cobol"])
    before = evidence(run.layer("3"))
    assert before.accuracies.splitlines()[0] == "accuracy on the search images after 20 steps, one training each"
    assert before.accuracies.splitlines()[2].split() == ["3", "60.0%", "80.0%"]
    # on the search images 3 is better, on the validation images 2
    write_skills(run.path, {"evonorm_b1": {"validation": 0.9, "search": 0.8, "test": 0.85}})
    assert run.best().name == "3"
    steps = list(run.finish())
    assert [name for name, _ in steps] == ["rank", "export", "export"]
    assert steps[0][1].startswith("winner, picked on the validation images: 2  gamma * x / max(")
    assert steps[1][1] == str(run.path / "norm_act_2.tex")
    assert "to cobol failed: a layer is not exported to 'cobol'" in steps[2][1]
    after = LayersRun(run.path)
    assert after.best().name == after.layer("best").name == "2"
    lines = evidence(after.best()).accuracies.splitlines()
    assert lines[0] == "test accuracy in %, 2 trainings of 20 steps each, 95 % intervals"
    names = [line.split()[0] for line in lines[2:]]
    assert names[0] == "2"
    assert "bn_relu" in names
    assert "3" not in names
    assert "accuracy in %" in (run.path / "norm_act_2.tex").read_text()


def test_the_evidence_says_where_a_layer_comes_from(tmp_path: Path) -> None:
    run = made_run(tmp_path)
    found = evidence(run.layer(2))
    assert (found.name, found.run, found.program, found.seed) == ("norm_act_2", "run", "2", 8)
    assert found.data == "digits at 8x8, 2 classes: 8 train, 8 search, 8 validation, 8 test"
    assert found.command == f"primordia search {run.path / 'run.toml'}"
    known = evidence(run.layer("bn_relu"))
    assert (known.name, known.run, known.accuracies) == ("bn_relu", "", "")


def test_an_interrupted_ranking_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run(tmp_path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(finishing, "rank", interrupted)
    with pytest.raises(KeyboardInterrupt, match=f"go on with: primordia rank {run.path}"):
        next(run.finish())


def test_a_ranking_that_is_refused_does_not_keep_the_export(tmp_path: Path) -> None:
    run = made_run(tmp_path, export=["latex"])
    with run.folder.writing():
        steps = list(run.finish())
    assert steps[0][0] == "rank"
    assert "failed: " in steps[0][1]
    assert "is being written by another process" in steps[0][1]
    assert steps[1] == ("export", str(run.path / "norm_act_3.tex"))


@pytest.mark.usefixtures("_invented")
def test_without_finalists_nothing_is_ranked(tmp_path: Path) -> None:
    assert list(made_run(tmp_path, finalists=0).finish()) == []


@pytest.mark.usefixtures("_invented")
def test_a_run_whose_ranking_is_missing_says_so_until_it_is_there(tmp_path: Path) -> None:
    run = made_run(tmp_path, finalists=1, seeds=1, candidates=11)
    cure = f"primordia rank {run.path}"
    assert run.needs_ranking
    assert f"its ranking is not finished; go on with: {cure}" in shown(run.view())
    with pytest.raises(ValueError, match=f"is spent; give more, .*, or finish its ranking: {cure}"):
        resume(run.path, {})
    assert "rank" in dict(run.finish())
    after = LayersRun(run.path)
    assert not after.needs_ranking
    assert "not finished" not in shown(after.view())
    with pytest.raises(ValueError, match=r"is spent; give more, such as --minutes or --candidates$"):
        resume(run.path, {})


def test_a_run_that_was_not_to_be_ranked_lacks_nothing(tmp_path: Path) -> None:
    assert not made_run(tmp_path, finalists=0).needs_ranking
