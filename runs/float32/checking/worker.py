"""What a process of a check does: it loads the subject once and measures chunks."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from multiprocessing.connection import wait

from evaluators.float32_functions.chunk import ChunkCheck, Figures
from evaluators.float32_functions.specials import Special, check_specials
from runs.float32.checking.question import Question


def prepare(environment: Mapping[str, str]) -> None:
    """Makes a process ready, before JAX is imported there.

    Args:
        environment: variables that JAX reads when it is imported.
    """
    os.environ.update(environment)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process when its parent is gone, which a pool's processes don't notice when it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def measure(question: Question, start: int, stop: int, follows: bool) -> tuple[Figures, float]:
    """Measures a chunk.

    Args:
        question: what is checked.
        start: place of the first input.
        stop: place after the last one.
        follows: whether the input before the first belongs to the domain too.

    Returns:
        the figures, and the seconds that they took.
    """
    started = time.perf_counter()
    figures = _loaded(question).measure(range(start, stop), follows)
    return figures, time.perf_counter() - started


def specials(question: Question) -> tuple[Special, ...]:
    """Compares the subject with what is expected at the special inputs."""
    check = _loaded(question)
    return check_specials(check.values, check.target, check.format, check.flush)


@lru_cache(maxsize=1)
def _loaded(question: Question) -> ChunkCheck:
    return ChunkCheck(question.load(), question.target, question.format, question.flush)
