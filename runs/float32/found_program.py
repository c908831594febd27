"""A program that a run found: callable on numbers and arrays, exportable, with its check where there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from search_spaces.float32_functions.formula import formula_text
from search_spaces.float32_functions.typed_program import TypedProgram, decode

if TYPE_CHECKING:
    from evaluators.float32_functions.exhaustive import CheckResult
    from runs.float32.run import Float32Run
    from runs.float32.speed import Speed


@dataclass(frozen=True)
class FoundProgram:
    """One scored program of a run.

    Attributes:
        id: the candidate's id in the evaluation table.
        objectives: its figures by the objective's name.
        genome: the encoded program.
        run: the run that found it.
    """

    id: int
    objectives: dict[str, float]
    genome: str
    run: Float32Run = field(repr=False)

    @property
    def program(self) -> TypedProgram:
        """The program itself: instructions and constants."""
        return decode(self.genome)

    @property
    def formula(self) -> str:
        """The program on one line."""
        return formula_text(self.program)

    @property
    def cost(self) -> float:
        """What the search's model says that it costs."""
        return self.objectives["cost"]

    @property
    def max_ulp(self) -> float:
        """The greatest error known: of the check of every input, or else of the search."""
        check = self.check
        return check.max_ulp if check else self.objectives["max_ulp"]

    @cached_property
    def check(self) -> CheckResult | None:
        """What the check of every input found, None where there was none.

        Raises:
            ValueError: naming the file when it is broken.
        """
        from runs.float32.checking.check import check_path
        from runs.float32.checking.check_file import read_check
        from runs.float32.checking.question import of_program

        found = read_check(check_path(self.run.path, of_program(self.program, self.run.target)))
        return found[1].result if found else None

    @cached_property
    def compiled_differs(self) -> float | None:
        """The share of inputs at which XLA's code and its operations, rounded once each, differ; None if unknown."""
        metrics = dict(self.run.scored_row(self.id)["metrics"] or ())
        return metrics.get("compiled_differs")

    @property
    def speed(self) -> Speed | None:
        """How fast it was beside jnp's function, None where another program of the run was timed, or none."""
        speed = self.run.speed
        return speed if speed and speed.genome == self.genome else None

    def __call__(self, x: npt.ArrayLike) -> Any:
        """Runs the program in its format, one rounding per operation, subnormal numbers kept.

        Args:
            x: a number or an array of any shape.

        Returns:
            of the program's format and the shape of x.
        """
        from evaluators.float32_functions.semantics import run_exact

        return run_exact(self.program, x, flush=False)[-1][()]

    def export(self, language: str, path: Path | str | None = None) -> Path:
        """Writes the program as source code that imports nothing of Primordia.

        Args:
            language: jax, numpy, torch, c, triton, ...
            path: the file to create; by default in the run folder.

        Returns:
            the file, which was executed and compared with the program before it was written; beside it lies a test
            file that checks it again.

        Raises:
            ValueError: when the file exists, the language is unknown or the comparison fails.
        """
        from runs.float32.exporting import export_program

        return export_program(self, language, None if path is None else Path(path))
