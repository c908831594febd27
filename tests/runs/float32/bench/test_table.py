"""The bench as text."""

from __future__ import annotations

from rich.console import Console

from evaluators.float32_functions.cost.measured import OURS
from runs.float32.bench.summary import summary
from runs.float32.bench.table import error_table, summary_lines, time_table
from tests.runs.float32.bench.made_rows import EXP, GELU, SIN

ROWS = [EXP, SIN, GELU]
PEERS = ("jnp", "numpy", "libmvec")


def lines(table):
    console = Console(width=160)
    with console.capture() as captured:
        console.print(table)
    return [line.split() for line in captured.get().splitlines()]


def test_times():
    title, header, exp, sin, gelu = lines(time_table(ROWS, PEERS, 512, 4096))
    assert " ".join(title).startswith("ns per element, arrays of 4,096, one thread, vectors of 512 bits")
    assert header[:4] == ["function", OURS, "jnp", "numpy"]
    assert exp[:6] == ["exp", "0.100", "0.400", "0.500", "0.050", "4.00\N{MULTIPLICATION SIGN}"]
    assert sin[:5] == ["sin", "0.200", "0.200", "0.100", "-"]
    assert gelu == ["gelu", "-", "0.600", "-", "-", "-"]


def test_errors():
    title, _, exp, sin, gelu = lines(error_table(ROWS, PEERS, "every input"))
    assert " ".join(title) == "greatest error in ULP, on every input"
    assert exp == ["exp", "0.9", "14.2", "and", "3", "wrong", "8e+06", "-"]
    assert sin == ["sin", "0.7", "and", "1", "wrong", "-", "-", "-"]
    assert gelu == ["gelu", "-", "2", "-", "-"]


def test_summary():
    assert summary_lines(summary(ROWS, OURS, PEERS)) == [
        "geometric mean at 256 bits: 0.87\N{MULTIPLICATION SIGN} as fast as jnp; not slower than it: 1 of 2",
        "geometric mean at 512 bits: 2.00\N{MULTIPLICATION SIGN} as fast as jnp; not slower than it: 2 of 2",
        "faster than jnp, numpy, torch and SLEEF, all at their best width: 1 of 2",
        "faster than every peer timed: 0 of 2",
        "below 1 ULP with every special right: 1 of 2",
    ]
