"""What the figure of each protocol is, and the bounds within which a candidate passes."""

from __future__ import annotations

import math

from evaluators.norm_act_layers.protocols.training_free import PROTOCOLS
from runs.layers.job import NormActLayersJob
from runs.layers.protocol_costs import TRAINING
from runs.layers.report.text import network_title
from runs.protocol_costs import DUPLICATE


def meanings(job: NormActLayersJob) -> dict[str, str]:
    """Returns texts by protocol, with the bounds of a job.

    Args:
        job: of the run.
    """
    protocols, stability, quality = job.rejection
    first = network_title(job.anchors.networks[0])
    texts = {
        name: f"{row.meaning}; {_bounds(*row.bounds(protocols))}"
        for name, row in PROTOCOLS.items()
        if name in protocols.training_free
    }
    texts[DUPLICATE] = "fingerprint of what the candidate computes on probes; passes if no other has it"
    texts[TRAINING] = f"trained for {job.training.steps:,} steps in all networks; passes if all stays finite"
    if stability.depth:
        bounds = _bounds(stability.min_depth_gradient, stability.max_depth_gradient)
        texts["depth"] = f"norm of the gradient before the first of {stability.depth} layers over the last; {bounds}"
    if stability.steps:
        bounds = _bounds(0, stability.max_gradient_norm)
        texts["stability"] = (
            f"greatest norm of the gradient as the weights climb it for {stability.steps} steps; {bounds}"
        )
    if quality.steps and quality.rehearsal_steps:
        step, bound = quality.max_rehearsal_losses[-1] if quality.max_rehearsal_losses else (0, math.inf)
        texts["rehearsal"] = (
            f"loss of a small network without a compiler, over that of guessing; {_bounds(0, bound)} at step {step:g}, "
            "to more before"
        )
    if quality.steps:
        share = f"{100 * quality.min_skill:.3g} % of the way from chance to perfection"
        texts["quality"] = f"accuracy after {quality.steps} steps in {first}; passes from {share}"
    return texts


def _bounds(least: float, most: float) -> str:
    if least == most:
        return f"passes at {least:g}"
    if math.isinf(most):
        return f"passes from {least:g}"
    if least <= 0 or math.isinf(least):
        return f"passes up to {most:g}"
    return f"passes from {least:g} to {most:g}"
