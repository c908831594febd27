from __future__ import annotations

from typing import Any

import pytest

from engine.config import IslandConfig, SearchConfig, SelectionConfig, VariationConfig, WorkerConfig


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (IslandConfig, {"islands": 0}, "islands must be at least 1, not 0"),
        (IslandConfig, {"migrants": -1}, "migrants must be at least 0, not -1"),
        (IslandConfig, {"tries": 3, "tries_elite": 2}, r"tries_elite must be at least tries \(3\), not 2"),
        (SelectionConfig, {"population": 1}, "population must be at least 2, not 1"),
        (VariationConfig, {"random": 0.0}, "random must be above 0"),
        (VariationConfig, {"mutate": float("nan")}, "mutate must be a weight"),
        (VariationConfig, {"more_mutations": 1.0}, r"more_mutations must be in \[0, 1\), not 1.0"),
        (WorkerConfig, {"workers": -1}, "workers must be at least 0, not -1"),
        (WorkerConfig, {"candidate_timeout_seconds": 0.0}, "candidate_timeout_seconds must be above 0"),
    ],
)
def test_values_that_cannot_work_are_refused(kind: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kind(**values)


def test_defaults_are_valid_and_equal_by_value() -> None:
    assert SearchConfig() == SearchConfig(islands=IslandConfig())
    assert IslandConfig(generations_per_epoch=3, batch_size=7).epoch_size == 21
