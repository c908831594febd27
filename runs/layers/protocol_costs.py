"""What each protocol of a search for layers turned away, what that cost, and what it saved."""

from __future__ import annotations

from pathlib import Path

from evaluators.norm_act_layers.settings import PROTOCOL_ORDER
from runs import protocol_costs as shared
from runs.protocol_costs import ProtocolCost

TRAINING = "training"
"""The last stage: training in all networks."""


def protocol_costs(evaluations: Path) -> tuple[ProtocolCost, ...]:
    """Returns the protocols of a run in their order; training comes last and saves nothing.

    Args:
        evaluations: the folder of the evaluation table.

    Raises:
        ValueError: naming the part of the table that is missing or broken.
    """
    return shared.protocol_costs(evaluations, PROTOCOL_ORDER)
