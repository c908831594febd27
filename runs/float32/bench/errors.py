"""The greatest errors of programs and peers: on a survey of every binade with the special inputs, or on every input."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from evaluators.float32_functions.points import survey
from runs.float32.checking.check import check, check_path
from runs.float32.checking.question import Question

SURVEY_INPUTS = 1_000_000

RUNS = "results"
"""The folder of the runs, where checks are kept."""

HOW = {"survey": f"a survey of {SURVEY_INPUTS:,} inputs and the specials", "all": "every input", "none": "no input"}
"""On what the errors are found, by the name of the choice."""


@dataclass(frozen=True, slots=True)
class LargestError:
    """A contender's errors.

    Attributes:
        max_ulp: the greatest that is finite.
        num_wrong: how many are infinite: NaN or infinity where it does not belong, or a zero of the wrong sign.
    """

    max_ulp: float
    num_wrong: int

    @property
    def text(self) -> str:
        """As a table shows it."""
        size = f"{self.max_ulp:.3g}" if self.max_ulp < 1000 else f"{self.max_ulp:.0e}"
        return f"{size} and {self.num_wrong:,} wrong" if self.num_wrong else size


def surveyed(question: Question) -> LargestError:
    """Returns the errors on a survey of the domain."""
    inputs = survey(question.target, question.format, SURVEY_INPUTS, flush=question.flush)
    with np.errstate(all="ignore"):
        errors = inputs.errors(np.asarray(question.load()(inputs.x)))
    wrong = ~np.isfinite(errors)
    return LargestError(float(np.max(errors[~wrong], initial=0.0)), int(np.count_nonzero(wrong)))


def checked(question: Question) -> LargestError:
    """Returns the errors on every input; what ``primordia check`` found of the same question is not measured again."""
    result = check(question, check_path(Path(RUNS), question), console=Console(stderr=True))
    finite = [error for error, _, _ in result.figures.worst if math.isfinite(error)]
    return LargestError(max(finite, default=math.nan), result.figures.infinite)
