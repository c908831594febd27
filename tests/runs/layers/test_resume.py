"""Layers trained in earnest, killed and resumed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import primordia
from runs.folder.checkpoint import read_progress
from runs.layers.run import LayersRun
from tests.runs.layers.test_session import content

ROOT = Path(primordia.__file__).parent

JOB = """
[images]
[anchors]
networks = ["resnet"]
width = 4
[recipe]
steps = 3
[quality]
steps = 0
[ranking]
finalists = 0
[search]
seed = 7
[budget]
candidates = 12
[workers]
num = 0
[output]
checkpoint_seconds = 0.0
report = false
"""


@pytest.mark.slow
def test_killed_while_it_trains_and_resumed_it_ends_as_the_whole_run(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    (tmp_path / "job.toml").write_text(JOB)

    def started(*arguments: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        command = [sys.executable, "-m", "primordia", *arguments]
        return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)

    assert started("search", "job.toml", "--out", "whole").wait() == 0
    process = started("search", "job.toml", "--out", "killed")
    while process.poll() is None and read_progress(tmp_path / "killed" / "checkpoint").rows < 5:
        time.sleep(0.05)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert 0 < LayersRun(tmp_path / "killed").progress.rows < 12
    assert started("resume", "killed").wait() == 0
    assert content(tmp_path / "killed") == content(tmp_path / "whole")
    assert LayersRun(tmp_path / "whole").progress.counts["scored"] > 0
