from __future__ import annotations

from pathlib import Path

import pytest

from runs.layers.ranking.intervals import share_interval
from runs.layers.ranking.rejections import false_rejections
from runs.layers.ranking.trial_file import read_trials
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import NETWORKS, STAGES, calls, make_run, write_skills


@pytest.fixture
def skilled(run: LayersRun) -> LayersRun:
    """The median scored candidate has 66.5 %; of the four layers turned away, one has more, one failed."""
    write_skills(
        run.path,
        {"relu": {"search": 0.2}, "gelu": {"search": 0.75}, "pau": {"search": 0.62}, "silu": {"fails": True}},
    )
    return run


def test_what_would_have_been_as_good_as_the_median_or_as_bn_relu_is_counted(skilled: LayersRun) -> None:
    found = false_rejections(skilled, 10)
    assert [row.protocol for row in found.protocols] == ["gain", "quality"]
    gain, quality = found.protocols
    assert found.scored == 6
    assert found.median == pytest.approx(0.665)
    assert found.reference == pytest.approx(0.5, abs=0.005)
    assert (gain.turned_away, gain.sampled, gain.as_median) == (1, 1, share_interval(0, 1))
    assert (quality.turned_away, quality.sampled, quality.failed) == (4, 3, 1)
    assert quality.as_median == share_interval(1, 3)
    assert quality.as_reference == share_interval(2, 3)
    assert quality.best == pytest.approx(0.75, abs=0.005)


def test_cost_and_saving_are_those_of_the_stages(skilled: LayersRun) -> None:
    gain, quality = false_rejections(skilled, 1).protocols
    assert gain.seconds == pytest.approx(11 * STAGES["gain"])
    assert quality.seconds == pytest.approx(10 * STAGES["quality"])
    assert quality.saved == pytest.approx(4 * STAGES["training"])


def test_each_layer_is_trained_once_in_every_network_with_one_seed(skilled: LayersRun) -> None:
    false_rejections(skilled, 10)
    assert calls(skilled.path) == [f"{network} 1" for _ in range(5) for network in NETWORKS]
    assert {training.purpose for training in read_trials(skilled.path)} == {"rejections"}
    false_rejections(skilled, 10)
    assert len(calls(skilled.path)) == 10


def test_a_larger_sample_holds_a_smaller_one(skilled: LayersRun) -> None:
    def names(sample: int) -> set[str]:
        false_rejections(skilled, sample)
        return {training.name for training in read_trials(skilled.path)}

    sizes = [len(names(sample)) for sample in (1, 2, 3)]
    assert sizes == [3, 4, 5]


def test_another_seed_draws_another_sample(tmp_path: Path, invented: None) -> None:  # noqa: ARG001
    samples = set()
    for seed in range(6):
        run = make_run(tmp_path / str(seed), seed=seed)
        false_rejections(run, 1)
        samples.add(frozenset(training.name for training in read_trials(run.path)))
    assert len(samples) > 1


def test_a_sample_of_none_is_refused(run: LayersRun) -> None:
    with pytest.raises(ValueError, match="sample must be at least 1, not 0"):
        false_rejections(run, 0)


def test_a_run_that_turned_nothing_away_says_so(run: LayersRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runs.layers.ranking.rejections.rows_with", lambda *_: iter(()))
    with pytest.raises(ValueError, match="turned no layer away"):
        false_rejections(run, 3)
