"""The chunks of a check, measured by several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from evaluators.float32_functions.chunk import Figures
from evaluators.float32_functions.exhaustive import Chunk
from evaluators.float32_functions.specials import Special
from evaluators.settings import worker_environment
from runs.float32.checking import worker
from runs.float32.checking.question import Question

PLATFORMS = {"cpu": "cpu", "gpu": "cuda"}
"""What JAX calls the devices."""

_PATIENCE_SECONDS = 0.2
"""How long a request to stop may go unnoticed."""


def default_processes() -> int:
    """Returns the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment_of(question: Question) -> Mapping[str, str]:
    """Returns the variables that the processes of a check are started with."""
    return {**worker_environment(), "JAX_PLATFORMS": PLATFORMS[question.device]}


def finds_gpu() -> bool:
    """Tells whether a process of a check would find a GPU."""
    command = [sys.executable, "-c", f"import jax; jax.devices('{PLATFORMS['gpu']}')"]
    environment = {**os.environ, "JAX_PLATFORMS": PLATFORMS["gpu"]}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


class Processes:
    """The processes of one check."""

    def __init__(self, question: Question, pool: ProcessPoolExecutor) -> None:
        self._question = question
        self._pool = pool

    def specials(self) -> tuple[Special, ...]:
        """Returns what the subject makes of the special inputs."""
        with _interrupts_held():
            future = self._pool.submit(worker.specials, self._question)
        return future.result()

    def figures(self, chunks: Mapping[int, Chunk], stop: threading.Event) -> Iterator[tuple[int, Figures, float]]:
        """Measures chunks.

        Args:
            chunks: by their number.
            stop: ends the check when set; chunks that were not begun are left out.

        Yields:
            number, figures and seconds of each chunk, as they come.
        """
        with _interrupts_held():
            pending = {
                self._pool.submit(worker.measure, self._question, c.places.start, c.places.stop, c.follows): number
                for number, c in chunks.items()
            }
        while pending and not stop.is_set():
            done, _ = wait(pending, timeout=_PATIENCE_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                yield pending.pop(future), *future.result()
        _cancel(tuple(pending))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Holds Ctrl-C back while processes are started: they inherit it, so that Ctrl-C is this process's alone."""
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _cancel(futures: Sequence[Future[tuple[Figures, float]]]) -> None:
    for future in futures:
        future.cancel()


@contextmanager
def processes(question: Question, number: int) -> Iterator[Processes]:
    """Starts the processes of a check, and ends them.

    Args:
        question: what is checked.
        number: of processes.

    Raises:
        ValueError: when a process dies.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(number, context, initializer=worker.prepare, initargs=(environment_of(question),))
    try:
        yield Processes(question, pool)
    except BrokenProcessPool:
        raise ValueError(
            f"a process of the check of {question.title} died, maybe of too little memory; what was measured is kept, "
            "repeat the command with fewer --workers"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)
