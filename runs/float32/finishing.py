"""What follows a search for machine programs: checks of every input, the winner's speed, exports, the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console

from runs.float32.checking.check import check, check_path
from runs.float32.checking.question import of_program
from runs.float32.found_program import FoundProgram
from runs.float32.repairing import repair
from runs.float32.run import Float32Run
from runs.float32.speed import SPEED_FILE, timing_text, write_speed
from runs.float32.timing import time_program

REPAIRS = 3
"""How often the constants of a program are searched anew that its check found beyond the bound."""

REPAIRABLE = 1.25
"""How many times the bound an error may be that other constants can be expected to mend."""


def finish(run: Float32Run, console: Console | None) -> Iterator[tuple[str, str]]:
    """Does what the job asks for, step by step; a step that fails does not keep the next one from being done.

    Args:
        run: a run whose search has finished.
        console: where the checks are shown; None for nowhere.

    Yields:
        per step its name (``check``, ``speed``, ``export``, ``report``) and what came of it, the error in words where
        it failed.
    """
    output = run.job.output
    if not run.front:
        yield (
            "front",
            (
                f"no program was scored, primordia show {run.path} says why; search longer, "
                f"primordia resume {run.path} --minutes N in all, or anew with a greater --max-ulp"
            ),
        )
        return
    if output.check != "none":
        yield "check", _said(partial(_checked, run, console))
    run = Float32Run(run.path)
    if output.speed:
        yield "speed", _said(partial(_timed, run))
    run = Float32Run(run.path)
    for language in output.export:
        yield "export", _said(partial(_exported, run, language), f"to {language} failed")
    if output.report:
        yield "report", str(run.report())


def _said(step: Callable[[], str], failed: str = "failed") -> str:
    """Returns what a step returns, or its error in words."""
    try:
        return step()
    except (ValueError, RuntimeError) as error:
        return f"{failed}: {error}"


def _exported(run: Float32Run, language: str) -> str:
    return str(run.best().export(language))


def _checked(run: Float32Run, console: Console | None) -> str:
    """Checks the front, the best program first; or the best alone, and where it is beyond the bound, the next best."""
    bound, whole = run.job.target.max_ulp, run.job.output.check == "front"
    left = sorted(run.front, key=lambda found: found.id != run.best().id)
    while left:
        run = _settled(left[0], console)
        best = run.best()
        unchecked = [found for found in run.front if found.check is None]
        left = unchecked if whole else [best] * (best.check is None)
    checked = [found for found in run.front if found.check]
    good = sum(found.max_ulp <= bound for found in checked)
    return f"{good} of {len(checked)} programs are within {bound:g} ULP on every input"


def _settled(found: FoundProgram, console: Console | None) -> Float32Run:
    """Checks a program; one little beyond the bound is repaired and checked again, where no cheaper one is within."""
    bound, identity = found.run.job.target.max_ulp, found.id
    run = found.run
    for key in range(REPAIRS + 1):
        _check(run.program(identity), console)
        run = Float32Run(run.path)
        found = run.program(identity)
        is_wanted = not any(f.check and f.max_ulp <= bound and f.cost <= found.cost for f in run.front)
        if not is_wanted or found.max_ulp > REPAIRABLE * bound or key == REPAIRS:
            break
        before, run = found.genome, repair(found, key)
        if run.program(identity).genome == before:
            break
    return run


def _check(found: FoundProgram, console: Console | None) -> None:
    question = of_program(found.program, found.run.target)
    try:
        check(question, check_path(found.run.path, question), console=console)
    except KeyboardInterrupt as error:
        which = f" {found.id}" if found.run.job.output.check == "best" else ""
        again = f"the search is over; go on with: primordia check {found.run.path}{which}"
        raise KeyboardInterrupt("; ".join(filter(None, (str(error), again)))) from None


def _timed(run: Float32Run) -> str:
    speed = time_program(run.best())
    write_speed(speed, run.path / SPEED_FILE)
    return f"beside {speed.peer}: {timing_text(speed.best)}"
