"""The subcommands that compare layers of a run after its search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from runs.command.command import RUN, Command, option, words, yes_or_no
from runs.layers.options import IMAGE_SIZE, MIRRORED, SERIES

if TYPE_CHECKING:
    from runs.layers.ranking.settings import RankingJob
    from runs.layers.run import LayersRun


def rank(run: str, finalists: int | None, seeds: int | None, steps: int | None) -> int:
    """Ranks the best layers of a run."""
    from runs.command.tables import console
    from runs.layers.ranking.progress import shown_on
    from runs.layers.ranking.ranking import rank as rank_run
    from runs.layers.ranking.view import ranking_view
    from runs.layers.run import LayersRun

    found, output = LayersRun(Path(run)), console()
    with shown_on(output) as progress:
        ranking = rank_run(found, progress, _settings(found, finalists=finalists, seeds=seeds, steps=steps))
    output.print(ranking_view(ranking))
    return 0


def transfer(
    run: str,
    layer: str,
    data: str,
    network: list[str],
    image_size: int,
    mirrored: bool | None,
    seeds: int | None,
    steps: int | None,
) -> int:
    """Compares a layer with known ones elsewhere."""
    from runs.command.tables import console
    from runs.layers.ranking.progress import shown_on
    from runs.layers.ranking.transfer import Elsewhere
    from runs.layers.ranking.transfer import transfer as transfer_layer
    from runs.layers.ranking.view import transfer_view
    from runs.layers.run import LayersRun

    found, output = LayersRun(Path(run)), console()
    elsewhere = Elsewhere(data, tuple(network), mirrored, image_size)
    with shown_on(output) as progress:
        transfers = transfer_layer(found, layer, elsewhere, _settings(found, seeds=seeds, steps=steps), progress)
    output.print(transfer_view(transfers))
    return 0


def deletions(run: str, layer: str, seeds: int | None, steps: int | None) -> int:
    """Trains a layer without each of its nodes."""
    from runs.command.tables import console
    from runs.layers.ranking.deletions import deletions as without_nodes
    from runs.layers.ranking.progress import shown_on
    from runs.layers.ranking.view import deletions_view
    from runs.layers.run import LayersRun

    found, output = LayersRun(Path(run)), console()
    with shown_on(output) as progress:
        compared = without_nodes(found, layer, _settings(found, seeds=seeds, steps=steps), progress)
    output.print(deletions_view(compared))
    return 0


def rejections(run: str, sample: int) -> int:
    """Measures what the rejection protocols of a run cost."""
    from runs.command.tables import console
    from runs.layers.ranking.progress import shown_on
    from runs.layers.ranking.rejections import false_rejections
    from runs.layers.ranking.rejections_view import rejections_view
    from runs.layers.run import LayersRun

    output = console()
    with shown_on(output) as progress:
        found = false_rejections(LayersRun(Path(run)), sample, progress)
    output.print(rejections_view(found))
    return 0


def _settings(run: LayersRun, **options: int | None) -> RankingJob:
    """Returns the job's settings with the options that were given."""
    from runs.job.schema import read, to_data
    from runs.layers.ranking.settings import RankingJob

    given = {name: value for name, value in options.items() if value is not None}
    return read(RankingJob, {**to_data(run.job.ranking), **given}, "options", "ranking")


LAYER = option("layer", "a candidate's id, best, or a known layer such as evonorm_b0", metavar="LAYER")
SEEDS = option("--seeds", "trainings of each layer in each network (default: the job's)", type=int, metavar="N")
STEPS = option("--steps", "of each training (default: those of the search)", type=int, metavar="N")

STRATEGIES = ("ageing", "ageing_mean", "ageing_worst", "nsga2", "hypervolume", "random", "random_unscreened")
"""What is compared by default; the last is without any rejection."""


