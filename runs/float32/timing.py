"""Times a program beside jnp's function."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path

from evaluators.float32_functions.cost.measured import OURS, MeasureConfig, measure
from runs.float32.found_program import FoundProgram
from runs.float32.speed import Speed, Timing

PEER = "jnp"

CONFIG = MeasureConfig(widths=(256, 512), rounds=201)
"""Vectors of both widths that XLA is asked for; on a CPU without the wider ones, both give the same."""


def time_program(found: FoundProgram, config: MeasureConfig = CONFIG) -> Speed:
    """Times a program and jnp's function in turn, in a process of its own.

    Args:
        found: the program.
        config: how it is measured.

    Raises:
        RuntimeError: when the process that measures fails.
    """
    name = found.run.target.name
    (measured,) = measure({name: found.program}, [name], [PEER], config)
    timings = []
    for width in config.widths:
        times = [measured.nanoseconds(contender, width) for contender in (OURS, PEER)]
        ratio = measured.ratio(PEER, OURS, width)
        assert ratio is not None
        ours, theirs = (time or 0.0 for time in times)
        timings.append(Timing(width, ours, theirs, ratio.value, ratio.low, ratio.high))
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    return Speed(found.genome, f"{PEER}.{name}", config.num_elements, config.rounds, tuple(timings), processor(), date)


def processor() -> str:
    """Returns the name of the processor as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
