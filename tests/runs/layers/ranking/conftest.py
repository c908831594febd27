from pathlib import Path

import pytest

from runs.layers.ranking import trials
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import make_run


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is trained: accuracies are invented."""
    monkeypatch.setattr(trials, "TRAINER", "tests.runs.layers.ranking.made_run:InventedTrainer")


@pytest.fixture
def run(tmp_path: Path, invented: None) -> LayersRun:  # noqa: ARG001
    return make_run(tmp_path / "run")
