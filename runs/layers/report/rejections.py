"""The false rejections that a run folder holds, measured before by ``primordia rejections``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from runs.folder.lookup import RowLookup
from runs.layers.ranking.rejections import PURPOSE, Rejections, judge
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.trial_file import Training
from runs.layers.run import LayersRun
from runs.protocol_costs import ProtocolCost


def read_rejections(
    run: LayersRun, trainings: Sequence[Training], costs: Sequence[ProtocolCost], errors: Sequence[float]
) -> Rejections | None:
    """Returns what the protocols cost in lost layers, as far as it was measured; None where it was not.

    Args:
        run: of a search for layers.
        trainings: of its trials.jsonl.
        costs: of its protocols.
        errors: mean errors of its scored candidates.
    """
    ours = [training for training in trainings if training.purpose == PURPOSE]
    networks = run.job.anchors.networks
    whole = {
        name
        for name in {training.name for training in ours}
        if {training.network for training in ours if training.name == name} >= set(networks)
    }
    if not errors or REFERENCE not in whole:
        return None
    sampled = _by_protocol(run, sorted(int(name) for name in whole if name.isdecimal()))
    found = judge(costs, sampled, ours, networks, errors)
    return found if found.protocols else None


def _by_protocol(run: LayersRun, identities: Sequence[int]) -> dict[str, list[str]]:
    """Returns the names of the layers that were trained by the protocol that had turned them away."""
    lookup = RowLookup(run.folder.evaluations)
    sampled: dict[str, list[str]] = defaultdict(list)
    for identity in identities:
        row = lookup.find(identity)
        if row is not None and row["protocol"]:
            sampled[row["protocol"]].append(str(identity))
    return sampled
