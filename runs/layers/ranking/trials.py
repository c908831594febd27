"""Trains layers over workers, keeps every training in the run folder, and trains nothing twice."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from engine.config import WorkerConfig
from engine.setup import Factory
from engine.tasks import Done, run_tasks
from evaluators.norm_act_layers.environment import layers_environment
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from runs.interrupt import stop_requests
from runs.job.schema import to_data
from runs.layers.ranking.trial_file import Key, Training, append_trials, read_trials

TRAINER = "runs.layers.ranking.trainer:Trainer"


class Contender(NamedTuple):
    """A layer that is compared.

    Attributes:
        name: a candidate's id, or the name of a known layer.
        layer: encoded.
    """

    name: str
    layer: str


@dataclass(frozen=True, slots=True)
class Bench:
    """What trainings that are compared have in common.

    Attributes:
        run: the run folder.
        purpose: of the trainings.
        images: the prepared images.
        data: their source; empty for the images of the run.
        anchors: the networks.
        recipe: how they are trained.
        networks: by name.
        seeds: of each layer in each network.
        parts: of the images, that accuracies are measured on.
        workers: who trains.
    """

    run: Path
    purpose: str
    images: Path
    data: str
    anchors: AnchorsConfig
    recipe: Recipe
    networks: tuple[str, ...]
    seeds: tuple[int, ...]
    parts: tuple[str, ...]
    workers: WorkerConfig


class Moment(NamedTuple):
    """How far the trainings have come.

    Attributes:
        done: of all trainings, those of former sessions included.
        total: number of all trainings.
        last: the one that ended last.
    """

    done: int
    total: int
    last: Training


Progress: TypeAlias = Callable[[Moment], None]
"""Told of every training."""


class _Trial(NamedTuple):
    """One layer in one network with the seeds that are missing, so that one compilation serves them all."""

    contender: Contender
    network: str
    seeds: tuple[int, ...]


def train(bench: Bench, contenders: Sequence[Contender], progress: Progress | None = None) -> list[Training]:
    """Returns the trainings of every contender, in every network, with every seed; trains those that are missing.

    Each is on the disk before the next is waited for, so that a killed session costs what was under way.

    Args:
        bench: what they have in common.
        contenders: the layers.
        progress: told of every new training.

    Raises:
        KeyboardInterrupt: when a signal asks to stop; what has ended is kept.
        ValueError: when no cluster answers, or the images do not fit the networks.
    """
    known = _known(bench)
    layers = {contender.layer: contender for contender in contenders}
    total = len(layers) * len(bench.networks) * len(bench.seeds)
    trials = list(_missing(bench, list(layers.values()), known))
    done = total - sum(len(trial.seeds) for trial in trials)
    with stop_requests() as stop:
        for trainings in _trained(bench, trials, stop):
            append_trials(bench.run, trainings)
            known |= {training.key: training for training in trainings}
            done += len(trainings)
            if progress is not None:
                progress(Moment(done, total, trainings[-1]))
        if stop.is_set():
            raise KeyboardInterrupt
    return [replace(known[key], name=contender.name) for contender in contenders for key in _keys(bench, contender)]


def _keys(bench: Bench, contender: Contender) -> Iterator[Key]:
    for network, seed in itertools.product(bench.networks, bench.seeds):
        yield contender.layer, network, seed, bench.data, bench.recipe.steps


def _known(bench: Bench) -> dict[Key, Training]:
    """Returns the trainings of former sessions for the same purpose that measured all parts, or failed."""
    return {
        training.key: training
        for training in read_trials(bench.run)
        if training.purpose == bench.purpose and (training.failure or set(bench.parts) <= set(training.accuracies))
    }


def _missing(bench: Bench, contenders: Sequence[Contender], known: Mapping[Key, Training]) -> Iterator[_Trial]:
    for contender, network in itertools.product(contenders, bench.networks):
        keys = [key for key in _keys(bench, contender) if key[1] == network]
        seeds = tuple(key[2] for key in keys if key not in known)
        if seeds:
            yield _Trial(contender, network, seeds)


def _trained(bench: Bench, trials: Sequence[_Trial], stop: threading.Event) -> Iterator[list[Training]]:
    arguments = {"images": str(bench.images), "anchors": to_data(bench.anchors), "recipe": to_data(bench.recipe)}
    factory = Factory(TRAINER, arguments, layers_environment())
    items = [(trial.contender.layer, trial.network, trial.seeds, bench.parts) for trial in trials]
    for done in run_tasks(factory, items, bench.workers, stop):
        trial = trials[done.position]
        yield [_training(bench, trial, row) for row in _rows(trial, done)]


def _rows(trial: _Trial, done: Done) -> list[dict[str, Any]]:
    if not done.lost:
        rows: list[dict[str, Any]] = done.result
        return rows
    return [{"seed": seed, "accuracies": {}, "failure": done.lost, "steps": 0, "seconds": 0.0} for seed in trial.seeds]


def _training(bench: Bench, trial: _Trial, row: dict[str, Any]) -> Training:
    return Training(
        name=trial.contender.name,
        layer=trial.contender.layer,
        network=trial.network,
        data=bench.data,
        asked=bench.recipe.steps,
        purpose=bench.purpose,
        **row,
    )
