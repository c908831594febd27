"""Workers as Ray actors, one process each, that survive candidates which crash or hang.

A worker streams a sign of life before each generation. When it dies or falls silent, its epoch is run again on a new
process, from the generation in question on candidate by candidate, so that the next death names the guilty one; its
failure is then part of the epoch's arguments, and the epoch stays a pure function of them.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, RayError, RayTaskError

from engine.config import WorkerConfig
from engine.island import EpochResult, Step
from engine.isolation import Failure
from engine.ray_cluster import join_ray
from engine.ray_run import RayRunner, Run
from engine.schedule import EpochTask
from engine.setup import SearchSetup
from engine.state import IslandState
from engine.verdict import Status
from engine.workers import EventSink

LOSSES_ALLOWED = 5
"""How often in a row an epoch may lose its worker without a candidate to blame."""


@dataclass(slots=True)
class Lane:
    """One worker and the runs it was given, the first of which is under way."""

    actor: Any
    started: Any
    since: float
    runs: deque[Run] = field(default_factory=deque)


class RayWorkers:
    """Actors of one CPU each.

    Args:
        setup: the search; the environment of its factories is set before anything is imported in a worker.
        config: how many workers, and where.

    Raises:
        ValueError: when no cluster answers, or a factory refuses its arguments.
        RuntimeError: when a worker does not start in time.
    """

    def __init__(self, setup: SearchSetup, config: WorkerConfig) -> None:
        self._setup, self._config = setup, config
        self._owns_ray = join_ray(config)
        self._states: dict[int, tuple[int, Any]] = {}
        self._lanes: list[Lane] = []
        try:
            self._lanes = [self._new_lane() for _ in range(config.workers)]
            self._await_starts()
        except BaseException:
            self.close()
            raise

    @property
    def free(self) -> bool:
        """Whether another task is welcome."""
        return any(len(lane.runs) < self._config.epochs_in_flight for lane in self._lanes)

    def submit(self, task: EpochTask) -> None:
        """Gives a task to the worker with the fewest."""
        lane = min(self._lanes, key=lambda lane: len(lane.runs))
        epoch, reference = self._states.get(task.state.island, (-1, None))
        self._launch(lane, Run(task), reference if epoch == task.state.epoch else task.state)

    def wait(self, timeout_seconds: float, event: EventSink) -> list[tuple[EpochTask, EpochResult[Any]]]:
        """Returns the tasks that have ended, watching over the workers meanwhile."""
        lanes = {lane.runs[0].stream: lane for lane in self._lanes if lane.runs}
        if not lanes:
            return []
        ray.wait(list(lanes), num_returns=1, timeout=timeout_seconds)
        ready, silent = ray.wait(list(lanes), num_returns=len(lanes), timeout=0)
        for stream in silent:
            self._check_silent(lanes[stream], event)
        return [ended for stream in ready for ended in self._advance(lanes[stream], event)]

    def turn_to(self, setup: SearchSetup) -> None:
        """Gives the workers another search; those with work under way are replaced, since nothing else ends it."""
        self._setup = setup
        self._states.clear()
        for position, lane in enumerate(self._lanes):
            if lane.runs or lane.started is not None:
                ray.kill(lane.actor, no_restart=True)
                self._lanes[position] = self._new_lane()
            else:
                lane.started, lane.since = lane.actor.turn_to.remote(setup), time.monotonic()
        self._await_starts()

    def close(self) -> None:
        """Ends the workers, and the local Ray if it was started for them."""
        for lane in self._lanes:
            ray.kill(lane.actor, no_restart=True)
        self._lanes.clear()
        self._states.clear()
        if self._owns_ray:
            ray.shutdown()

    def _new_lane(self) -> Lane:
        environment = {**self._setup.space.environment, **self._setup.evaluator.environment}
        options = {"runtime_env": {"env_vars": environment}} if environment else {}
        actor = ray.remote(RayRunner).options(num_cpus=1, **options).remote(self._setup)
        return Lane(actor, actor.prepare.remote(), time.monotonic())

    def _await_starts(self) -> None:
        for lane in self._lanes:
            self._await_start(lane, self._config.start_timeout_seconds)

    def _await_start(self, lane: Lane, timeout_seconds: float) -> None:
        try:
            ray.get(lane.started, timeout=timeout_seconds)
        except RayTaskError as error:
            raise error.cause from None
        except GetTimeoutError:
            raise RuntimeError(
                f"a worker did not start within {self._config.start_timeout_seconds:g} s; "
                "is there a free CPU for each worker? raise start_timeout_seconds or lower workers"
            ) from None
        except RayError as error:
            raise RuntimeError(f"a worker ended while it started: {_first_line(error)}") from error
        lane.started, lane.since = None, time.monotonic()

    def _launch(self, lane: Lane, run: Run, state: Any) -> None:
        # When probing, each sign of life must have arrived before the work that it announces begins.
        pace = {} if run.probe_from is None else {"_generator_backpressure_num_objects": 1}
        method = lane.actor.stream.options(num_returns="streaming", **pace)
        task = run.task
        run.stream = method.remote(state, task.migrants, task.failures, task.limit, run.probe_from)
        run.step = run.state = None
        if not lane.runs:
            lane.since = time.monotonic()
        lane.runs.append(run)

    def _advance(self, lane: Lane, event: EventSink) -> list[tuple[EpochTask, EpochResult[Any]]]:
        """Takes one item of a worker's stream; returns the task if it was the last."""
        run, island = lane.runs[0], lane.runs[0].task.state.island
        try:
            reference = next(run.stream)
            item = ray.get(reference)
        except RayTaskError as error:
            if not isinstance(error.cause, RayError):
                raise RuntimeError(
                    f"epoch {run.task.state.epoch} of island {island} cannot be run: {error.cause!r}"
                ) from error
            self._lose(lane, error.cause, event)
            return []
        except RayError as error:
            self._lose(lane, error, event)
            return []
        lane.started, lane.since = None, time.monotonic()
        if isinstance(item, Step):
            run.step = item
        elif isinstance(item, IslandState):
            run.state = item, reference
        else:
            assert run.state is not None
            state, reference = run.state
            self._states[island] = state.epoch, reference
            lane.runs.popleft()
            return [(run.task, EpochResult(state, *item))]
        return []

    def _check_silent(self, lane: Lane, event: EventSink) -> None:
        """Loses a worker that has been silent for too long."""
        silence = time.monotonic() - lane.since
        if lane.started is not None:
            if ray.wait([lane.started], timeout=0)[0] or silence > self._config.start_timeout_seconds:
                self._await_start(lane, 0)
        elif silence > self._config.candidate_timeout_seconds:
            self._lose(lane, None, event)

    def _lose(self, lane: Lane, error: BaseException | None, event: EventSink) -> None:
        """Replaces a worker that ended (or, without an error, hangs) and launches its runs again."""
        run, runs = lane.runs[0], lane.runs
        epoch, island = run.task.state.epoch, run.task.state.island
        if error is None:
            status, cause = Status.TIMED_OUT, f"no sign of life for {self._config.candidate_timeout_seconds:g} s"
        else:
            status, cause = Status.CRASHED, "the worker process ended"
        event("lost", epoch=epoch, island=island, cause=cause, detail=_first_line(error) if error else "")
        made = run.step is not None and run.step.made
        found = {candidate: Failure(status, cause, made) for candidate in run.accuse()}
        for candidate, failure in found.items():
            event("failure", **failure.to_data(candidate))
        run.task = replace(run.task, failures={**run.task.failures, **found})
        if run.losses >= LOSSES_ALLOWED:
            raise RuntimeError(
                f"epoch {epoch} of island {island} lost its worker {LOSSES_ALLOWED} times in a row "
                f"with no candidate to blame, at last because {cause}; is memory short on this machine?"
            )
        ray.kill(lane.actor, no_restart=True)
        fresh = self._new_lane()
        lane.actor, lane.started, lane.since, lane.runs = fresh.actor, fresh.started, fresh.since, fresh.runs
        for run in runs:
            self._launch(lane, run, run.task.state)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
