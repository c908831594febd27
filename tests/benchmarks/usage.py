"""What a command takes: seconds, and the memory of all its processes, read from /proc while it runs."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_SECONDS = 0.5


@dataclass
class Usage:
    """What a command took.

    ``peaks`` are the largest resident sets by role, in bytes; ``together`` is the largest sum over all its processes,
    in which what they share counts once; ``cpu`` are seconds of processor time by process.
    """

    seconds: float = 0.0
    peaks: dict[str, int] = field(default_factory=dict)
    together: int = 0
    cpu: dict[int, float] = field(default_factory=dict)


def measured(arguments, limit_seconds=3600):
    """Runs ``primordia`` with arguments; returns what it took. Raises when it fails or takes too long."""
    usage, start = Usage(), time.monotonic()
    command = [sys.executable, "-m", "primordia", *arguments]
    with (
        tempfile.TemporaryFile("w+") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        while process.poll() is None:
            _sample(process.pid, usage)
            if time.monotonic() - start > limit_seconds:
                process.send_signal(signal.SIGINT)
                process.wait(300)
                raise TimeoutError(f"{' '.join(command)} took more than {limit_seconds} s")
            time.sleep(SAMPLE_SECONDS)
        usage.seconds = time.monotonic() - start
        if process.returncode:
            output.seek(0)
            raise RuntimeError(output.read())
    return usage


def _sample(root, usage):
    together = 0
    for pid in _tree(root):
        try:
            status = _fields(f"/proc/{pid}/status")
            shared = _fields(f"/proc/{pid}/smaps_rollup")
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            usage.cpu[pid] = _processor_seconds(pid)
        except (OSError, ValueError):
            continue  # it has ended
        role = "driver" if pid == root else "worker" if "RayRunner" in command else "Ray"
        usage.peaks[role] = max(usage.peaks.get(role, 0), status.get("VmHWM", 0))
        together += shared.get("Pss", 0)
    usage.together = max(usage.together, together)


def _fields(path):
    """Returns the figures of a /proc file that are in kB, as bytes."""
    lines = (line.split() for line in Path(path).read_text().splitlines())
    return {line[0].rstrip(":"): 1024 * int(line[1]) for line in lines if line[-1] == "kB"}


def _processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tree(root):
    children = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            text = (entry / "stat").read_text()
        except OSError:
            continue  # it has ended
        children.setdefault(int(text.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found
