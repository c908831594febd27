"""The rejection protocols of machine programs, each of which fits, measures and compares with a bound."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.bytecode import assemble
from evaluators.float32_functions.chunk import BLOCK, ChunkCheck
from evaluators.float32_functions.compiled import compile_program
from evaluators.float32_functions.cost.weights import WeightedCost
from evaluators.float32_functions.fitting import fit
from evaluators.float32_functions.input_order import domain_places
from evaluators.float32_functions.interpreter import run_interpreted
from evaluators.float32_functions.mending import mend, refit, worst_points
from evaluators.float32_functions.minimax import Points
from evaluators.float32_functions.points import Inputs, spread, survey, vicinity
from evaluators.float32_functions.semantics import flushes_subnormals
from evaluators.float32_functions.settings import FitConfig, ProtocolsConfig
from evaluators.float32_functions.settling import settled
from evaluators.float32_functions.stages import RejectionError, Stages
from evaluators.float32_functions.targets import MachineTarget
from primitives.float_format import FloatFormat
from search_spaces.float32_functions.typed_program import TypedProgram, X

_WEIGHTS = WeightedCost()

_MENDED_POINTS = 2048
"""Inputs on which constants are mended before the survey."""

_LAST_ROUNDING = 0.4
"""What rounding the output adds to the largest error over the reals, in ULP: half of one, were no input lucky."""

_REFITTED, _MENDED = 4.0, 1.1
"""How many times the largest error allowed a survey may show for the constants to be fitted again with its
worst inputs, and then (or the vicinity of the worst may show) for those near them to be tried: of programs with larger
errors, none in hundreds was mended."""

_COMFORT = 0.97
"""The share of the largest error allowed at which mending is content, as further inputs will show larger errors."""

_NEAR = 1.03
"""How many times the largest error allowed the dense inputs may show for the program to be polished on them too."""

_SETTLED = 1.15
"""How many times the largest error allowed the vicinity may show for constants to be tried that saw no rounding."""

_POLISHED_POINTS = 2**17
_POLISH_ROUNDS, _LAST_ROUNDS = 6, 2

_CLOSER = ((4096, 2**7), (256, 2**11), (32, 2**14))
"""Stretches of neighbouring numbers around the worst of the dense inputs, then around the worst of those, and how many
numbers each has. Roundings conspire at few numbers: a million inputs showed 0.950, 0.921 and 0.880 ULP of three
programs whose largest errors are 1.043, 0.979 and 0.924, the stretches 1.033, 0.979 and 0.924."""

_VISITS = 4
"""How often the vicinity is looked at, at most; in between, the program is polished on the worst that was seen."""


class Protocols:
    """The protocols for one target; a failed one raises :class:`RejectionError`."""

    def __init__(
        self, target: MachineTarget, fmt: FloatFormat, max_ulp: float, fit: FitConfig, config: ProtocolsConfig
    ) -> None:
        """Computes the exact values at the inputs of the sample and the survey.

        Args:
            target: the function and its domain.
            fmt: of the programs.
            max_ulp: the largest error allowed.
            fit: how hard constants are fitted.
            config: the bounds and the numbers of inputs.
        """
        self._target, self._format, self._max_ulp, self._fit, self._config = target, fmt, max_ulp, fit, config
        self._flush = flushes_subnormals(fmt)
        self._sample = spread(target, fmt, config.sample_points, flush=self._flush)
        self._mending = spread(target, fmt, _MENDED_POINTS, flush=self._flush, phase=0.375)
        self._survey = survey(target, fmt, config.survey_points, flush=self._flush)

    @cached_property
    def _polishing(self) -> Inputs:
        count = min(_POLISHED_POINTS, self._config.dense_points)
        return survey(self._target, self._format, count, flush=self._flush, phase=0.625)

    @cached_property
    def _dense(self) -> Inputs:
        return survey(self._target, self._format, self._config.dense_points, flush=self._flush, phase=0.125)

    def judge(self, stages: Stages, key: int) -> float:
        """Fits a candidate's constants and takes it through the cheap protocols.

        Args:
            stages: of the candidate; holds the fitted program afterwards.
            key: of the draws.

        Returns:
            the largest error of the survey.
        """
        with stages.timed("type_and_cost"):
            self._type_and_cost(stages.program)
        with stages.timed("sample"):
            self._judge_sample(stages, key)
        with stages.timed("survey"):
            return self._judge_survey(stages, key)

    def refine(self, stages: Stages) -> float:
        """Polishes a candidate and takes it through the dear protocols, as compiled.

        Returns:
            its largest error.
        """
        with stages.timed("type_and_cost"):
            self._type_and_cost(stages.program)
        with stages.timed("polish"):
            self._polish(stages, self._polishing.fitted, _POLISH_ROUNDS, goal=0.5)
        with stages.timed("dense"):
            error = self._dense_error(stages)
            # a program so near the bound would fail on all inputs of the domain
            if self._is_near(error, _NEAR):
                self._polish(stages, self._dense.fitted, _LAST_ROUNDS, goal=_COMFORT * self._max_ulp)
                error = self._dense_error(stages)
            self._bound("dense", error, 1.0)
        places = domain_places(self._target, self._format)
        if sum(map(len, places)) > self._config.exhaustive_inputs:
            with stages.timed("vicinity"):
                return self._judge_vicinity(stages)
        with stages.timed("exhaustive"):
            return max(error, self._judge_exhaustively(stages, places))

    def _is_near(self, error: float, slack: float) -> bool:
        return _COMFORT * self._max_ulp < error <= slack * self._max_ulp

    def _polish(self, stages: Stages, points: Points, rounds: int, goal: float, key: int = 0) -> None:
        batches = self._fit.polish_batches // _POLISH_ROUNDS
        polished = mend(stages.program, points, key, rounds=rounds, batches=batches, goal=goal)
        stages.program = polished.program

    def _judge_vicinity(self, stages: Stages) -> float:
        """Looks at all numbers around the worst of the dense inputs, and polishes the program on the worst it saw."""
        best, (least, near) = stages.program, self._vicinity_error(stages)
        if self._is_near(least, _SETTLED):
            stages.program = settled(best, self._polishing.fitted)
            error, others = self._vicinity_error(stages)
            if error < least:
                best, least, near = stages.program, error, others
        seen = self._polishing.fitted
        for key in range(1, _VISITS):
            if not self._is_near(least, _MENDED):
                break
            seen = seen.joined(worst_points(stages.program, near.fitted, _POLISHED_POINTS // 2))
            stages.program = best
            self._polish(stages, seen, _LAST_ROUNDS, goal=_COMFORT * self._max_ulp, key=key)
            if stages.program == best:
                continue
            error, near = self._vicinity_error(stages)
            if error < least:
                best, least = stages.program, error
        stages.program = best
        self._bound("vicinity", least, 1.0)
        return least

    def _vicinity_error(self, stages: Stages) -> tuple[float, Inputs]:
        """Returns the largest error at the dense inputs and around the worst of them, and what is around them."""
        # to compile a program anew, for each of its constants, would take longer than all that follows
        run = self._compiled if stages.metrics["compiled_differs"] else run_interpreted
        near, largest = self._dense, 0.0
        errors = near.errors(run(stages.program, near.x))
        for cells, cell_size in _CLOSER:
            near = vicinity(near, errors, self._target, cells=cells, cell_size=cell_size)
            errors = near.errors(run(stages.program, near.x))
            largest = max(largest, float(errors.max(initial=0.0)))
        return largest, near

    def _type_and_cost(self, program: TypedProgram) -> None:
        if (cost := _WEIGHTS(program)) > self._config.max_cost:
            raise RejectionError("type_and_cost", cost)
        if not any(X in references for _, *references in program.instructions):
            raise RejectionError("type_and_cost", 0.0)
        try:
            assemble(program)
        except ValueError:
            raise RejectionError("type_and_cost", float(len(program.instructions))) from None

    def _judge_sample(self, stages: Stages, key: int) -> None:
        x, exact = self._sample.x, self._sample.exact
        fitted = fit(stages.program, x, exact, flush=self._flush, max_rounds=self._fit.rounds)
        stages.program = fitted.program
        stages.metrics["real_ulp"] = fitted.real_ulp
        self._bound("sample", fitted.real_ulp + _LAST_ROUNDING, 1.0)
        stages.metrics["sample_ulp"] = fitted.max_ulp
        self._bound("sample", fitted.max_ulp, self._config.sample_slack)
        if fitted.max_ulp > self._max_ulp:
            self._bound("sample", self._mend(stages, self._mending, key), 1.0)

    def _judge_survey(self, stages: Stages, key: int) -> float:
        error = self._survey_error(stages.program)
        if self._max_ulp < error <= _REFITTED * self._max_ulp:
            program = refit(stages.program, self._survey.fitted, fit_rounds=self._fit.rounds)
            refitted = self._survey_error(program)
            if refitted < error:
                stages.program, error = program, refitted
        if self._max_ulp < error <= _MENDED * self._max_ulp:
            self._mend(stages, self._survey, key)
            error = self._survey_error(stages.program)
        stages.metrics["survey_ulp"] = error
        self._bound("survey", error, 1.0)
        return error

    def _survey_error(self, program: TypedProgram) -> float:
        return self._worst(self._survey, run_interpreted(program, self._survey.x))

    def _dense_error(self, stages: Stages) -> float:
        inputs, program = self._dense, stages.program
        values, rounded = self._compiled(program, inputs.x), run_interpreted(program, inputs.x)
        same = (values == rounded) | (np.isnan(values) & np.isnan(rounded))
        stages.metrics["compiled_differs"] = 1 - float(np.mean(same))
        error = self._worst(inputs, values)
        stages.metrics["dense_ulp"] = error
        return error

    def _judge_exhaustively(self, stages: Stages, places: Sequence[range]) -> float:
        check = ChunkCheck(lambda x: self._compiled(stages.program, x), self._target, self._format, self._flush)
        figures = [check.measure(part, follows=False) for part in places]
        error = max(part.max_ulp for part in figures)
        stages.metrics["exhaustive_inputs"] = float(sum(part.inputs for part in figures))
        self._bound("exhaustive", error, 1.0)
        return error

    def _compiled(self, program: TypedProgram, x: NDArray[np.generic]) -> NDArray[np.generic]:
        """Returns the values of the compiled program, taken in blocks of one shape."""
        function = compile_program(program)
        blocks = np.resize(x, (-(-len(x) // BLOCK), BLOCK))
        return np.concatenate([np.asarray(function(jnp.asarray(block))) for block in blocks])[: len(x)]

    def _mend(self, stages: Stages, inputs: Inputs, key: int) -> float:
        """Searches the neighbourhood of the constants; returns the largest error where values are normal numbers."""
        goal = _COMFORT * self._max_ulp
        mended = mend(stages.program, inputs.fitted, key, rounds=2, batches=self._fit.batches, goal=goal)
        stages.program = mended.program
        return mended.max_ulp

    def _bound(self, protocol: str, error: float, slack: float) -> None:
        if not error <= slack * self._max_ulp:
            raise RejectionError(protocol, error)

    @staticmethod
    def _worst(inputs: Inputs, values: NDArray[np.generic]) -> float:
        return float(inputs.errors(values).max(initial=0.0))
