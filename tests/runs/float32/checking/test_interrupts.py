"""Ctrl-C and a kill, of the real command."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import primordia

ROOT = Path(primordia.__file__).parent
COMMAND = (sys.executable, "-m", "primordia", "check", "--peer", "numpy:exp", "--domain", "0.0001,64", "--workers", "2")


def started(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        COMMAND, cwd=directory, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for_lines(directory: Path, number: int) -> int:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        files = list((directory / "results" / "checks").glob("*.jsonl")) if (directory / "results").exists() else []
        count = sum(len(file.read_text().splitlines()) for file in files)
        if count >= number:
            return count
        time.sleep(0.05)
    raise AssertionError("no progress")


def family(session: int) -> list[str]:
    """Processes of a session that still run."""
    listed = subprocess.run(["ps", "-o", "pid=,stat=", "-s", str(session)], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if "Z" not in line]


@pytest.mark.slow
@pytest.mark.parametrize("lines", [1, 3])
def test_ctrl_c_keeps_what_was_measured_and_the_command_goes_on(tmp_path, lines):
    process = started(tmp_path)
    wait_for_lines(tmp_path, lines)
    # as a terminal does: to the whole group
    os.killpg(process.pid, signal.SIGINT)
    output, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "parts are kept in results/checks/exp-" in error
    assert "Traceback" not in error
    assert output == ""
    before = wait_for_lines(tmp_path, lines)
    again = started(tmp_path)
    output, error = again.communicate(timeout=200)
    assert again.returncode == 0
    assert "greatest error" in output
    assert wait_for_lines(tmp_path, before + 1) > before


@pytest.mark.slow
def test_a_kill_leaves_no_process_behind(tmp_path):
    process = started(tmp_path)
    wait_for_lines(tmp_path, 2)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while family(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert family(process.pid) == []
