from pathlib import Path

import pytest

from engine.individual import Record
from engine.verdict import Status
from runs.folder.table import EvaluationTable
from runs.protocol_costs import ProtocolCost, protocol_costs
from tests.runs.rows import OBJECTIVES, record

ORDER = ("input", "duplicate", "gain", "quality", "training")


def written(folder: Path, records: list[Record]) -> Path:
    folder.mkdir()
    table = EvaluationTable(folder, OBJECTIVES)
    table.append(records)
    table.flush()
    return folder


def rejected(identity: int, protocol: str, **stages: float) -> Record:
    return record(identity, status=Status.REJECTED, protocol=protocol, objectives=(), stages=stages)


def scored(identity: int, **stages: float) -> Record:
    return record(identity, stages=stages)


def test_what_is_turned_away_saves_what_the_others_took_further_on(tmp_path: Path) -> None:
    records = [
        rejected(0, "input", input=1.0),
        rejected(1, "quality", input=2.0, quality=10.0),
        scored(2, input=3.0, duplicate=0.5, quality=20.0, training=100.0),
        record(3, status=Status.DUPLICATE, duplicate_of=2, objectives=()),
        rejected(4, "training", input=1.0, quality=30.0, training=60.0),
        record(5, status=Status.DUPLICATE, duplicate_of=1, objectives=()),
        rejected(6, "input", input=1.0),
        record(7, status=Status.TIMED_OUT, objectives=(), cause="slow"),
    ]
    # after input: 0.5 + (10 + 20 + 30) + (100 + 60) for three candidates; after quality: 160 for two
    assert protocol_costs(written(tmp_path / "evaluations", records), ORDER) == (
        ProtocolCost("input", 5, 2, 8.0, pytest.approx(2 * 220.5 / 3)),
        ProtocolCost("duplicate", 3, 2, 0.5, pytest.approx(123.5 + 12.0)),
        ProtocolCost("quality", 3, 1, 60.0, pytest.approx(160.0 / 2)),
        ProtocolCost("training", 2, 1, 160.0, 0.0),
    )


def test_where_nothing_passed_nothing_is_known_to_be_saved(tmp_path: Path) -> None:
    records = [rejected(i, "gain", gain=1.0) for i in range(3)]
    assert protocol_costs(written(tmp_path / "evaluations", records), ORDER) == (ProtocolCost("gain", 3, 3, 3.0, 0.0),)


def test_an_empty_run_has_no_costs(tmp_path: Path) -> None:
    assert protocol_costs(tmp_path, ORDER) == ()
