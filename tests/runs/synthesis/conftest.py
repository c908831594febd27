from pathlib import Path

import pytest

from runs.synthesis import problem
from tests.runs.synthesis.toy import TOYS, write_inputs


@pytest.fixture(autouse=True)
def _toy_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem, "EVALUATORS", TOYS)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with data.csv and schema.toml."""
    write_inputs(tmp_path)
    return tmp_path
