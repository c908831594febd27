"""The kind of search for layers, as the command and the run folder know it."""

from __future__ import annotations

from types import MappingProxyType

from runs.command.command import option, words
from runs.job.options import OPTIONS
from runs.kind import Kind
from runs.layers.options import IMAGE_SIZE, MIRRORED, SERIES
from runs.layers.ranking.commands import COMMANDS

ARGUMENTS = (
    option(
        "--data",
        "images: digits (default), an .npz file, or a folder with one folder per class",
        metavar="digits|FILE.npz|FOLDER",
    ),
    IMAGE_SIZE,
    MIRRORED,
    SERIES,
    option("--max-nodes", "the most nodes of a layer (default: 12; 10 for evonorm)", type=int, metavar="N"),
    option("--variation", "how layers are varied: rooted, or paper, which is evonorm's default"),
    option(
        "--strategy",
        "how parents are selected: ageing (default), ageing_mean, ageing_worst, nsga2, hypervolume, random, ...",
    ),
    option(
        "--networks",
        "that layers are trained in (default: resnet,mobilenet,efficientnet)",
        type=words,
        metavar="NETWORK,...",
    ),
    option("--width", "channels of their stems (default: 8)", type=int, metavar="N"),
    option("--steps", "of each training (default: 150)", type=int, metavar="N"),
    option("--small-batch", "train at 2 to 8 images a batch too; that error is an objective", type=int, metavar="N"),
    option(
        "--train-eval-gap",
        "make the gap between the statistics of batches and the running ones an objective",
        action="store_true",
        default=None,
    ),
    option(
        "--without-rejection",
        "train every candidate in all networks, however hopeless: what the protocols are compared with",
        action="store_true",
        default=None,
    ),
    option(
        "--finalists",
        "trained again beside known layers when the search has finished; 0 leaves that out (default: 10)",
        type=int,
        metavar="N",
    ),
    option("--seeds", "of those trainings (default: 5)", type=int, metavar="N"),
)

NORM_ACT_LAYERS = Kind(
    name="norm_act_layers",
    title="normalization-activation layers",
    section="images",
    named="space.preset",
    names=("norm_act", "evonorm"),
    options=MappingProxyType(
        {
            "data": "images.source",
            "image_size": "images.size",
            "mirrored": "images.mirrored",
            "series": "space.series",
            "max_nodes": "space.max_nodes",
            "variation": "space.variation",
            "strategy": "selection.strategy",
            "islands": "islands.islands",
            "networks": "anchors.networks",
            "width": "anchors.width",
            "steps": "recipe.steps",
            "small_batch": "anchors.small_batch",
            "train_eval_gap": "anchors.train_eval_gap",
            "without_rejection": "search.without_rejection",
            "finalists": "ranking.finalists",
            "seeds": "ranking.seeds",
            **OPTIONS,
        }
    ),
    arguments=ARGUMENTS,
    commands=COMMANDS,
    default_minutes=10.0,
    job="runs.layers.job:NormActLayersJob",
    session="runs.layers.session",
    run="runs.layers.run:LayersRun",
    noted=("images.digest",),
)
