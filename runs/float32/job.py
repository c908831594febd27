"""The job of a search for machine programs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, TypeAlias

from engine.config import SelectionConfig
from evaluators.float32_functions.settings import FitConfig, ProtocolsConfig
from primitives.float_format import FORMATS
from runs.float32.engine_sections import IslandsJob, VariationJob
from runs.job.job import Job
from runs.job.schema import Rule, one_of
from runs.job.sections import OutputJob

Bound: TypeAlias = str | int | float
"""An end of a domain: a number, written as one or as a text such as ``-inf``."""


@dataclass(frozen=True, slots=True)
class TargetJob:
    """What programs are to compute, and how well.

    Attributes:
        function: a known function such as ``tanh``.
        domain: least and greatest input; empty for all inputs, or those on which the function is known.
        format: of the numbers: ``float32``, ``bfloat16`` or ``float16``.
        max_ulp: the greatest error of a program, in units in the last place of the exact value's binade.
    """

    function: str = ""
    domain: Annotated[tuple[Bound, ...], Rule("two ends, lower and upper", lambda ends: len(ends) in (0, 2))] = ()
    format: Annotated[str, one_of(*FORMATS)] = "float32"
    max_ulp: Annotated[float, Rule("at least 0.5, which correct rounding leaves", lambda ulp: ulp >= 0.5)] = 1.0

    def __post_init__(self) -> None:
        _ = self.ends

    @property
    def ends(self) -> tuple[float, float] | None:
        """The ends of the domain, None for the function's own.

        Raises:
            ValueError: when one is no number.
        """
        if not self.domain:
            return None
        lower, upper = map(_number, self.domain)
        return lower, upper


@dataclass(frozen=True, slots=True)
class SpaceJob:
    """Which programs are searched.

    Attributes:
        schemes: names of the schemes that random programs are written by; empty for all that suit the function.
        max_operations: the largest size of a program.
    """

    schemes: tuple[str, ...] = ()
    max_operations: Annotated[int, Rule("from 1 to 96", lambda count: 1 <= count <= 96)] = 96


@dataclass(frozen=True, slots=True)
class CostJob:
    """What a program is said to cost.

    Attributes:
        model: ``weights`` adds up operations; ``static`` counts the instructions of the loop that XLA compiles.
    """

    model: Annotated[str, one_of("weights", "static")] = "weights"


@dataclass(frozen=True, slots=True)
class Float32OutputJob(OutputJob):
    """What the run leaves behind besides its tables; the cheapest program within the bound is the one exported.

    Attributes:
        check: the programs that are run on every input of the domain when the search has finished: those of the whole
            ``front``, the ``best`` only, or ``none``.
        speed: whether the best one is then timed beside jnp's function.
    """

    check: Annotated[str, one_of("front", "best", "none")] = "front"
    speed: bool = True


@dataclass(frozen=True, slots=True)
class Float32FunctionsJob(Job):
    """The job of a search for machine programs; each attribute is the section of the same name in a job file.

    Attributes:
        target: what programs are to compute, and how well.
        space: which programs are searched.
        cost: what a program is said to cost.
        protocols: what programs have to pass, an :class:`evaluators.float32_functions.settings.ProtocolsConfig`.
        fit: how hard constants are fitted, an :class:`evaluators.float32_functions.settings.FitConfig`.
        islands: the engine's :class:`engine.config.IslandConfig`.
        selection: the engine's :class:`engine.config.SelectionConfig`.
        variation: the engine's :class:`engine.config.VariationConfig`.
        output: what the run leaves behind.
    """

    kind: ClassVar[str] = "float32_functions"

    target: TargetJob = field(default_factory=TargetJob)
    space: SpaceJob = field(default_factory=SpaceJob)
    cost: CostJob = field(default_factory=CostJob)
    protocols: ProtocolsConfig = field(default_factory=ProtocolsConfig)
    fit: FitConfig = field(default_factory=FitConfig)
    islands: IslandsJob = field(default_factory=IslandsJob)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    variation: VariationJob = field(default_factory=VariationJob)
    output: Float32OutputJob = field(default_factory=Float32OutputJob)

    @property
    def title(self) -> str:
        """The name under which the run is listed: ``tanh-float32``."""
        return f"{self.target.function}-{self.target.format}"

    def figure(self, objectives: tuple[float, ...]) -> float:
        """Returns the cost, since every program on the front is exact enough."""
        return objectives[0]

    def figure_text(self, figure: float) -> str:
        """Writes a cost for lists of runs."""
        return f"{figure:g} slots"

    def check(self) -> None:
        """Checks that there is a function.

        Raises:
            ValueError: when there is none.
        """
        if not self.target.function:
            raise ValueError("[target] needs a function; give one, such as --function exp2")


def _number(bound: Bound) -> float:
    try:
        value = float(bound)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise ValueError(f"domain must be of numbers such as -1,0.5, not {bound!r}")
    return value
