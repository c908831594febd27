"""Times a program beside jnp's function, in a process of its own whose XLA flags suit measuring."""

from __future__ import annotations

import multiprocessing
import os
import platform
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from evaluators.float32_functions.cost.flags import LOOP_FLAGS
from evaluators.float32_functions.targets import MachineTarget
from runs.float32.found_program import FoundProgram
from runs.float32.speed import Speed, Timing
from search_spaces.float32_functions.typed_program import decode

PEER = "jnp"
WIDTHS = (256, 512)
"""Bits of the vectors that XLA is asked for; on a CPU without the wider ones, both give the same."""

ELEMENTS = 4096
ROUNDS = 300
SPREAD = 8.0
"""Inputs are drawn evenly between it and its negative, as far as they lie in the domain."""

NANO = 1e9


def time_program(found: FoundProgram, rounds: int = ROUNDS) -> Speed:
    """Times a program and jnp's function in turn.

    Args:
        found: the program.
        rounds: turns of each.

    Raises:
        ValueError: when the process that measures dies.
    """
    environment = {"XLA_FLAGS": LOOP_FLAGS, "OMP_NUM_THREADS": "1"}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(environment,)) as pool:
        try:
            timings = pool.submit(measure, found.genome, found.run.target, rounds).result()
        except BrokenProcessPool:
            raise ValueError("the process that measures the speed died; measure again with more memory") from None
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    peer = f"{PEER}.{found.run.target.name}"
    return Speed(found.genome, peer, ELEMENTS, rounds, timings, processor(), now)


def measure(genome: str, target: MachineTarget, rounds: int, widths: tuple[int, ...] = WIDTHS) -> tuple[Timing, ...]:
    """Times a program and jnp's function, for vectors of each width; JAX must not have been imported without the flags.

    Args:
        genome: the encoded program.
        target: its function and domain.
        rounds: turns of each.
        widths: bits of the vectors.
    """
    from evaluators.float32_functions.compiled import traceable
    from evaluators.float32_functions.cost.looped import looped
    from evaluators.float32_functions.cost.timing import Contender, alternate, ratio
    from evaluators.float32_functions.peers.peer import peer

    program, rng = decode(genome), np.random.default_rng(0)
    lower, upper = max(target.lower, 0.0 if target.name.startswith("log") else -SPREAD), min(target.upper, SPREAD)
    x = rng.uniform(lower, upper, ELEMENTS).astype(program.float_format.dtype)
    timings = []
    for width in widths:
        contenders = {
            "program": Contender(looped(traceable(program), x, width)),
            "peer": peer(PEER).contender(target.name, x, width),
        }
        taken = alternate(contenders, rounds)
        found = ratio(taken["peer"], taken["program"], rng)
        ours, theirs = (NANO * float(np.median(taken[name])) / ELEMENTS for name in contenders)
        timings.append(Timing(width, ours, theirs, found.value, found.low, found.high))
    return tuple(timings)


def processor() -> str:
    """Returns the name of the processor as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _prepare(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
