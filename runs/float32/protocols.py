"""What each protocol of a search for machine programs turned away, what that cost, and what it saved."""

from __future__ import annotations

from pathlib import Path

from evaluators.float32_functions.objectives import PROTOCOLS
from runs.protocol_costs import DUPLICATE, ProtocolCost, protocol_costs

POLISH = "polish"
"""The search for better constants of a program about to enter the front."""

ORDER = (DUPLICATE, *PROTOCOLS[:-3], POLISH, *PROTOCOLS[-3:])
"""All protocols and stages, cheap to dear; candidates that are known are told first, by their fingerprints."""

LAST = PROTOCOLS[-1]
"""The protocol that nothing follows."""


def float32_costs(evaluations: Path) -> tuple[ProtocolCost, ...]:
    """Returns the protocols of a run in their order.

    Args:
        evaluations: the folder of the evaluation table.

    Raises:
        ValueError: naming the part of the table that is missing or broken.
    """
    return protocol_costs(evaluations, ORDER)
