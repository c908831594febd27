"""Runs a bench, shows how far it is, and prints and keeps its figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluators.float32_functions.cost.flags import LOOP_FLAGS
from evaluators.float32_functions.cost.measured import OURS, MeasureConfig
from evaluators.float32_functions.peers import PEERS
from evaluators.float32_functions.peers.peer import peer
from runs.command.tables import console
from runs.float32.bench.contest import FUNCTIONS, Contest
from runs.float32.bench.errors import HOW
from runs.float32.bench.row import Row
from runs.float32.bench.summary import summary
from runs.float32.bench.table import error_table, summary_lines, time_table
from runs.float32.timing import processor
from runs.versions import versions

FORMAT_VERSION = 1


def run_bench(
    *,
    functions: Sequence[str] = FUNCTIONS,
    peers: Sequence[str] = tuple(PEERS),
    widths: Sequence[int] = (256, 512),
    rounds: int = MeasureConfig().rounds,
    errors: str = "survey",
    json_file: Path | None = None,
) -> None:
    """Benches and prints.

    Args:
        functions: that are benched.
        peers: beside the known programs.
        widths: of vectors, in bits.
        rounds: turns of each contender.
        errors: on what errors are found.
        json_file: where the figures are written as well; None for nowhere.

    Raises:
        ValueError: when a choice is refused, or the file exists.
    """
    contest = Contest(tuple(functions), tuple(peers), MeasureConfig(tuple(widths), rounds=rounds), errors)
    if json_file and json_file.exists():
        raise ValueError(f"--json {str(json_file)!r} exists; name another file or remove it")
    rows = []
    for row in contest.rows():
        rows.append(row)
        sys.stderr.write(f"{row.function} ({len(rows)} of {len(contest.functions)})\n")
    _print(contest, rows)
    if json_file:
        json_file.write_text(json.dumps(_record(contest, rows), indent=1), "utf-8")


def _print(contest: Contest, rows: Sequence[Row]) -> None:
    screen = console()
    for width in contest.config.widths:
        screen.print(time_table(rows, contest.peers, width, contest.config.num_elements))
        screen.print()
    if contest.errors != "none":
        screen.print(error_table(rows, contest.peers, HOW[contest.errors]))
        screen.print()
    for line in (*_absences(rows), *_programs(contest)):
        screen.print(line, soft_wrap=True)
    found = summary(rows, OURS, contest.peers)
    for line in summary_lines(found) if found else ():
        screen.print(line, soft_wrap=True)


def _absences(rows: Sequence[Row]) -> list[str]:
    """Returns why peers have no times, one line per reason."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        for reason in row.measured.absent.values():
            reasons.setdefault(reason, []).append(row.function)
    return [f"not here: {reason}" for reason in reasons]


def _programs(contest: Contest) -> list[str]:
    """Returns a line for functions that have no known program, if there are any."""
    missing = [name for name in contest.functions if name not in contest.programs]
    return [f"no program is known for {', '.join(missing)}"] if missing else []


def _record(contest: Contest, rows: Sequence[Row]) -> dict[str, Any]:
    found = summary(rows, OURS, contest.peers)
    return {
        "format_version": FORMAT_VERSION,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": processor(),
        "versions": versions() | _peer_versions(rows),
        "xla_flags": LOOP_FLAGS,
        "config": asdict(contest.config),
        "errors_found_on": HOW[contest.errors],
        "functions": [row.to_dict() for row in rows],
        "summary": found.to_dict() if found else None,
    }


def _peer_versions(rows: Sequence[Row]) -> dict[str, str]:
    names = {name for row in rows for name in row.names if name != OURS}
    return {f"peer {name}": peer(name).version() for name in sorted(names)}
