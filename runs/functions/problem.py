"""The problem of a job: its target, and the recipes of its search space and evaluator."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from engine.protocols import Objective
from engine.setup import Factory
from evaluators import EVALUATORS
from evaluators.settings import worker_environment
from evaluators.targets import Target, make_target, objectives, target
from runs.functions.job import FunctionJob, RealFunctionsJob
from search_spaces import SPACES


@dataclass(frozen=True, slots=True)
class Problem:
    """What a search needs to know of its job beyond the engine's settings.

    Attributes:
        target: the function, domain and metric.
        space: builds the search space.
        evaluator: builds the evaluator, inside a worker.
        objectives: of the evaluator, known without building it.
    """

    target: Target
    space: Factory
    evaluator: Factory
    objectives: tuple[Objective, ...]

    @property
    def title(self) -> str:
        """What is searched, in one line."""
        return target_title(self.target)


def target_title(found: Target) -> str:
    """Describes a target in one line: ``exp2 on [0, 1], relative error``."""
    weight = "" if found.weight == "1" else f", weight {found.weight}"
    return f"{found.name} on {domain_text(found)}, {found.metric} error{weight}"


def domain_text(found: Target) -> str:
    """Writes the domain, a round bracket at an end that does not belong to it: ``(0, 1]``."""
    opening, closing = "(" if found.open_lower else "[", ")" if found.open_upper else "]"
    return f"{opening}{found.lower}, {found.upper}{closing}"


def job_target(job: FunctionJob) -> Target:
    """Returns the target that a job describes.

    Raises:
        ValueError: when the function, the domain, the metric or the weight is refused.
    """
    domain = (str(job.domain[0]), str(job.domain[1])) if job.domain else None
    if job.name:
        return target(job.name, domain=domain, metric=job.error or None, weight=job.weight)
    if domain is None:
        raise ValueError(f"function {job.expression!r} needs a domain; give one, such as --domain 0,1")
    return make_target(job.expression, domain, job.error or "relative", job.weight)


def job_problem(job: RealFunctionsJob) -> Problem:
    """Returns the problem of a job.

    Raises:
        ValueError: when the function or an operation is refused.
    """
    found = job_target(job.function)
    return Problem(
        target=found,
        space=Factory(
            SPACES["real_functions"],
            {"operations": job.space.operations, "max_operations": job.space.max_operations},
        ),
        evaluator=Factory(
            EVALUATORS["real_functions"], {"target": asdict(found), "fit": asdict(job.fit)}, worker_environment()
        ),
        objectives=objectives(found),
    )
