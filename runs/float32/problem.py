"""The problem of a job: its target, and the recipes of its search space and evaluator."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from random import Random

from engine.protocols import Objective
from engine.setup import Factory
from evaluators import EVALUATORS
from evaluators.float32_functions.input_order import domain_places
from evaluators.float32_functions.objectives import OBJECTIVES
from evaluators.float32_functions.targets import MachineTarget, target
from evaluators.settings import worker_environment
from primitives.float_format import FORMATS
from runs.float32.job import Float32FunctionsJob, TargetJob
from search_spaces import SPACES
from search_spaces.float32_functions.space import Float32Functions


@dataclass(frozen=True, slots=True)
class Problem:
    """What a search needs to know of its job beyond the engine's settings.

    Attributes:
        target: the function and its domain.
        title: what is searched, in one line.
        space: builds the search space.
        evaluator: builds the evaluator, inside a worker.
        objectives: of the evaluator, known without building it.
    """

    target: MachineTarget
    title: str
    space: Factory
    evaluator: Factory
    objectives: tuple[Objective, ...]


def job_target(job: TargetJob) -> MachineTarget:
    """Returns the target that a job describes.

    Raises:
        ValueError: when the function is unknown or the domain is refused.
    """
    lower, upper = job.ends or (None, None)
    found = target(job.function, lower, upper)
    if sum(map(len, domain_places(found, FORMATS[job.format]))) < 2:
        raise ValueError(
            f"[target] domain {lower:.9g},{upper:.9g} holds fewer than two numbers of {job.format}; give a wider one"
        )
    return found


def domain_text(found: MachineTarget) -> str:
    """Writes the domain: ``all inputs``, ``[-8192, 8192] and NaN``."""
    if found.full:
        return "all inputs"
    ends = f"[{_end(found.lower)}, {_end(found.upper)}]"
    return f"{ends} and NaN" if found.nan else ends


def target_title(job: TargetJob) -> str:
    """Describes a target in one line: ``tanh in float32 on all inputs, error at most 1 ULP``."""
    domain = domain_text(job_target(job))
    return f"{job.function} in {job.format} on {domain}, error at most {job.max_ulp:g} ULP"


def job_problem(job: Float32FunctionsJob) -> Problem:
    """Returns the problem of a job.

    Raises:
        ValueError: when the function or its domain is refused, or no program is small enough.
    """
    found = job_target(job.target)
    space = {"function": found.name, **asdict(job.space), "format": job.target.format}
    # What cannot be drawn would crash every candidate, after the run folder was made.
    rng, drawn = Random(0), Float32Functions(**space)
    drawn.mutate(drawn.random(rng), rng)
    evaluator = {
        "target": asdict(found),
        "format": job.target.format,
        "max_ulp": job.target.max_ulp,
        "cost": job.cost.model,
        "protocols": asdict(job.protocols),
        "fit": asdict(job.fit),
    }
    return Problem(
        target=found,
        title=target_title(job.target),
        space=Factory(SPACES[job.kind], space),
        evaluator=Factory(EVALUATORS[job.kind], evaluator, worker_environment()),
        objectives=OBJECTIVES,
    )


def _end(value: float) -> str:
    return f"{value:g}" if math.isinf(value) else f"{value:.9g}"
