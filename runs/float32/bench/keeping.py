"""Puts a run's program among the known ones: ``python -m runs.float32.bench.keeping RUN [CANDIDATE]``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from evaluators.float32_functions.exhaustive import CheckResult
from runs.float32.found_program import FoundProgram
from runs.float32.run import Float32Run
from search_spaces.float32_functions.known_programs import (
    FILE,
    Evidence,
    KnownProgram,
    read_known_programs,
    write_known_programs,
)
from search_spaces.float32_functions.typed_program import TypedProgram


def known_program(program: TypedProgram, check: CheckResult, origin: str) -> KnownProgram:
    """Returns a program with what the check of every input found.

    Args:
        program: that was checked.
        check: of every input of its domain.
        origin: the search that found it.

    Raises:
        ValueError: when a special value is wrong or an error is 1 ULP or more.
    """
    figures = check.figures
    if not check.max_ulp < 1 or not check.specials_ok:
        wrong = f"errs by {check.max_ulp:.3g} ULP at {check.where!r}" if check.specials_ok else "has specials wrong"
        raise ValueError(f"a known program must be below 1 ULP with its specials right; this one {wrong}")
    evidence = Evidence(
        max_ulp=check.max_ulp,
        where=check.where,
        mean_ulp=figures.mean_ulp,
        share_correct=figures.share_correct,
        falls=figures.falls,
        specials_right=check.specials_ok,
        inputs=figures.inputs,
        lower=check.target.lower,
        upper=check.target.upper,
        arithmetic=check.arithmetic,
        date=datetime.now(UTC).date().isoformat(),
        origin=origin,
        environment=dict(check.environment),
    )
    return KnownProgram(check.target.name, program, evidence)


def keep(found: FoundProgram, path: Path = FILE) -> KnownProgram:
    """Writes a run's program to the file of known programs, in the place of the one for the same function.

    Raises:
        ValueError: when it was not checked on every input, or the check found it wanting.
    """
    if found.check is None:
        raise ValueError(f"program {found.id} was not run on every input; do: primordia check {found.run.path}")
    job = found.run.job
    bound = "" if job.target.max_ulp == 1 else f" --max-ulp {job.target.max_ulp:g}"
    command = f"primordia search float32 --function {job.target.function}{bound}"
    origin = f"{command}, seed {job.search.seed}, candidate {found.id}"
    known = known_program(found.program, found.check, origin)
    write_known_programs({**read_known_programs(path), known.function: known}.values(), path)
    return known


def main(arguments: list[str]) -> None:
    """Keeps a run's best program, or the one of an id."""
    known = keep(Float32Run(Path(arguments[0])).program(*arguments[1:2]))
    sys.stdout.write(f"{known.function}: {known.evidence.max_ulp:.4f} ULP at {known.evidence.where!r}, in {FILE}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
