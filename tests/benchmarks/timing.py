"""What the benchmarks share: a process of their own, alternating measurements, a table."""

import os
import sys
import time
from statistics import median

from evaluators.settings import worker_environment


def restart_on_one_core(module):
    """Starts the module anew as an evaluator's worker would run, on one core; returns in that process."""
    if os.environ.get("PRIMORDIA_BENCHMARK") == module:
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    environment = {**os.environ, **worker_environment(), "PRIMORDIA_BENCHMARK": module}
    os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], environment)


def seconds(contenders, repeats=15):
    """Runs the contenders in turn and returns the median seconds of CPU time of each.

    CPU time leaves out what other processes of a busy machine take; all contenders run on one core.
    """
    taken = {name: [] for name in contenders}
    for contender in contenders.values():
        contender()
    for _ in range(repeats):
        for name, contender in contenders.items():
            start = time.process_time()
            contender()
            taken[name].append(time.process_time() - start)
    return {name: median(times) for name, times in taken.items()}


def print_table(title, header, rows):
    """Prints rows of text under a header, columns aligned."""
    table = [header, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]
    print(f"\n{title}")
    for row in table:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
