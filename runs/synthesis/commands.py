"""The subcommands that only searches for synthetic data have."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def schema(action: str, data: str, out: str | None) -> int:  # noqa: ARG001 - there is one action so far
    """Prints or writes a schema drafted from a table."""
    from runs.tables.draft import draft_schema

    if out is not None and Path(out).exists():
        raise ValueError(f"{out!r} exists and is not overwritten; give another file name or remove it")
    text = draft_schema(Path(data))
    if out is None:
        sys.stdout.write(text)
        return 0
    from runs.folder.atomic import write_atomically

    write_atomically(Path(out), text.encode())
    sys.stdout.write(f"{out}: read from the data, so it leaks what it says; replace that by what is public\n")
    return 0


def cost(what: str, **options: Any) -> int:
    """Prints what a search would spend."""
    from runs.command.tables import console
    from runs.job.source import load_job, make_job
    from runs.synthesis.cost import cost_view
    from runs.synthesis.job import SyntheticDataJob

    job = load_job(Path(what), **options) if what else make_job("synthetic_data", **options)
    if not isinstance(job, SyntheticDataJob):
        raise ValueError(f"{what!r} is a job of {job.kind}, which costs no privacy; give one of synthetic_data")
    console().print(cost_view(job))
    return 0
