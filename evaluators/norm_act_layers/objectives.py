"""What candidates are compared by, free of JAX so that a driver can read it without importing it."""

from __future__ import annotations

from engine.protocols import Objective
from evaluators.norm_act_layers.settings import AnchorsConfig


def objectives(anchors: AnchorsConfig) -> tuple[Objective, ...]:
    """Returns the objectives, all from 0 to 1: the error in each network, then those switched on.

    Args:
        anchors: the networks, and what counts besides.
    """
    names = [f"error_{network}" for network in anchors.networks]
    if anchors.small_batch:
        names.append(f"error_batch_{anchors.small_batch}")
    if anchors.train_eval_gap:
        names.append("train_eval_gap")
    return tuple(Objective(name, "1", log_scale=False) for name in names)
