"""The settings of ranking: who is compared, how often each is trained, and how the holdout is guarded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from runs.job.schema import NOT_NEGATIVE, POSITIVE, Rule
from search_spaces.norm_act_layers import KNOWN_LAYERS

REFERENCE = "bn_relu"
"""The layer that all others are compared with."""

BASELINES = (REFERENCE, "bn_silu", "gn_relu", "ln_gelu", "frn_tlu", "evonorm_b0", "evonorm_s0")
"""The known layers that are trained beside the finalists."""

_KNOWN = Rule(
    f"names of known layers, {REFERENCE} among them, such as {', '.join(BASELINES[:3])}",
    lambda names: REFERENCE in names and all(name in KNOWN_LAYERS for name in names),
)


@dataclass(frozen=True, slots=True)
class RankingJob:
    """How the best layers of a search are trained again and compared.

    Attributes:
        finalists: layers of the search that are trained again; those of the front come first. 0 ranks nothing.
        seeds: trainings of each layer in each network; all layers get the same seeds, so that they can be compared in
            pairs.
        baselines: known layers trained the same way.
        steps: of each training; 0 for those of the search.
        threshold: by which validation may differ from search accuracy before it is shown instead (Thresholdout).
        sigma: of the noise of the same.
        budget: how often validation accuracies may be shown before further looks are refused.
    """

    finalists: Annotated[int, NOT_NEGATIVE] = 10
    seeds: Annotated[int, POSITIVE] = 5
    baselines: Annotated[tuple[str, ...], _KNOWN] = BASELINES
    steps: Annotated[int, NOT_NEGATIVE] = 0
    threshold: Annotated[float, POSITIVE] = 0.04
    sigma: Annotated[float, POSITIVE] = 0.0025
    budget: Annotated[int, POSITIVE] = 100
