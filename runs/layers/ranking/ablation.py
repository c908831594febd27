"""The ablation table: the same search under other strategies and variations, with an equal budget each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine.budget import StopReason
from engine.keys import fold_in
from runs.dispatch import resume, start
from runs.display import MakeDisplay
from runs.folder.run_folder import RUN_FILE
from runs.job.source import job_data, make_job
from runs.kinds import kind_called
from runs.layers.job import NormActLayersJob
from runs.layers.problem import job_problem, prepared_images
from runs.layers.ranking.bench import bench_of
from runs.layers.ranking.contenders import finalists
from runs.layers.ranking.intervals import Interval, mean_interval
from runs.layers.ranking.standings import means_by_seed, scores
from runs.layers.ranking.trials import Progress, train
from runs.layers.run import LayersRun

PURPOSE = "compare"

UNSCREENED = "_unscreened"
"""Behind the name of a strategy: without any rejection."""

PARTS = ("search", "validation")

_DECISIVE = ("images", "space", "anchors", "recipe", "selection", "search", "budget")
"""Sections that must be the same where a run that is there is taken for the one asked for."""


@dataclass(frozen=True, slots=True)
class Ablation:
    """What is compared, and how long each search may take.

    Attributes:
        search: name of the search, such as ``norm_act``.
        strategies: names of strategies, each as it is or with ``_unscreened`` behind it.
        variations: names of variations; none for the search's own.
        repeats: searches of each, which differ in their seeds; those of a repeat have the same.
        seeds: trainings of the best layer of each search, for its validation error.
        seed: of the first repeat.
        options: of every search, its budget among them.
        out: the folder of the runs.
    """

    search: str
    strategies: tuple[str, ...]
    variations: tuple[str, ...]
    repeats: int
    seeds: int
    seed: int
    options: Mapping[str, Any]
    out: Path

    def __post_init__(self) -> None:
        for name, least in {"repeats": 1, "seeds": 1}.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        kind = kind_called(self.search)
        if kind is None or kind.name != NormActLayersJob.kind:
            raise ValueError(f"compare is for searches for layers, norm_act or evonorm, not {self.search!r}; name one")
        for option, given in {"strategies": self.strategies, "variations": self.variations}.items():
            if len(set(given)) < len(given):
                raise ValueError(f"{option} must be different, not {', '.join(given)}; name each once")
        if self.options.get("minutes") is None and self.options.get("candidates") is None:
            raise ValueError("compare needs a budget for each search; give --minutes or --candidates")


@dataclass(frozen=True, slots=True)
class Arm:
    """One strategy with one variation.

    Attributes:
        strategy: as it was named.
        variation: empty for the search's own.
    """

    strategy: str
    variation: str

    @property
    def name(self) -> str:
        """Of its runs."""
        return "-".join(filter(None, (self.strategy, self.variation)))


@dataclass(frozen=True, slots=True)
class Found:
    """What one search came to.

    Attributes:
        screened: candidates.
        trained: candidates that were scored.
        seconds: of searching.
        search: mean error of its best layer on the search images, as the search measured it; None if it found none.
        validation: the same of that layer trained again, on the validation images, which are plainly looked at since
            nothing is picked by it; None if it found none, or every training failed.
    """

    screened: int
    trained: int
    seconds: float
    search: float | None
    validation: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: an arm over its repeats.

    Attributes:
        arm: strategy and variation.
        repeats: number of searches that found a layer.
        screened: candidates of a search.
        trained: of these.
        search: error of the best layer on the search images; None where no repeat found one.
        validation: the same on the validation images.
    """

    arm: Arm
    repeats: int
    screened: Interval
    trained: Interval
    search: Interval | None
    validation: Interval | None


