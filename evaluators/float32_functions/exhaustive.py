"""Checks of every input: the domain in chunks, and what a check states of itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from evaluators.float32_functions.chunk import Figures
from evaluators.float32_functions.input_order import domain_places
from evaluators.float32_functions.specials import Special
from evaluators.float32_functions.targets import MachineTarget
from evaluators.float32_functions.ulp import Arithmetic
from primitives.float_format import FORMATS, FloatFormat

CHUNK_INPUTS = 2**22
"""Inputs of a chunk: a tenth of a second's work."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a domain.

    Attributes:
        places: of its inputs (:mod:`evaluators.float32_functions.input_order`).
        follows: whether the input before the first belongs to the domain too.
    """

    places: range
    follows: bool


def chunks(target: MachineTarget, fmt: FloatFormat, num_inputs: int = CHUNK_INPUTS) -> tuple[Chunk, ...]:
    """Returns the parts of a target's domain in ascending order.

    Args:
        target: whose domain is taken.
        fmt: the format.
        num_inputs: of a chunk, at most.
    """
    return tuple(
        Chunk(range(start, min(start + num_inputs, whole.stop)), start > whole.start)
        for whole in domain_places(target, fmt)
        for start in range(whole.start, whole.stop, num_inputs)
    )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check of every input found.

    Attributes:
        target: the function and the domain.
        format: of inputs and values.
        arithmetic: what happened to subnormal numbers.
        figures: of all inputs of the domain.
        specials: what the function made of the special inputs.
        seconds: from start to end, over all sessions.
        environment: what it ran with: versions, flags, device.
    """

    target: MachineTarget
    format: str
    arithmetic: Arithmetic
    figures: Figures
    specials: tuple[Special, ...]
    seconds: float
    environment: Mapping[str, str]

    @property
    def specials_ok(self) -> bool:
        """Whether all special inputs are right."""
        return all(special.ok for special in self.specials)

    @property
    def max_ulp(self) -> float:
        """The greatest error of all inputs."""
        return self.figures.max_ulp

    @property
    def where(self) -> float:
        """The input of the greatest error."""
        return self.figures.worst[0][1] if self.figures.worst else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Returns plain data; numbers that JSON does not know are text."""
        data = {
            "target": asdict(self.target),
            "format": self.format,
            "arithmetic": self.arithmetic,
            "figures": self.figures.to_dict(),
            "specials": [asdict(special) for special in self.specials],
            "seconds": self.seconds,
            "environment": dict(self.environment),
        }
        plain: dict[str, Any] = plain_numbers(data)
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CheckResult:
        """Reads what :meth:`to_dict` wrote.

        Raises:
            KeyError, TypeError, ValueError: when it is something else.
        """
        return cls(
            target=read_target(data["target"]),
            format=FORMATS[data["format"]].name,
            arithmetic="flushed" if data["arithmetic"] == "flushed" else "kept",
            figures=Figures.from_dict(data["figures"]),
            specials=tuple(_special(row) for row in data["specials"]),
            seconds=float(data["seconds"]),
            environment=dict(data["environment"]),
        )


def read_target(data: Mapping[str, Any]) -> MachineTarget:
    """Reads a target from plain data, its ends being numbers or text."""
    return MachineTarget(**{**data, "lower": float(data["lower"]), "upper": float(data["upper"])})


def plain_numbers(data: Any) -> Any:
    """Returns plain data in which infinities and NaN are text, since JSON has no such numbers."""
    if isinstance(data, dict):
        return {key: plain_numbers(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain_numbers(value) for value in data]
    return str(data) if isinstance(data, float) and not math.isfinite(data) else data


def _special(data: Mapping[str, Any]) -> Special:
    return Special(**{**data, **{name: float(data[name]) for name in ("input", "got", "expected")}})
