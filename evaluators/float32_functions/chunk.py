"""One part of an exhaustive check: a range of inputs, and the figures of a function's errors on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.correct_rounding import correctly_rounded
from evaluators.float32_functions.input_order import inputs
from evaluators.float32_functions.reference import REFERENCES, Doubles, reference
from evaluators.float32_functions.steps import wrong_steps
from evaluators.float32_functions.targets import MachineTarget
from evaluators.float32_functions.ulp import flush_inputs, ulp_errors
from primitives.float_format import FloatFormat

Function: TypeAlias = Callable[[NDArray[Any]], NDArray[Any]]
"""What is checked: numbers of the format to numbers of the format."""

BLOCK = 2**15
"""Inputs that are taken at a time: always as many, since a compiled function is compiled for one shape."""

NUM_WORST = 16
"""Of how many chunks the worst input is kept."""

Worst: TypeAlias = tuple[float, float, float]
"""An error in ULP, the input and the value there."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a function's errors on some inputs.

    Attributes:
        inputs: how many.
        infinite: how many errors are infinite: NaN or infinity where it does not belong.
        total_ulp: the sum of the finite errors.
        correct: how many values are correctly rounded.
        falls: how often the function goes the wrong way from one input to the next.
        first_fall: the input after the first such step.
        worst: the greatest errors and where they are, the greatest first.
    """

    inputs: int = 0
    infinite: int = 0
    total_ulp: float = 0.0
    correct: int = 0
    falls: int = 0
    first_fall: float | None = None
    worst: tuple[Worst, ...] = ()

    @property
    def max_ulp(self) -> float:
        """The greatest error; NaN of no inputs."""
        return self.worst[0][0] if self.worst else math.nan

    @property
    def mean_ulp(self) -> float:
        """The mean of the finite errors; NaN where there are none."""
        finite = self.inputs - self.infinite
        return self.total_ulp / finite if finite else math.nan

    @property
    def share_correct(self) -> float:
        """The share of values that are correctly rounded; NaN of no inputs."""
        return self.correct / self.inputs if self.inputs else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Returns plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Figures:
        """Reads what :meth:`to_dict` wrote."""
        worst = tuple((float(error), float(x), float(value)) for error, x, value in data["worst"])
        first_fall = data["first_fall"]
        return cls(**{**data, "worst": worst, "first_fall": None if first_fall is None else float(first_fall)})


def merged(parts: Iterable[Figures]) -> Figures:
    """Returns the figures of all inputs together; the parts are in ascending order of their inputs."""
    parts = tuple(parts)
    worst = sorted((entry for part in parts for entry in part.worst), key=lambda entry: -entry[0])
    return Figures(
        inputs=sum(part.inputs for part in parts),
        infinite=sum(part.infinite for part in parts),
        total_ulp=math.fsum(part.total_ulp for part in parts),
        correct=sum(part.correct for part in parts),
        falls=sum(part.falls for part in parts),
        first_fall=next((part.first_fall for part in parts if part.falls), None),
        worst=tuple(worst[:NUM_WORST]),
    )


@dataclass(frozen=True, slots=True)
class ChunkCheck:
    """Measures a function's errors on ranges of inputs.

    Attributes:
        function: what is checked; it is called with blocks of ``BLOCK`` inputs.
        target: what it is to compute.
        format: of its inputs and values.
        flush: whether its arithmetic flushes subnormal numbers.
    """

    function: Function
    target: MachineTarget
    format: FloatFormat
    flush: bool

    def measure(self, places: range, follows: bool) -> Figures:
        """Returns the figures of a range of inputs.

        Args:
            places: of the inputs, in the order of :mod:`evaluators.float32_functions.input_order`.
            follows: whether the input before the first belongs to the domain too; the step from it is then looked at.
        """
        before = self._ends(range(places.start - 1, places.start)) if follows else None
        parts = []
        for start in range(places.start, places.stop, BLOCK):
            part, before = self._block(range(start, min(start + BLOCK, places.stop)), before)
            parts.append(part)
        figures = merged(parts)
        return figures if len(parts) == 1 else replace(figures, worst=figures.worst[:1])

    def values(self, x: NDArray[Any]) -> NDArray[Any]:
        """Returns the function's values of at most ``BLOCK`` inputs."""
        padded = np.concatenate([x, np.broadcast_to(x[-1:], BLOCK - len(x))]) if len(x) < BLOCK else x
        return np.asarray(self.function(padded))[: len(x)]

    def _ends(self, places: range) -> _Ends:
        x = inputs(self.format, places)
        with np.errstate(all="ignore"):
            return self.values(x)[-1:].astype(np.float64), reference(self.target, self._exact(x))[-1:]

    def _exact(self, x: NDArray[Any]) -> Doubles:
        """Returns the inputs as doubles, as the arithmetic takes them."""
        tiny = self.format.smallest_normal
        subnormal = self.flush and not (x[0] >= tiny or x[-1] <= -tiny)
        with np.errstate(invalid="ignore"):
            return flush_inputs(x, self.format) if subnormal else x.astype(np.float64)

    def _block(self, places: range, before: _Ends | None) -> tuple[Figures, _Ends]:
        x = inputs(self.format, places)
        with np.errstate(all="ignore"):
            exact_inputs, got = self._exact(x), self.values(x).astype(np.float64)
            exact = reference(self.target, exact_inputs)
            wrong = wrong_steps(self.target, got, exact).tolist()
            if before is not None:
                seam = (np.append(last, first) for last, first in zip(before, (got[0], exact[0]), strict=True))
                wrong[:0] = [0] * len(wrong_steps(self.target, *seam))
            part = self._errors(x, exact_inputs, got, exact)
        first_fall = float(x[wrong[0]]) if wrong else None
        return replace(part, falls=len(wrong), first_fall=first_fall), (got[-1:], exact[-1:])

    def _errors(self, x: NDArray[Any], exact_inputs: Doubles, got: Doubles, exact: Doubles) -> Figures:
        if _equal(got, exact):
            return Figures(inputs=len(x), correct=len(x), worst=((0.0, float(x[0]), float(got[0])),))
        errors = ulp_errors(got, exact, self.format, self.flush)
        top = int(np.argmax(errors))
        finite = errors[np.isfinite(errors)] if errors[top] == np.inf else errors
        return Figures(
            inputs=len(x),
            infinite=len(x) - len(finite),
            total_ulp=float(finite.sum()),
            correct=self._correct(exact_inputs, got, errors),
            worst=((float(errors[top]), float(x[top]), float(got[top])),),
        )

    def _correct(self, x: Doubles, got: Doubles, errors: Doubles) -> int:
        doubt = REFERENCES[self.target.name].accuracy * 2.0 ** (self.format.fraction_bits + 2)
        surely = int(np.count_nonzero(errors < 0.5 - doubt))
        if surely == np.count_nonzero(errors <= 0.5 + doubt):
            return surely
        near = (errors >= 0.5 - doubt) & (errors <= 0.5 + doubt)
        return surely + int(np.count_nonzero(got[near] == correctly_rounded(self.target, x[near], self.format)))


_Ends: TypeAlias = tuple[Doubles, Doubles]
"""The value and the exact value at the input before a block."""


def _equal(got: Doubles, exact: Doubles) -> bool:
    """Returns whether all values are the exact ones; the first tells most blocks apart."""
    if np.isnan(got[0]):
        return np.array_equal(got, exact, equal_nan=True)
    return bool(got[0] == exact[0]) and np.array_equal(got, exact)