def ablate(
    ablation: Ablation,
    make_display: MakeDisplay | None = None,
    progress: Progress | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> tuple[Row, ...]:
    """Runs every search that has not run yet, one after the other, and returns the table.

    Args:
        ablation: what is compared.
        make_display: shows each search as it goes.
        progress: told of every training that follows a search.
        announce: told which search is next.

    Raises:
        KeyboardInterrupt: when a signal asks to stop; another call goes on from there.
        ValueError: when a name is unknown, the images cannot be used, or a folder in the way is no run of the search;
            before anything is searched.
    """
    jobs = {(arm, repeat): _job(ablation, arm, repeat) for repeat in range(ablation.repeats) for arm in _arms(ablation)}
    _check(list(jobs.values()))
    found: dict[Arm, list[Found]] = {arm: [] for arm in _arms(ablation)}
    for (arm, repeat), job in jobs.items():
        announce(f"{arm.name}, repeat {repeat + 1} of {ablation.repeats}: {job.output.path}")
        found[arm].append(_found(_searched(job, make_display), ablation.seeds, progress))
    return tuple(_row(arm, results) for arm, results in found.items())


def _arms(ablation: Ablation) -> list[Arm]:
    variations = ablation.variations or ("",)
    return [Arm(*names) for names in itertools.product(ablation.strategies, variations)]


def _job(ablation: Ablation, arm: Arm, repeat: int) -> NormActLayersJob:
    """Returns the job of one search, refusing now what could not be searched later."""
    options = dict(ablation.options)
    if arm.strategy.endswith(UNSCREENED):
        options["without_rejection"] = True
    job = make_job(
        ablation.search,
        strategy=arm.strategy.removesuffix(UNSCREENED),
        variation=arm.variation or None,
        seed=fold_in(ablation.seed, "repeat", repeat) % 2**31,
        out=str(ablation.out / f"{arm.name}-{repeat + 1}"),
        **options,
    )
    assert isinstance(job, NormActLayersJob)
    job_problem(job)
    return job


def _check(jobs: Sequence[NormActLayersJob]) -> None:
    """Refuses now the images and the runs that are there which the last search would refuse after hours."""
    there = [job for job in jobs if (Path(job.output.path) / RUN_FILE).exists()]
    for job in there:
        _require_same(LayersRun(job.output.path), job)
    if len(there) < len(jobs):
        # the jobs have the same images and networks
        prepared_images(jobs[0])


def _searched(job: NormActLayersJob, make_display: MakeDisplay | None) -> LayersRun:
    """Returns the run of a job: the one that is there, gone on with where it was killed, or a new one."""
    path = Path(job.output.path)
    if not (path / RUN_FILE).exists():
        run = cast(LayersRun, start(job, make_display))
    else:
        run = LayersRun(path)
        if run.manifest.reason in ("", StopReason.REQUEST):
            run = cast(LayersRun, resume(path, {}, make_display))
    if run.manifest.reason == StopReason.REQUEST:
        raise KeyboardInterrupt
    return run


def _require_same(run: LayersRun, job: NormActLayersJob) -> None:
    """Checks that a run that is there is of the settings that are asked for now."""
    there, asked = job_data(run.job), job_data(job)
    for data in (there, asked):
        data["images"].pop("digest", None)
    for section in _DECISIVE:
        if there.get(section) != asked.get(section):
            raise ValueError(
                f"{str(run.path)!r} is a run with another [{section}] than asked for; give another --out, or remove it"
            )


def _found(run: LayersRun, seeds: int, progress: Progress | None) -> Found:
    counts = run.progress.counts
    screened, trained, seconds = run.progress.rows, counts.get("scored", 0), run.progress.seconds
    if not run.front:
        return Found(screened, trained, seconds, None, None)
    bench = bench_of(run, PURPOSE, seeds=seeds, parts=PARTS)
    with run.folder.writing():
        trainings = train(bench, finalists(run, 1), progress)
    (layer,) = scores(trainings, "validation").values()
    means = list(means_by_seed(layer, bench.networks).values())
    return Found(screened, trained, seconds, run.front[0].error, 1 - sum(means) / len(means) if means else None)


def _row(arm: Arm, found: Sequence[Found]) -> Row:
    return Row(
        arm=arm,
        repeats=sum(one.search is not None for one in found),
        screened=mean_interval([one.screened for one in found]),
        trained=mean_interval([one.trained for one in found]),
        search=_interval(one.search for one in found),
        validation=_interval(one.validation for one in found),
    )


def _interval(values: Iterator[float | None]) -> Interval | None:
    given = [value for value in values if value is not None]
    return mean_interval(given) if given else None
