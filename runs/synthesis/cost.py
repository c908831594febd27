"""What a search would spend on what: a preview that spends nothing and reads nothing private."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from runs.privacy.explain import claim_text
from runs.synthesis.job import SyntheticDataJob
from runs.synthesis.problem import job_problem
from runs.synthesis.schema_file import job_schema
from runs.synthesis.view.run_view import cost_table


def cost_view(job: SyntheticDataJob) -> RenderableType:
    """Returns what a job's search would claim and spend.

    Args:
        job: with a schema; its data need not be there.

    Raises:
        ValueError: when the job is refused, or its schema could only come from the private data.
    """
    if not job.data.schema:
        raise ValueError("a preview of costs reads no private data, so it needs a schema; give one with --schema")
    problem = job_problem(job, job_schema(job.data))
    mechanism = problem.mechanism
    claim = Text("\n\n".join(claim_text(problem.terms(""))))
    return Group(claim, Text(), cost_table(mechanism.costs(), mechanism.budget))
