"""A check of every input from start to end: what was measured before is kept, the rest is shared among processes."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from rich.console import Console

from evaluators.float32_functions.chunk import Figures, merged
from evaluators.float32_functions.exhaustive import CheckResult, chunks
from runs.float32.checking.check_file import SUFFIX, CheckFile, Measured
from runs.float32.checking.environment import environment
from runs.float32.checking.parallel import Processes, default_processes, processes
from runs.float32.checking.progress import progress
from runs.float32.checking.question import Question
from runs.interrupt import stop_requests

FOLDER = "checks"
"""Where checks lie, in a run folder or in the folder of the runs."""


def check_path(folder: Path, question: Question) -> Path:
    """Returns the file of a question's check in a run folder or in the folder of the runs."""
    return folder / FOLDER / f"{question.fingerprint}{SUFFIX}"


def check(
    question: Question, path: Path, num_processes: int | None = None, console: Console | None = None
) -> CheckResult:
    """Checks a subject on every input of its domain; what the file holds of the same check is not measured again.

    Args:
        question: what is checked.
        path: the file of the check.
        num_processes: one per core by default.
        console: where the progress is shown; None for nowhere.

    Raises:
        ValueError: when a process dies, or the disk is full.
        KeyboardInterrupt: when a signal asked to stop; what was measured is kept.
    """
    if num_processes is not None and num_processes < 1:
        raise ValueError(f"a check takes at least 1 worker, not {num_processes}")
    file = CheckFile(path, question, environment(question))
    with stop_requests() as stop:
        before = file.begin()
        if before.result is not None:
            return before.result
        result = _Run(file, before, num_processes or default_processes(), console).result(stop)
        file.end(result)
        return result


class _Run:
    """What is left of a check."""

    def __init__(self, file: CheckFile, before: Measured, number: int, console: Console | None) -> None:
        self._file, self._console = file, console
        self._found: dict[int, Figures] = dict(before.chunks)
        question = file.question
        self._chunks = dict(enumerate(chunks(question.target, question.format)))
        left = len(self._chunks) - len(self._found)
        self._number = max(1, min(number, left))
        self._earlier_seconds = before.seconds / self._number

    def result(self, stop: threading.Event) -> CheckResult:
        started, question = time.perf_counter(), self._file.question
        with processes(question, self._number) as pool:
            self._measure(pool, stop)
            specials = pool.specials()
        return CheckResult(
            target=question.target,
            format=question.format.name,
            arithmetic="flushed" if question.flush else "kept",
            figures=merged(self._found[number] for number in sorted(self._found)),
            specials=specials,
            seconds=self._earlier_seconds + time.perf_counter() - started,
            environment=self._file.environment,
        )

    def _measure(self, pool: Processes, stop: threading.Event) -> None:
        left = {number: chunk for number, chunk in self._chunks.items() if number not in self._found}
        total = sum(len(chunk.places) for chunk in self._chunks.values())
        done = sum(figures.inputs for figures in self._found.values())
        with progress(self._console, self._file.question.title, done, total) as advance:
            for number, figures, seconds in pool.figures(left, stop):
                self._found[number] = figures
                self._file.chunk(number, figures, seconds)
                advance(figures.inputs, max(found.max_ulp for found in self._found.values()))
        if len(self._found) < len(self._chunks):
            raise KeyboardInterrupt(f"{len(self._found)} of {len(self._chunks)} parts are kept in {self._file.path}")
