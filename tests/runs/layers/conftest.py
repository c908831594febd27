import pytest

from runs.layers import problem
from tests.runs.layers.toy import TOYS


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaces the evaluator by one that trains nothing."""
    monkeypatch.setattr(problem, "EVALUATORS", TOYS)
