from __future__ import annotations

from pathlib import Path

from runs.layers.ranking.ablation import Ablation, Arm, Row
from runs.layers.ranking.ablation_view import ablation_view
from runs.layers.ranking.intervals import Interval, mean_interval
from tests.runs.layers.ranking.texts import shown


def test_strategies_are_listed_best_first_with_intervals_and_those_that_found_nothing_last() -> None:
    ablation = Ablation("norm_act", ("a", "b", "c"), (), 2, 3, 0, {"minutes": 1.5, "candidates": None}, Path("out"))
    count = mean_interval([1234.0, 1236.0])

    def row(name: str, variation: str, errors: Interval | None) -> Row:
        return Row(Arm(name, variation), 2 if errors else 0, count, count, errors, errors)

    rows = [
        row("random", "paper", None),
        row("nsga2", "", Interval(0.41, 0.36, 0.46, 2)),
        row("ageing", "rooted", Interval(0.38, 0.37, 0.39, 2)),
    ]
    lines = shown(ablation_view(ablation, rows)).splitlines()
    assert lines[0].startswith("norm_act, 1.5 minutes for each search")
    assert [line.split()[0] for line in lines[-3:]] == ["ageing", "nsga2", "random"]
    assert lines[-3].split()[:6] == ["ageing", "rooted", "2", "of", "2", "1,235"]
    assert "38.0 ± 1.0" in lines[-3]
    assert lines[-1].count("none found") == 2
