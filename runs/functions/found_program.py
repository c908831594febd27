"""A program that a run found: callable on numbers and arrays, provable, exportable."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from primitives import primitive
from search_spaces.program import Program, decode

if TYPE_CHECKING:
    from evaluators.proof import Proof
    from runs.functions.run import FunctionRun


@dataclass(frozen=True)
class FoundProgram:
    """One scored program of a run.

    Attributes:
        id: the candidate's id in the evaluation table.
        objectives: its figures by the objective's name.
        genome: the encoded program.
        formula: for people, with rounded constants; empty for a program that is not on the front.
        measured: the largest error that a dense scan of the domain found, None before the proof.
        proven: a rigorous upper bound of the error over the whole domain, None when there is no proof.
        run: the run that found it.
    """

    id: int
    objectives: dict[str, float]
    genome: str
    formula: str
    measured: float | None
    proven: float | None
    run: FunctionRun = field(repr=False)

    @property
    def program(self) -> Program:
        """The program itself: instructions and double-double constants."""
        return decode(self.genome)

    @property
    def expression(self) -> Any:
        """The formula as a sympy expression in x, constants to 34 digits."""
        from search_spaces.formula import to_sympy

        return to_sympy(self.program)

    @property
    def operations(self) -> int:
        """Number of operations."""
        return self.program.operations

    @property
    def error(self) -> float:
        """The smallest figure for the maximum error that can be relied on: proven, measured, or the evaluator's."""
        searched = list(self.objectives.values())[-1]
        return next(value for value in (self.proven, self.measured, searched) if value is not None)

    def __call__(self, x: npt.ArrayLike) -> Any:
        """Evaluates the program in IEEE double precision, one rounding per operation.

        Args:
            x: a number or an array of any shape.

        Returns:
            float64 of the shape of x.
        """
        program = self.program
        constants = [np.float64(high) for high, _ in program.constants]
        return program.apply(np.asarray(x, dtype=np.float64)[()], constants, _numpy_meaning)

    def prove(self) -> Proof:
        """Returns a rigorous upper bound of the maximum error over the whole domain, by ball arithmetic.

        Raises:
            ValueError: when the program has a pole in the domain; the message names the interval that holds it.
        """
        from evaluators.proof import prove

        return prove(self.program, self.run.target)

    def export(self, language: str, path: Path | str | None = None) -> Path:
        """Writes the program as source code that imports nothing of Primordia.

        Args:
            language: numpy, jax, torch, c, latex, ...
            path: the file to create; by default in the run folder.

        Returns:
            the file, which was executed and compared with the program on 10,000 points before it was written.

        Raises:
            ValueError: when the file exists, the language is unknown or the comparison fails.
        """
        from runs.functions.exporting import export_program

        return export_program(self, language, None if path is None else Path(path))


def _numpy_meaning(name: str, *operands: Any) -> Any:
    with np.errstate(all="ignore"):
        return primitive(name).floating(np, *operands)
