"""Who runs the epochs: the contract of workers, and the simplest of them."""

from __future__ import annotations

from typing import Any, Protocol

from engine.config import WorkerConfig
from engine.island import Epoch, EpochResult
from engine.protocols import Evaluator, SearchSpace
from engine.schedule import EpochTask
from engine.selection import build_strategy
from engine.setup import SearchSetup


class EventSink(Protocol):
    """Takes what happened."""

    def __call__(self, kind: str, **details: Any) -> None:
        """Keeps an event: its kind and JSON-able details."""
        ...


class Workers(Protocol):
    """Runs tasks in any order; which worker runs which has no influence on a result."""

    @property
    def free(self) -> bool:
        """Whether another task is welcome."""
        ...

    def submit(self, task: EpochTask) -> None:
        """Takes a task."""
        ...

    def wait(self, timeout_seconds: float, event: EventSink) -> list[tuple[EpochTask, EpochResult[Any]]]:
        """Returns the tasks that have ended since the last call, waiting for one if there is none.

        Args:
            timeout_seconds: wait no longer, where that is possible.
            event: told of workers lost and candidates found guilty.

        Raises:
            RuntimeError: when an epoch cannot be run at all.
        """
        ...

    def turn_to(self, setup: SearchSetup) -> None:
        """Gives up what is under way and takes up another search, in the same processes where that is possible.

        Args:
            setup: the other search; the environments of its factories are those of the first.

        Raises:
            ValueError: when a factory refuses its arguments.
            RuntimeError: when a worker does not start.
        """
        ...

    def close(self) -> None:
        """Gives up what is under way and frees everything."""
        ...


class EpochRunner:
    """Runs epochs in the process where it is.

    Args:
        setup: the search.
    """

    def __init__(self, setup: SearchSetup) -> None:
        self._setup = setup

    def prepare(self) -> None:
        """Builds space, evaluator and strategy; on its own, so that what they raise reaches the caller as it is."""
        config = self._setup.config
        self._space: SearchSpace[Any] = self._setup.space.build()
        self._evaluator: Evaluator[Any] = self._setup.evaluator.build()
        self._strategy = build_strategy(config.selection, config.variation, self._evaluator.objectives)

    def epoch(self, task: EpochTask) -> Epoch[Any]:
        """Returns the task's epoch, ready to be stepped through, once this is prepared."""
        config = self._setup.config
        return Epoch(
            self._space,
            self._evaluator,
            self._strategy,
            config,
            task.state,
            task.migrants,
            config.seed,
            task.failures,
            task.limit,
        )


class SerialWorkers:
    """Runs one epoch at a time in this process, without protection against candidates that crash or hang it.

    Args:
        setup: the search; the environment of its factories is left to the caller.
    """

    def __init__(self, setup: SearchSetup) -> None:
        self._runner = EpochRunner(setup)
        self._runner.prepare()
        self._tasks: list[EpochTask] = []

    @property
    def free(self) -> bool:
        """Whether another task is welcome."""
        return not self._tasks

    def submit(self, task: EpochTask) -> None:
        """Takes a task."""
        self._tasks.append(task)

    def wait(self, timeout_seconds: float, event: EventSink) -> list[tuple[EpochTask, EpochResult[Any]]]:  # noqa: ARG002
        """Runs the task; nothing interrupts it."""
        tasks, self._tasks = self._tasks, []
        return [(task, self._run(task)) for task in tasks]

    def turn_to(self, setup: SearchSetup) -> None:
        """Drops the task and builds what the other search is made of."""
        self._tasks.clear()
        self._runner = EpochRunner(setup)
        self._runner.prepare()

    def close(self) -> None:
        """Drops the task."""
        self._tasks.clear()

    def _run(self, task: EpochTask) -> EpochResult[Any]:
        return self._runner.epoch(task).run()


def open_workers(setup: SearchSetup, config: WorkerConfig) -> Workers:
    """Starts the workers that the settings ask for.

    Args:
        setup: the search.
        config: how many workers, and where.

    Raises:
        ValueError: when no cluster answers at the address, or the evaluator refuses its arguments.
        RuntimeError: when a worker does not start.
    """
    if config.workers == 0:
        return SerialWorkers(setup)
    from engine.ray_workers import RayWorkers  # Ray takes a second to import, which a serial run need not pay

    return RayWorkers(setup, config)
