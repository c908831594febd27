from pathlib import Path

from evaluators.norm_act_layers.candidate import ROOM, TOGETHER
from evaluators.norm_act_layers.objectives import objectives
from evaluators.norm_act_layers.settings import AnchorsConfig
from runs.folder.table import EvaluationTable
from runs.layers.memory_room import memory_room
from tests.runs.rows import record


def written(folder: Path, *metrics: dict[str, float]) -> Path:
    folder.mkdir()
    table = EvaluationTable(folder, objectives(AnchorsConfig()))
    table.append([record(i, objectives=(0.1, 0.2, 0.3), metrics=figures) for i, figures in enumerate(metrics)])
    table.flush()
    return folder


def test_the_room_is_the_least_that_was_left(tmp_path: Path) -> None:
    noted = ({TOGETHER: 40.0}, {ROOM: 32.0, TOGETHER: 8.0}, {}, {"gain": 1.0, ROOM: 16.0}, {ROOM: 16.0})
    assert memory_room(written(tmp_path / "evaluations", *noted)) == 16


def test_a_run_that_never_ran_out_has_none(tmp_path: Path) -> None:
    assert memory_room(written(tmp_path / "evaluations", {TOGETHER: 40.0}, {})) == 0
    assert memory_room(tmp_path) == 0
