"""Trains layers in a worker process: what a trial is, as plain data in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluators.norm_act_layers.images_file import load_images
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from evaluators.norm_act_layers.trial import Trial, run_trial


class Trainer:
    """Trains one layer in one network, once per seed.

    Args:
        images: path of the prepared images.
        anchors: keywords of :class:`evaluators.norm_act_layers.settings.AnchorsConfig`.
        recipe: keywords of :class:`evaluators.norm_act_layers.recipe.Recipe`.
    """

    def __init__(self, images: str, anchors: Mapping[str, Any], recipe: Mapping[str, Any]) -> None:
        self._images = load_images(Path(images))
        self._anchors, self._recipe = AnchorsConfig(**anchors), Recipe(**recipe)

    def __call__(self, trial: tuple[str, str, Sequence[int], Sequence[str]]) -> list[dict[str, Any]]:
        """Returns one row per seed.

        Args:
            trial: layer, network, seeds and parts of the images, as :class:`evaluators.norm_act_layers.trial.Trial`.
        """
        layer, network, seeds, parts = trial
        asked = Trial(layer, network, tuple(seeds), tuple(parts))
        return [row._asdict() for row in run_trial(asked, self._images, self._anchors, self._recipe)]
