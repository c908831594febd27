"""The run folder: where each file of a run lies, what run.toml says of it, and who may write to it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import platform
import socket
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w

from runs.folder.atomic import FORMAT, failure_named, write_atomically
from runs.job.job import Job
from runs.job.source import job_data, kind_of_run, read_job
from runs.kind import Kind
from runs.versions import versions

RUN_FILE = "run.toml"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What run.toml says.

    Attributes:
        job: as resolved at the start.
        start: date and time of the start, ISO 8601 in UTC.
        stop: of the stop; empty while the search runs and after a crash.
        reason: why the search stopped; empty likewise.
        host: the machine that drove the search.
        versions: of Primordia, Python and the libraries, by name.
    """

    job: Job
    start: str
    stop: str
    reason: str
    host: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run.

    Attributes:
        path: the folder itself.
    """

    path: Path

    @property
    def evaluations(self) -> Path:
        """The folder of the evaluation table's parts."""
        return self.path / "evaluations"

    @property
    def checkpoint(self) -> Path:
        """The folder of the checkpoints."""
        return self.path / "checkpoint"

    @property
    def front(self) -> Path:
        """The file of the Pareto front."""
        return self.path / "front.parquet"

    @property
    def report(self) -> Path:
        """The file of the HTML report."""
        return self.path / "report.html"

    def manifest(self) -> Manifest:
        """Reads run.toml.

        Raises:
            ValueError: naming the file when it is missing, broken, foreign or of a newer format.
        """
        path, data = self.path / RUN_FILE, self._run_data()
        job = read_job(kind_of_run(data, path), data.get("job"), str(path))
        try:
            run = data["run"]
            texts = {key: str(run.get(key, "")) for key in ("start", "stop", "reason", "host")}
            return Manifest(job=job, versions=dict(data["versions"]), **texts)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{str(path)!r} lacks the section {error}; restore it") from None

    def kind(self) -> Kind:
        """Returns the kind of search that the run is of.

        Raises:
            ValueError: naming the file when it is missing, broken, foreign, of a newer format or an unknown kind.
        """
        return kind_of_run(self._run_data(), self.path / RUN_FILE)

    def _run_data(self) -> dict[str, Any]:
        path = self.path / RUN_FILE
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise ValueError(
                f"{str(self.path)!r} is no run folder: it has no {RUN_FILE}; see `primordia list`"
            ) from None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ValueError(f"{str(path)!r} is truncated or no TOML ({error}); restore it") from None

    def write_manifest(self, manifest: Manifest) -> None:
        """Writes run.toml atomically.

        Raises:
            ValueError: when the disk is full.
        """
        keys = ("start", "stop", "reason", "host")
        data = {
            "primordia": {"format": FORMAT, "search": manifest.job.kind},
            "run": {key: getattr(manifest, key) for key in keys if getattr(manifest, key)},
            "versions": manifest.versions,
            "job": job_data(manifest.job),
        }
        write_atomically(self.path / RUN_FILE, tomli_w.dumps(data).encode())

    def stopped(self, reason: str) -> None:
        """Notes in run.toml that the search stopped, and why."""
        self.write_manifest(replace(self.manifest(), stop=now(), reason=reason))

    def event(self, kind: str, **details: Any) -> None:
        """Appends one line to events.jsonl.

        Raises:
            ValueError: when the disk is full.
        """
        path = self.path / "events.jsonl"
        with failure_named(path), path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"time": now(), "event": kind, **details}) + "\n")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the run for one writer; the system lets go of it when the process ends, however it ends.

        Raises:
            ValueError: when another process is writing to the run, or nothing can be written there.
        """
        lock = self.path / ".lock"
        with failure_named(lock):
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT)
        try:
            if not _try_lock(descriptor):
                raise ValueError(f"{str(self.path)!r} is being written by another process; stop that one first")
            yield
        finally:
            os.close(descriptor)

    def status(self, manifest: Manifest) -> str:
        """Returns ``running``, the reason why the search stopped, or ``killed`` when it could not even note one."""
        return "running" if self.is_running() else manifest.reason or "killed"

    def is_running(self) -> bool:
        """Says whether a process is writing to the run now."""
        try:
            descriptor = os.open(self.path / ".lock", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            return not _try_lock(descriptor)
        finally:
            os.close(descriptor)


def create_folder(job: Job) -> RunFolder:
    """Creates the run folder of a resolved job with its run.toml.

    Raises:
        ValueError: when the output folder exists or cannot be made.
    """
    path = Path(job.output.path or f"results/{job.title}-{datetime.now():%Y%m%d-%H%M%S}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir()
    except OSError as error:
        if path.exists():
            raise ValueError(f"output folder {str(path)!r} exists already; name a new one with --out") from None
        raise ValueError(
            f"output folder {str(path)!r} cannot be made: {error.strerror}; name another with --out"
        ) from None
    folder = RunFolder(path)
    folder.evaluations.mkdir()
    folder.checkpoint.mkdir()
    folder.write_manifest(
        Manifest(
            job=job,
            start=now(),
            stop="",
            reason="",
            host=f"{socket.gethostname()}, {platform.machine()}, {os.cpu_count()} cores",
            versions=versions(),
        )
    )
    folder.event("start", **{"primordia.format": FORMAT})
    return folder


def now() -> str:
    """Returns the date and time in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
