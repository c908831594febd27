import json
import time
from pathlib import Path

import pytest

from engine.config import IslandConfig
from engine.individual import Individual
from engine.state import IslandState
from runs.folder.checkpoint import Stage, read_progress
from runs.folder.run_folder import create_folder
from runs.folder.writer import RunWriter
from runs.job.source import make_job, resolved
from tests.engine.toys import Bits
from tests.runs.rows import OBJECTIVES, record

ISLANDS = IslandConfig(islands=2, cache_size=0)


@pytest.fixture
def writer(tmp_path: Path) -> RunWriter:
    return opened(tmp_path / "run")


def opened(path: Path) -> RunWriter:
    if not path.exists():
        create_folder(resolved(make_job("exp2", out=str(path))))
    from runs.folder.run_folder import RunFolder

    found = RunWriter(RunFolder(path), Bits(), OBJECTIVES, ISLANDS, str, checkpoint_seconds=1e9)
    found.watch = lambda progress: None  # noqa: ARG005
    return found


def commit(writer: RunWriter, epoch: int, island: int, identity: int) -> None:
    state = writer.states[island]
    member = Individual(identity, "1" * 12, (3.0, 0.5), identity, (), epoch)
    after = IslandState(island, epoch + 1, (), state.archive.add([member]), state.cache, {"scored": 1})
    writer.commit(epoch, island, [record(identity)], after)


def test_a_new_stage_starts_from_empty_islands_whose_epochs_go_on(writer: RunWriter) -> None:
    writer.start_clock()
    commit(writer, 0, 0, 0)
    commit(writer, 0, 1, 9)
    commit(writer, 1, 0, 20)
    writer.stop_clock()
    seconds = writer.progress.seconds
    writer.begin_stage()
    assert [(state.epoch, state.candidates, state.archive.members()) for state in writer.states] == 2 * [(2, 0, [])]
    assert writer.progress.stage == Stage(1, 3, seconds)
    assert writer.progress.front == ()
    assert (writer.progress.rows, writer.progress.counts) == (3, {"scored": 3})
    again = opened(writer.folder.path)
    assert again.progress == writer.progress
    assert [state.epoch for state in again.states] == [2, 2]


def test_what_is_no_search_is_not_counted(writer: RunWriter) -> None:
    writer.start_clock()
    time.sleep(0.05)
    writer.stop_clock()
    searched = writer.progress.seconds
    assert searched >= 0.05
    time.sleep(0.05)
    writer.checkpoint()
    assert read_progress(writer.folder.checkpoint).seconds == searched
    writer.start_clock()
    commit(writer, 0, 0, 0)
    assert searched <= writer.progress.seconds < searched + 0.05


def test_a_failure_is_an_event_and_part_of_the_checkpoints(writer: RunWriter) -> None:
    writer.event("failure", candidate=7, status="CRASHED", cause="signal 11", made=True)
    writer.checkpoint()
    assert opened(writer.folder.path).failures == writer.failures
    assert set(writer.failures) == {7}
    last = (writer.folder.path / "events.jsonl").read_text().splitlines()[-1]
    assert json.loads(last)["cause"] == "signal 11"
