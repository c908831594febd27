from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from evaluators.norm_act_layers.images_file import write_images
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from evaluators.norm_act_layers.trial import Trial, TrialRow
from runs.layers.ranking import trainer
from runs.layers.ranking.trainer import Trainer
from search_spaces.norm_act_layers import KNOWN_LAYERS, encode
from tests.runs.layers.ranking.made_run import tiny_images


@pytest.mark.slow
def test_a_trial_of_plain_data_is_trained_once_per_seed_and_scored_on_the_parts_asked_for(tmp_path: Path) -> None:
    write_images(tiny_images(), tmp_path / "images.npz")
    recipe = Recipe(steps=2, batch_size=4, flips=False)
    train = Trainer(str(tmp_path / "images.npz"), asdict(AnchorsConfig(width=4)), asdict(recipe))
    rows = train((encode(KNOWN_LAYERS["relu"]), "vit", (3, 4, 3), ("search", "test")))
    assert [row["seed"] for row in rows] == [3, 4, 3]
    assert rows[0]["accuracies"] == rows[2]["accuracies"]
    for row in rows:
        assert (row["steps"], row["failure"], list(row["accuracies"])) == (2, "", ["search", "test"])
        assert all((8 * accuracy).is_integer() for accuracy in row["accuracies"].values())


def test_a_trial_is_handed_on_with_the_images_and_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def run_trial(*arguments: Any) -> list[TrialRow]:
        given.append(arguments)
        return [TrialRow(3, {"test": 0.5}, "", 2, 0.1)]

    monkeypatch.setattr(trainer, "run_trial", run_trial)
    write_images(tiny_images(), tmp_path / "images.npz")
    anchors, recipe = AnchorsConfig(networks=("vit",), width=4), Recipe(steps=2, batch_size=4)
    train = Trainer(str(tmp_path / "images.npz"), asdict(anchors), asdict(recipe))
    rows = train(("layer", "vit", [3], ["test"]))
    assert rows == [{"seed": 3, "accuracies": {"test": 0.5}, "failure": "", "steps": 2, "seconds": 0.1}]
    trial, images, *settings = given[0]
    assert trial == Trial("layer", "vit", (3,), ("test",))
    assert settings == [anchors, recipe]
    assert (images.test.pixels == tiny_images().test.pixels).all()


def test_images_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"prepared images .*none\.npz"):
        Trainer(str(tmp_path / "none.npz"), {}, {})