def compare(
    search: str,
    strategies: list[str],
    variations: list[str],
    repeats: int,
    seeds: int,
    seed: int,
    out: str,
    **options: Any,
) -> int:
    """Runs one search after the other and prints the ablation table."""
    from runs.command.board import display_for
    from runs.command.tables import console
    from runs.layers.ranking.ablation import Ablation, ablate
    from runs.layers.ranking.ablation_view import ablation_view
    from runs.layers.ranking.progress import shown_on

    output = console()
    folder = Path(out or f"results/compare-{search}")
    ablation = Ablation(search, tuple(strategies), tuple(variations), repeats, seeds, seed, options, folder)
    with shown_on(output) as progress:
        rows = ablate(
            ablation,
            lambda formula: display_for(output, formula),
            progress,
            lambda line: output.print(line, soft_wrap=True, markup=False),
        )
    output.print(ablation_view(ablation, rows))
    return 0


COMMANDS = (
    Command(
        "rank",
        "train the best layers of a run again beside known ones, and compare them on the test images",
        "primordia rank results/norm_act-20261121-154312 --finalists 10 --seeds 5",
        (RUN, option("--finalists", "layers of the search (default: the job's)", type=int, metavar="N"), SEEDS, STEPS),
        rank,
    ),
    Command(
        "transfer",
        "compare a layer with known ones on images, or in a network, that its search never saw",
        "primordia transfer results/norm_act-20261121-154312 best --data mnist.npz --network vit",
        (
            RUN,
            LAYER,
            option("--data", "images (default: those of the run)", default="", metavar="digits|FILE.npz|FOLDER"),
            option(
                "--network", "to train in (default: those of the search)", type=words, default=[], metavar="NETWORK,..."
            ),
            option("--image-size", "shrink images to this height and width", type=int, default=0, metavar="N"),
            option(
                "--mirrored",
                "whether an image of --data and its mirror image are of the same class (default: as for a search)",
                type=yes_or_no,
                metavar="yes|no",
            ),
            SEEDS,
            STEPS,
        ),
        transfer,
    ),
    Command(
        "deletions",
        "train a layer again without each of its nodes, to see what each is good for",
        "primordia deletions results/norm_act-20261121-154312 best --seeds 3",
        (RUN, LAYER, SEEDS, STEPS),
        deletions,
    ),
    Command(
        "rejections",
        "train a sample of what each rejection protocol turned away, to see what it cost in lost layers",
        "primordia rejections results/norm_act-20261121-154312 --sample 10",
        (RUN, option("--sample", "layers per protocol (default: 10)", type=int, default=10, metavar="N")),
        rejections,
    ),
    Command(
        "compare",
        "run the same search under several strategies and variations, with an equal budget each",
        "primordia compare norm_act --strategies ageing,nsga2,random,random_unscreened --minutes 20 --repeats 3",
        (
            option("search", "name of the search: norm_act or evonorm", metavar="NAME"),
            option(
                "--strategies",
                f"what is compared (default: {','.join(STRATEGIES)}); _unscreened means without any rejection",
                type=words,
                default=list(STRATEGIES),
                metavar="STRATEGY,...",
            ),
            option("--variations", "rooted, paper (default: the search's own)", type=words, default=[], metavar="..."),
            option("--minutes", "of each search", type=float),
            option("--candidates", "of each search", type=int),
            option("--repeats", "searches of each, with different seeds (default: 3)", type=int, default=3),
            option("--seeds", "trainings of the best layer of each search (default: 3)", type=int, default=3),
            option("--seed", "of the first repeat (default: 0)", type=int, default=0),
            option("--data", "images (default: digits)", metavar="digits|FILE.npz|FOLDER"),
            IMAGE_SIZE,
            MIRRORED,
            SERIES,
            option("--networks", "that layers are trained in", type=words, metavar="NETWORK,..."),
            option("--width", "channels of their stems", type=int, metavar="N"),
            option("--steps", "of each training", type=int, metavar="N"),
            option("--workers", "worker processes; 0 searches in this process (default: one per core)", type=int),
            option(
                "--out",
                "folder of the runs; those that it has are not run again (default: results/compare-NAME)",
                default="",
                metavar="DIR",
            ),
        ),
        compare,
    ),
)
"""The subcommands of the kind of search."""
