"""``primordia bench``: known programs beside the libraries that ship the functions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from runs.command.command import Command, option, words

WHAT = "float32"


def whole_numbers(text: str) -> list[int]:
    """Reads whole numbers separated by commas.

    Raises:
        ArgumentTypeError: when a word is none.
    """
    try:
        return [int(word) for word in words(text)]
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be whole numbers separated by commas, not {text!r}") from None


def bench(
    what: str,
    functions: list[str] | None,
    peers: list[str] | None,
    widths: list[int] | None,
    rounds: int | None,
    errors: str | None,
    json_file: str | None,
) -> int:
    """Benches known programs, and prints tables."""
    if what != WHAT:
        raise ValueError(f"bench knows {WHAT}, not {what!r}")
    from runs.float32.bench.printing import run_bench

    settings = {"functions": functions, "peers": peers, "widths": widths, "rounds": rounds, "errors": errors}
    given: dict[str, Any] = {name: value for name, value in settings.items() if value is not None}
    run_bench(json_file=Path(json_file) if json_file else None, **given)
    return 0


BENCH = Command(
    "bench",
    "time the known float32 programs beside jnp, numpy, torch, SLEEF and libmvec, and find all their errors",
    "primordia bench float32\n         primordia bench float32 --functions exp2,tanh --widths 512 --json bench.json",
    (
        option("what", "what is benched: float32", metavar=WHAT),
        option("--functions", "those that are benched (default: all)", type=words, metavar="NAME,..."),
        option("--peers", "libraries beside them, jnp always (default: all)", type=words, metavar="A,..."),
        option("--widths", "of the vectors, in bits (default: 256,512)", type=whole_numbers, metavar="W,..."),
        option("--rounds", "turns that each contender has (default: 61)", type=int, metavar="N"),
        option("--errors", "inputs on which errors are found: survey (default), all (minutes each) or none"),
        option("--json", "a file to write the figures to as well", dest="json_file", metavar="FILE"),
    ),
    bench,
)
