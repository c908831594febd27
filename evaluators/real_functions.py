"""The evaluator of programs that approximate a function over the reals, behind its rejection protocols."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from engine.verdict import Evaluation, Status, Verdict
from evaluators import reference
from evaluators.constant_fitting import Samples, fit_constants, max_errors
from evaluators.exchange import sharpen
from evaluators.proof import PoleError
from evaluators.settings import FitConfig
from evaluators.targets import Target, objectives
from search_spaces.program import Program, live_uses

_VALIDATION_POINTS = 257
_ROUNDING = 5e-16
"""Errors this near to 1 unit in the last place of a double say little about the error in real arithmetic."""


class RealFunctionEvaluator:
    """Fits a program's constants and measures its maximum error against a target.

    Protocols, cheapest first: ``input`` (the program reads x), ``finite`` (some start has a finite error at
    all points of the search set), ``useful`` (the error is less than that of the program 0), ``pole``
    (the error stays finite between those points; refined programs: nowhere in the domain).

    Attributes:
        objectives: operations, and the maximum error in the target's metric.
        protocols: the names above.
    """

    protocols = ("input", "finite", "useful", "pole")

    def __init__(self, target: Target, fit: FitConfig | None = None) -> None:
        """Computes the reference values.

        Args:
            target: function, domain and metric.
            fit: how hard constants are fitted; the default suits a laptop.
        """
        self.target = target
        self.fit = fit or FitConfig()
        self.objectives = objectives(target)
        self._search = _samples(target, self.fit.num_points, lower=False, upper=False)
        self._validation = _samples(
            target, _VALIDATION_POINTS, lower=not target.open_lower, upper=not target.open_upper
        )
        self._error_of_zero = float(np.abs(self._validation.goals).max())

    def evaluate(self, genomes: Sequence[Program], key: int) -> list[Evaluation[Program]]:
        """Fits and scores programs; see :class:`engine.protocols.Evaluator`."""
        verdicts: dict[int, Evaluation[Program]] = {}
        for i, genome in enumerate(genomes):
            if not live_uses(genome)[0]:
                verdicts[i] = _rejected(genome, "input")
        alive = [i for i in range(len(genomes)) if i not in verdicts]
        if alive:
            rng = np.random.Generator(np.random.Philox(key))
            with jax.enable_x64(True):
                fitted, rms = fit_constants([genomes[i] for i in alive], self._search, self.fit, rng)
                worst = max_errors(fitted, self._validation)
            for i, program, root_mean_square, error in zip(alive, fitted, rms.tolist(), worst.tolist(), strict=True):
                verdicts[i] = self._judge(program, root_mean_square, error)
        return [verdicts[i] for i in range(len(genomes))]

    def refine(self, genome: Program) -> Evaluation[Program]:
        """Sharpens the constants by the exchange algorithm in extended precision and measures the error anew."""
        try:
            sharpened = sharpen(genome, self.target)
        except PoleError:
            return _rejected(genome, "pole")
        return self._scored(sharpened.program, sharpened.max_error, {"alternations": float(sharpened.alternations)})

    def _judge(self, program: Program, root_mean_square: float, error: float) -> Evaluation[Program]:
        if not math.isfinite(root_mean_square):
            return _rejected(program, "finite", root_mean_square)
        if root_mean_square >= self._error_of_zero:
            return _rejected(program, "useful", root_mean_square)
        if not math.isfinite(error) or error >= self._error_of_zero:
            return _rejected(program, "pole", error)
        # In the basin of a converged fit, no maximum error is below the least root mean square error.
        reachable = max(0.99 * root_mean_square - _ROUNDING, 0.0)
        potential = (float(program.operations), reachable)
        return self._scored(program, error, {"rms_error": root_mean_square}, potential)

    def _scored(
        self, program: Program, error: float, metrics: dict[str, float], potential: tuple[float, ...] = ()
    ) -> Evaluation[Program]:
        objectives = (float(program.operations), error)
        return Evaluation(program, Verdict(Status.SCORED, objectives=objectives), metrics, potential)


def build(target: Mapping[str, Any], fit: Mapping[str, Any] | None = None) -> RealFunctionEvaluator:
    """Builds the evaluator from plain data, inside a worker.

    Args:
        target: the fields of :class:`evaluators.targets.Target`.
        fit: the fields of :class:`FitConfig` that differ from its defaults.
    """
    return RealFunctionEvaluator(Target(**target), FitConfig(**(fit or {})))


def _samples(target: Target, num_points: int, *, lower: bool, upper: bool) -> Samples:
    """Returns Chebyshev points, with or without the ends of the domain."""
    leading, _ = reference.chebyshev_points(target, num_points + (not lower) + (not upper))
    leading = leading[0 if lower else 1 : None if upper else -1]
    points = (leading, np.zeros_like(leading))
    weights, _ = reference.weights(target, points)
    values, _ = reference.reference_values(target, points)
    goals = np.ones_like(values) if target.metric == "relative" and target.weight == "1" else weights * values
    return Samples(points[0], weights, goals)


def _rejected(program: Program, protocol: str, figure: float = math.nan) -> Evaluation[Program]:
    return Evaluation(program, Verdict(Status.REJECTED, protocol=protocol, figure=figure))
