from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluators.norm_act_layers.images_file import load_images
from runs.layers.ranking.settings import BASELINES
from runs.layers.ranking.transfer import Elsewhere, read_transfers, transfer
from runs.layers.ranking.trial_file import read_trials
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import NETWORKS, calls, make_run, write_skills


@pytest.fixture
def other_images(tmp_path: Path) -> Path:
    """Two classes of 200 images each."""
    rng = np.random.default_rng(1)
    path = tmp_path / "others.npz"
    np.savez(path, images=rng.integers(0, 256, (400, 8, 8), dtype=np.uint8), labels=np.arange(400) % 2)
    return path


def test_a_layer_and_the_known_ones_are_compared_in_a_network_that_the_search_had_not(run: LayersRun) -> None:
    write_skills(run.path, {"evonorm_b2": {"test": 0.6}})
    (found,) = transfer(run, "3", Elsewhere(networks=("vit",)))
    assert (found.network, found.data, found.steps) == ("vit", "", 20)
    assert {standing.name for standing in found.standings} == {"3", *BASELINES}
    best = found.standings[0]
    assert (best.name, best.verdict) == ("3", "better")
    assert best.difference == best.differences["vit"]
    assert calls(run.path) == ["vit 3"] * 8
    assert {training.purpose for training in read_trials(run.path)} == {"transfer"}
    assert {tuple(training.accuracies) for training in read_trials(run.path)} == {("test",)}


def test_other_images_are_prepared_once_in_the_run_folder(run: LayersRun, other_images: Path) -> None:
    elsewhere = Elsewhere(data=str(other_images))
    found = transfer(run, "3", elsewhere)
    assert [comparison.network for comparison in found] == list(NETWORKS)
    assert found[0].data.startswith("others.npz:")
    (path,) = (run.path / "transfer").iterdir()
    images = load_images(path)
    assert (images.size, images.num_classes, len(images.test)) == (8, 2, 80)
    trained = calls(run.path)
    assert transfer(run, "3", elsewhere) == found
    assert calls(run.path) == trained


def test_images_that_may_not_be_mirrored_are_other_data(run: LayersRun, other_images: Path) -> None:
    (first, *_) = transfer(run, "3", Elsewhere(data=str(other_images)))
    (second, *_) = transfer(run, "3", Elsewhere(data=str(other_images), mirrored=False))
    assert second.data == f"{first.data}:not mirrored"


def test_every_place_is_read_back_on_its_own(run: LayersRun, other_images: Path) -> None:
    first = transfer(run, "3", Elsewhere(networks=("vit",)))
    second = transfer(run, "5", Elsewhere(data=str(other_images), networks=("vit",)))
    assert read_transfers(run.path) == (*first, *second)
    assert {standing.name for standing in second[0].standings} == {"5", *BASELINES}


def test_a_known_layer_is_not_compared_with_itself(run: LayersRun) -> None:
    (found,) = transfer(run, "evonorm_s0", Elsewhere(networks=("vit",)))
    assert sorted(standing.name for standing in found.standings) == sorted(BASELINES)


@pytest.mark.parametrize(
    ("elsewhere", "message"),
    [
        (Elsewhere(), "needs --data, or a --network that the search had not, such as efficientnet, vit"),
        (Elsewhere(networks=("resnet",)), "needs --data, or a --network"),
        (Elsewhere(networks=("vgg",)), "network 'vgg' is unknown; use some of: resnet"),
        (Elsewhere(data="nowhere.npz"), "images 'nowhere.npz': is neither"),
    ],
)
def test_what_cannot_be_compared_is_refused(run: LayersRun, elsewhere: Elsewhere, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        transfer(run, "3", elsewhere)
    assert not calls(run.path)


def test_images_that_are_fewer_than_a_batch_has_are_refused(tmp_path: Path, invented: None) -> None:  # noqa: ARG001
    path = tmp_path / "few.npz"
    np.savez(path, images=np.zeros((40, 8, 8), np.uint8), labels=np.arange(40) % 2)
    run = make_run(tmp_path / "run")
    with pytest.raises(ValueError, match=r"images '.*few.npz': batch_size must be at most the number of training im"):
        transfer(run, "3", Elsewhere(data=str(path)))
