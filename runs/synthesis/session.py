"""A session: one stretch of a search for synthetic data, from a job or a checkpoint to a stopped run.

A run takes turns, once per round of its mechanism: the private table is asked, through the ledger, and the engine
evolves tables towards all noisy answers so far. What was asked is in the ledger and what was evolved in the checkpoint,
so a run that was killed at any moment goes on without a second look at what it knows.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from runs.budget import is_spent, require_budget
from runs.display import MakeDisplay
from runs.folder.checkpoint import read_progress
from runs.folder.run_folder import RunFolder, create_folder
from runs.job.source import resolved, resumed
from runs.privacy.accounting import delta_warning
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import LEDGER_FILE, read_ledger
from runs.session import require_cluster, resume_noted
from runs.synthesis.classifier import check_classifier
from runs.synthesis.export import check_languages
from runs.synthesis.job import SyntheticDataJob
from runs.synthesis.private_table import PrivateTable, note_clamped
from runs.synthesis.problem import Problem, job_problem
from runs.synthesis.run import ENDED, SynthesisRun, ledger_folder
from runs.synthesis.schema_file import SCHEMA_FILE, PrivacyWarning, job_schema, read_schema, write_schema
from runs.synthesis.turns import take_turns
from runs.synthesis.winner import START, codes_file, write_codes
from runs.tables.reader import read_codes
from search_spaces.synthetic_data.schema import Schema


def start(job: SyntheticDataJob, make_display: MakeDisplay | None = None) -> SynthesisRun:
    """Searches until the evolution ends, the budget is spent or a signal asks to stop, and returns the run.

    Args:
        job: the job; open choices are made now.
        make_display: shows the search as it goes; nothing is shown without it.

    Raises:
        ValueError: when job, schema, data or ledger are refused, the output folder exists or the disk is full.
    """
    if not job.data.path:
        raise ValueError("[data] needs the path of the private table; give one, such as --data FILE.csv")
    job = resolved(job)
    schema = job_schema(job.data)
    problem = _checked(job, schema)
    # a table that contradicts its schema is refused while there is no folder and nothing is spent
    table = PrivateTable(Path(job.data.path), schema, job.data.ignored)
    problem = replace(problem, job=_with_public_rows(job, len(table.codes)))
    with ExitStack() as stack:
        shared = None
        if job.privacy.ledger:
            # one of other data, or spent, is refused while there is no folder
            shared = stack.enter_context(_new_ledger(ledger_folder(Path(), job), problem, table))
        folder = create_folder(problem.job)
        stack.enter_context(folder.writing())
        _keep_inputs(folder.path, problem)
        note_clamped(table, folder.path)
        ledger = shared or stack.enter_context(_new_ledger(folder.path, problem, table))
        return take_turns(folder, problem, ledger, table, make_display)


def resume(path: Path, options: Mapping[str, Any], make_display: MakeDisplay | None = None) -> SynthesisRun:
    """Goes on with a run from its last checkpoint, to exactly what it would have become without the stop.

    What the ledger holds is not asked again; when it holds everything, the private table is not even read.

    Args:
        path: the run folder.
        options: of ``primordia resume``, replacing the job's.
        make_display: as for :func:`start`.

    Raises:
        ValueError: when the folder is no run, another process is writing to it, or nothing is left to do.
    """
    folder = RunFolder(path)
    manifest = folder.manifest()
    job = resumed(cast(SyntheticDataJob, manifest.job), options)
    kept = path / SCHEMA_FILE
    schema = read_schema(kept) if kept.exists() else job_schema(job.data)
    problem = _checked(job, schema)
    if manifest.reason == ENDED:
        raise ValueError(f"the search of {str(path)!r} came to its end, so nothing is left to do; see `primordia show`")
    require_budget(path, bool(manifest.reason) and is_spent(job.budget, read_progress(folder.checkpoint)))
    table = PrivateTable(Path(job.data.path), schema, job.data.ignored)
    with ExitStack() as stack:
        stack.enter_context(folder.writing())
        _keep_inputs(path, problem)
        ledger = stack.enter_context(_former_ledger(ledger_folder(path, job), problem, table))
        return take_turns(folder, problem, ledger, table, make_display, resume_noted(folder, manifest, job))


def _checked(job: SyntheticDataJob, schema: Schema) -> Problem:
    """Returns the job's problem, refusing now what would otherwise fail after something was spent."""
    problem = job_problem(job, schema)
    require_cluster(job.workers)
    check_languages(job.output.export)
    if job.output.private_classifier:
        check_classifier(schema, job.output.private_classifier)
    return problem


def _with_public_rows(job: SyntheticDataJob, rows: int) -> SyntheticDataJob:
    """Notes the number of rows in the job where it is public, and tells the data's owner what is wrong with delta."""
    warning = delta_warning(job.privacy.delta, max(rows, 1))
    if warning:
        warnings.warn(warning, PrivacyWarning, stacklevel=3)
    if job.privacy.neighbours == "add_remove":
        return job
    if not rows:
        raise ValueError(f"{job.data.path!r} has no rows, and neighbours = 'replace' makes that public; give some")
    if job.data.rows not in (0, rows):
        raise ValueError(f"{job.data.path!r} has {rows:,} rows, not {job.data.rows:,} as [data] rows says; correct it")
    return replace(job, data=replace(job.data, rows=rows))


def _keep_inputs(path: Path, problem: Problem) -> None:
    """Puts the schema and the public table into the run folder, unless they are there."""
    if not (path / SCHEMA_FILE).exists():
        write_schema(problem.schema, path)
    public, kept = problem.job.data.public, codes_file(path, START)
    if public and not kept.exists():
        write_codes(kept, read_codes(Path(public), problem.schema, problem.job.data.ignored).codes)


def _new_ledger(place: Path, problem: Problem, table: PrivateTable) -> Ledger:
    """Opens the ledger in a folder, or starts one."""
    place.mkdir(parents=True, exist_ok=True)
    return Ledger(place, problem.terms(table.digest(place)))


def _former_ledger(place: Path, problem: Problem, table: PrivateTable) -> Ledger:
    """Opens the ledger of a run that goes on, taking its word for which table it is about until that is asked."""
    file = place / LEDGER_FILE
    if file.exists() and b"\n" in file.read_bytes():
        return Ledger(place, problem.terms(read_ledger(file).terms.data))
    return _new_ledger(place, problem, table)
