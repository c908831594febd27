"""The evaluator of machine programs: fits their constants and judges them, behind protocols from cheap to dear."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from engine.verdict import Evaluation, Status, Verdict
from evaluators.float32_functions.cost.model import cost_model
from evaluators.float32_functions.objectives import OBJECTIVES, PROTOCOLS
from evaluators.float32_functions.protocols import Protocols
from evaluators.float32_functions.settings import FitConfig, ProtocolsConfig
from evaluators.float32_functions.stages import RejectionError, Stages
from evaluators.float32_functions.targets import MachineTarget
from primitives.float_format import FORMATS, FloatFormat
from search_spaces.float32_functions.typed_program import TypedProgram


class Float32Evaluator:
    """Scores machine programs by their cost and their largest error in ULP, as XLA runs them on a CPU.

    A candidate's constants are fitted over the reals, rounded and, where that does not do, searched in the
    neighbourhood. Those about to enter the front are polished and judged as compiled.

    Attributes:
        objectives: cost and largest error.
        protocols: ``type_and_cost`` (a cost within bounds, x is read), ``sample`` (the error on a few hundred inputs,
            over the reals and then as rounded), ``survey`` (the error on inputs over every binade and at the critical
            ones); refined programs: ``dense`` (as compiled, on many more inputs), ``vicinity`` (on all numbers around
            the worst of them), ``exhaustive`` (on all inputs of the domain instead, where they are few enough).
    """

    objectives = OBJECTIVES
    protocols = PROTOCOLS

    def __init__(
        self,
        target: MachineTarget,
        fmt: FloatFormat,
        max_ulp: float,
        cost: str = "weights",
        fit: FitConfig | None = None,
        protocols: ProtocolsConfig | None = None,
    ) -> None:
        """Computes the exact values at the inputs of the cheap protocols.

        Args:
            target: the function and its domain.
            fmt: of the programs.
            max_ulp: the largest error allowed.
            cost: the name of a deterministic cost model.
            fit: how hard constants are fitted.
            protocols: what programs have to pass.

        Raises:
            ValueError: when the cost is measured by the clock, or the largest error allowed is less than half a ULP.
        """
        if not max_ulp >= 0.5:
            raise ValueError(f"max_ulp must be at least 0.5, which correct rounding leaves, not {max_ulp}")
        self._cost = cost_model(cost)
        if not self._cost.deterministic:
            raise ValueError(f"a search needs a deterministic cost, not {cost!r}; use weights or static")
        self._protocols = Protocols(target, fmt, max_ulp, fit or FitConfig(), protocols or ProtocolsConfig())

    def evaluate(self, genomes: Sequence[TypedProgram], key: int) -> list[Evaluation[TypedProgram]]:
        """Fits and scores programs; see :class:`engine.protocols.Evaluator`."""
        return [self._evaluated(genome, key) for genome in genomes]

    def refine(self, genome: TypedProgram) -> Evaluation[TypedProgram]:
        """Polishes a program and judges it as compiled, on many inputs or all."""
        stages = Stages(genome)
        try:
            error = self._protocols.refine(stages)
            metrics = {**stages.metrics, "max_ulp": error}
            return self._scored(stages, error, metrics)
        except RejectionError as rejection:
            return _rejected(stages, rejection)

    def _evaluated(self, genome: TypedProgram, key: int) -> Evaluation[TypedProgram]:
        stages = Stages(genome)
        try:
            error = self._protocols.judge(stages, key)
        except RejectionError as rejection:
            return _rejected(stages, rejection)
        return self._scored(stages, error, stages.metrics, potential=True)

    def _scored(
        self, stages: Stages, error: float, metrics: dict[str, float], *, potential: bool = False
    ) -> Evaluation[TypedProgram]:
        objectives = (self._cost(stages.program), error)
        verdict = Verdict(Status.SCORED, objectives=objectives)
        # Polishing makes up for what more inputs add to the error. To hope for more would have most candidates refined,
        # each at the price of twenty, and nearly all in vain.
        reachable = objectives if potential else ()
        return Evaluation(stages.program, verdict, metrics, reachable, stages.seconds)


def build(
    target: Mapping[str, Any],
    format: str = "float32",  # noqa: A002 - the name of the field in a job
    max_ulp: float = 1.0,
    cost: str = "weights",
    fit: Mapping[str, Any] | None = None,
    protocols: Mapping[str, Any] | None = None,
) -> Float32Evaluator:
    """Builds the evaluator from plain data, inside a worker.

    Args:
        target: the fields of :class:`MachineTarget`.
        format: the name of the programs' format.
        max_ulp: the largest error allowed.
        cost: the name of a deterministic cost model.
        fit: the fields of :class:`FitConfig` that differ from its defaults.
        protocols: the fields of :class:`ProtocolsConfig` that differ from its defaults.
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
    return Float32Evaluator(
        MachineTarget(**target),
        FORMATS[format],
        max_ulp,
        cost,
        FitConfig(**(fit or {})),
        ProtocolsConfig(**(protocols or {})),
    )


def _rejected(stages: Stages, rejection: RejectionError) -> Evaluation[TypedProgram]:
    verdict = Verdict(Status.REJECTED, protocol=rejection.protocol, figure=rejection.figure)
    metrics = {name: value for name, value in stages.metrics.items() if math.isfinite(value)}
    return Evaluation(stages.program, verdict, metrics, seconds=stages.seconds)
