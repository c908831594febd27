"""A found program on its way out: the evidence that it carries, and the files in its run folder."""

from __future__ import annotations

import math
from pathlib import Path

from evaluators.float32_functions.semantics import flushes_subnormals
from evaluators.float32_functions.ulp import Arithmetic
from runs.float32.check_facts import check_facts, compiled_fact
from runs.float32.export import Evidence, suffix, write_export
from runs.float32.found_program import FoundProgram
from runs.float32.speed import timing_text
from runs.job.source import command

SAID = ("inputs", "greatest error", "arithmetic")
"""Facts of a check that an export says in its own words."""


def export_program(found: FoundProgram, language: str, path: Path | None = None) -> Path:
    """Writes a program as source code, and its test beside it.

    Args:
        found: the program.
        language: one of :func:`runs.float32.export.languages`.
        path: the file to create; by default ``FUNCTION_FORMAT_ID.SUFFIX`` in the run folder.

    Raises:
        ValueError: when a file exists or its name does not suit, the language is unknown, or the file's values differ
            from the program's.
    """
    ending = suffix(language)
    if path is None:
        shared = f"_{language}" if ending == ".py" else ""
        job = found.run.job.target
        path = found.run.path / f"{job.function}_{job.format}_{found.id}{shared}{ending}"
    if path.suffix != ending:
        raise ValueError(f"a {language} export is a file that ends in {ending}, not {path.name!r}; give such a name")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {str(path.parent)!r} to export to; make it, or name another")
    write_export(found.program, language, evidence(found), path)
    return path


def evidence(found: FoundProgram) -> Evidence:
    """Returns what is known about a program of a run."""
    run, manifest, check = found.run, found.run.manifest, found.check
    searched: Arithmetic = "flushed" if flushes_subnormals(found.program.float_format) else "kept"
    return Evidence(
        target=run.target,
        max_ulp=found.max_ulp,
        arithmetic=check.arithmetic if check else searched,
        exhaustive=check is not None,
        where=check.where if check else math.nan,
        specials=check is not None and check.specials_ok,
        facts=(*_checked(found), *compiled_fact(found.compiled_differs), *_timed(found)),
        cost=f"{found.cost:g} {run.objectives[0].unit}, by {run.job.cost.model}",
        run=run.name,
        program=str(found.id),
        seed=manifest.job.search.seed or 0,
        date=manifest.start[:10],
        command=command(manifest.job) or f"primordia search {run.path / 'run.toml'}",
        versions=tuple(manifest.versions.items()),
    )


def _checked(found: FoundProgram) -> list[tuple[str, str]]:
    return [fact for fact in check_facts(found.check) if fact[0] not in SAID] if found.check else []


def _timed(found: FoundProgram) -> list[tuple[str, str]]:
    speed = found.speed
    if speed is None:
        return []
    return [(f"beside {speed.peer}", f"{timing_text(t)}, {t.width}-bit vectors") for t in speed.timings]
