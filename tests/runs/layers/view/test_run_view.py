import pytest
from rich.console import Console

from runs.layers import problem
from runs.layers.run import LayersRun
from runs.layers.session import start
from runs.layers.view import run_view
from tests.runs.layers.toy import TOYS, toy_job


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> LayersRun:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem, "EVALUATORS", TOYS)
        return start(toy_job(tmp_path_factory.mktemp("view"), train_eval_gap=True))


def shown(run: LayersRun, which: str | None = None) -> str:
    console = Console(width=200, highlight=False)
    with console.capture() as capture:
        console.print(run.view(which), soft_wrap=which is not None)
    return capture.get()


def test_the_headline_says_what_was_saved_and_how_good_the_best_is(run: LayersRun) -> None:
    counts = run.progress.counts
    passed = counts["scored"]
    minutes, seconds = divmod(10 * (90 - passed), 60)
    best = 1 - sum(list(run.front[0].objectives.values())[:3]) / 3
    assert run.headline.startswith("the budget of candidates was spent: 90 candidates in 0:")
    assert f"{90 - passed} turned away before training, which saved about {minutes}:{seconds:02}" in run.headline
    assert run.headline.endswith(f"best mean accuracy {best:.1%}")


def test_a_run_shows_its_protocols_and_its_front(run: LayersRun) -> None:
    lines = shown(run).splitlines()
    turned_away = run.progress.counts["rejected:gain"]
    gain = next(line for line in lines if line.startswith("gain "))
    assert gain.split()[:5] == ["gain", "90", str(turned_away), f"{turned_away / 90:.1%}", "1:30"]
    heading = next(i for i, line in enumerate(lines) if line.startswith("resnet"))
    assert lines[heading].split() == [
        "resnet",
        "mobilenet",
        "efficientnet",
        "mean",
        "train",
        "eval",
        "gap",
        "id",
        "formula",
    ]
    first = run.front[0]
    accuracies = [f"{1 - value:.1%}" for value in list(first.objectives.values())[:3]]
    assert lines[heading + 1].split()[:3] == accuracies
    assert first.name in lines[heading + 1]
    assert first.formula[:30] in lines[heading + 1]


def test_a_layer_shows_its_figures_its_graph_and_its_ancestors(run: LayersRun) -> None:
    found = run.front[0]
    text = shown(run, "best")
    assert f"layer {found.name} of " in text
    assert found.formula in text
    assert "\nn1 = " in text
    assert "output = gamma * n" in text
    assert "seconds: gain 1, training 10" in text
    assert f"{found.name:>10}  " in text


def test_a_known_layer_shows_its_graph(run: LayersRun) -> None:
    text = shown(run, "evonorm_b0")
    assert "gamma * x / max(std[bwh](x), x * v0 + std[wh](x)) + beta with v0 from 1" in text
    assert "l0 = vector 1\nn1 = std[wh](x)\n" in text
    assert "lineage" not in text


def test_a_run_says_that_memory_ran_out(run: LayersRun, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "memory" not in shown(run)
    for room, said in ((16, "16 candidates were trained at a time"), (1, "1 candidate was trained at a time")):
        monkeypatch.setattr(run_view, "memory_room", lambda _, room=room: room)
        assert f"\nthe device ran out of memory; from then on {said}\n" in shown(run)
