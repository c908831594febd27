"""What the rejection protocols cost: would the layers that they turned away have been any good?"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.keys import fold_in
from runs.layers.protocol_costs import protocol_costs
from runs.layers.ranking.bench import bench_of
from runs.layers.ranking.contenders import known, rows_with, scored
from runs.layers.ranking.intervals import Interval, share_interval
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.standings import means_by_seed, scores
from runs.layers.ranking.trial_file import Training
from runs.layers.ranking.trials import Contender, Progress, train
from runs.protocol_costs import ProtocolCost

if TYPE_CHECKING:
    from runs.layers.run import LayersRun

PURPOSE = "rejections"

PART = "search"
"""Of the images: the one on which candidates are scored."""


@dataclass(frozen=True, slots=True)
class FalseRejections:
    """A sample of the layers that one protocol turned away, trained in all networks as if it had let them pass.

    Attributes:
        protocol: by name.
        turned_away: candidates of the run.
        sampled: of these.
        failed: of the sample, in training.
        best: highest mean accuracy in the sample, NaN where all failed.
        as_median: share of the sample at least as accurate as the median of the scored candidates.
        as_reference: share of the sample at least as accurate as BN-ReLU.
        seconds: that the protocol took, of all workers together.
        saved: seconds that training what it turned away would have taken.
    """

    protocol: str
    turned_away: int
    sampled: int
    failed: int
    best: float
    as_median: Interval
    as_reference: Interval
    seconds: float
    saved: float


@dataclass(frozen=True, slots=True)
class Rejections:
    """The false rejections of every protocol of a run that turned anything away.

    Attributes:
        protocols: in their order.
        median: mean accuracy of the median scored candidate.
        reference: of BN-ReLU, trained with the same seed as the sample.
        scored: number of scored candidates.
    """

    protocols: tuple[FalseRejections, ...]
    median: float
    reference: float
    scored: int


def false_rejections(run: LayersRun, sample: int, progress: Progress | None = None) -> Rejections:
    """Trains a sample of what each protocol turned away, in all networks and in full, with no protocol in front.

    Args:
        run: of a search for layers.
        sample: layers per protocol at most.
        progress: told of every training.

    Raises:
        KeyboardInterrupt: when a signal asks to stop; another call goes on from there.
        ValueError: when the run turned nothing away, or scored nothing to compare with.
    """
    if sample < 1:
        raise ValueError(f"sample must be at least 1, not {sample}")
    errors = [error for error, _, _ in scored(run)]
    drawn = _drawn(run, sample)
    if not errors or not drawn:
        what = "turned no layer away" if errors else "has no scored layer to compare with"
        raise ValueError(f"run {str(run.path)!r} {what}; let it search longer: primordia resume")
    bench = bench_of(run, PURPOSE, seeds=1, parts=(PART,))
    layers = [*known([REFERENCE]), *(layer for layers in drawn.values() for layer in layers)]
    with run.folder.writing():
        trainings = train(bench, layers, progress)
    sampled = {protocol: [layer.name for layer in layers] for protocol, layers in drawn.items()}
    return judge(protocol_costs(run.folder.evaluations), sampled, trainings, bench.networks, errors)


def judge(
    costs: Sequence[ProtocolCost],
    sampled: Mapping[str, Sequence[str]],
    trainings: Sequence[Training],
    networks: Sequence[str],
    errors: Sequence[float],
) -> Rejections:
    """Counts the layers of each protocol's sample that would have been as good; those whose training failed are not.

    Args:
        costs: of the run's protocols.
        sampled: by protocol, the names of layers that it turned away and that were trained.
        trainings: of these layers and of the reference.
        networks: in which they were trained.
        errors: mean errors of the scored candidates, at least one.
    """
    accuracies = _accuracies(trainings, networks)
    median, reference = 1 - statistics.median(errors), accuracies.get(REFERENCE, 0.0)
    found = [
        _judged(cost, [accuracies.get(name) for name in sampled[cost.name]], median, reference)
        for cost in costs
        if cost.name in sampled
    ]
    return Rejections(tuple(found), median, reference, len(errors))


def _drawn(run: LayersRun, sample: int) -> dict[str, list[Contender]]:
    """Returns different layers of those that each protocol turned away, by the protocol's name.

    A layer's place in the draw comes from the seed and from the layer itself, so that a larger sample holds a smaller
    one and millions of candidates need no memory.
    """
    seed = run.job.search.seed
    assert seed is not None
    drawn: dict[str, dict[str, tuple[int, int]]] = {}
    for row in rows_with(run, "rejected", ["id", "genome", "protocol"]):
        genome, layers = row["genome"], drawn.setdefault(row["protocol"], {})
        if genome not in layers:
            layers[genome] = fold_in(seed, "rejections", genome), row["id"]
        if len(layers) > sample:
            del layers[max(layers, key=lambda other: layers[other])]
    return {
        protocol: [Contender(str(identity), genome) for genome, (_, identity) in layers.items()]
        for protocol, layers in drawn.items()
    }


def _accuracies(trainings: Sequence[Training], networks: Sequence[str]) -> dict[str, float]:
    """Returns the mean accuracy over the networks by the layer's name, of those that failed in none."""
    means = {name: means_by_seed(layer, networks) for name, layer in scores(trainings, PART).items()}
    return {name: statistics.fmean(by_seed.values()) for name, by_seed in means.items() if by_seed}


def _judged(cost: ProtocolCost, accuracies: Sequence[float | None], median: float, reference: float) -> FalseRejections:
    trained = [accuracy for accuracy in accuracies if accuracy is not None]
    count = len(accuracies)
    return FalseRejections(
        protocol=cost.name,
        turned_away=cost.turned_away,
        sampled=count,
        failed=count - len(trained),
        best=max(trained, default=float("nan")),
        as_median=share_interval(sum(accuracy >= median for accuracy in trained), count),
        as_reference=share_interval(sum(accuracy >= reference for accuracy in trained), count),
        seconds=cost.seconds,
        saved=cost.saved,
    )
