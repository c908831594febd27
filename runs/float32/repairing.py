"""Repairs a program whose check found inputs beyond the bound: its constants are searched anew, with those inputs."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import numpy as np

from evaluators.float32_functions.targets import MachineTarget
from evaluators.settings import worker_environment
from runs.float32.checking.worker import prepare
from runs.float32.found_program import FoundProgram
from runs.float32.run import Float32Run
from runs.folder.front_file import read_front_file, write_front_file
from search_spaces.float32_functions.formula import formula_text
from search_spaces.float32_functions.typed_program import decode, encode

POINTS = 500_000
"""Inputs besides those that failed the check."""

AROUND = 256
"""Neighbours on each side of such an input that count too."""

MENDING_ROUNDS, MENDING_BATCHES = 10, 60


def repair(found: FoundProgram, key: int) -> Float32Run:
    """Puts a program with other constants in the place of one on the front, and returns the run read anew.

    Args:
        found: checked, beyond the bound.
        key: of the draws; another one gives other constants.

    Raises:
        ValueError: when the process that searches dies.
    """
    assert found.check is not None
    run = found.run
    worst = tuple(x for _, x, _ in found.check.figures.worst)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, initializer=prepare, initargs=(dict(worker_environment()),)) as pool:
        try:
            genome, error = pool.submit(mended, found.genome, run.target, worst, key).result()
        except BrokenProcessPool:
            raise ValueError(f"the process that repairs program {found.id} died; repeat with more memory") from None
    objectives, rows = read_front_file(run.folder.front)
    own = next(row for row in rows if row.id == found.id)
    text = formula_text(decode(genome))
    changed = replace(own, genome=genome, formula=text, objectives=(own.objectives[0], error))
    write_front_file(run.folder.front, objectives, [changed if row is own else row for row in rows])
    run.folder.event("repair", id=found.id, before=found.genome, after=genome)
    return Float32Run(run.path)


def mended(
    genome: str, target: MachineTarget, failed: Sequence[float], key: int, points: int = POINTS
) -> tuple[str, float]:
    """Returns the program with the best constants found, and its greatest error on the inputs tried.

    Args:
        genome: the encoded program.
        target: the function and its domain.
        failed: inputs at which it was beyond the bound.
        key: of the draws.
        points: inputs besides.
    """
    from evaluators.float32_functions.input_order import inputs, place
    from evaluators.float32_functions.mending import mend
    from evaluators.float32_functions.minimax import fit_points
    from evaluators.float32_functions.points import survey
    from evaluators.float32_functions.reference import reference
    from evaluators.float32_functions.semantics import flushes_subnormals
    from evaluators.float32_functions.ulp import flush_inputs

    program = decode(genome)
    fmt = program.float_format
    flush = flushes_subnormals(fmt)
    places = [place(x, fmt) for x in failed if np.isfinite(x)]
    near = [inputs(fmt, range(max(at - AROUND, 0), min(at + AROUND + 1, 2**fmt.bits))) for at in places]
    x = np.concatenate([np.empty(0, fmt.dtype), *near])
    x = x[target.contains(x)]
    exact = reference(target, flush_inputs(x, fmt) if flush else x.astype(np.float64))
    known = survey(target, fmt, points, flush=flush, phase=0.625).fitted.joined(fit_points(x, exact, fmt, flush=flush))
    result = mend(program, known, key, rounds=MENDING_ROUNDS, batches=MENDING_BATCHES)
    return encode(result.program), result.max_ulp
