"""Tasks that know nothing of each other, each run in a worker process: a callable, and what it is called with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from engine.config import WorkerConfig
from engine.setup import Factory

RUNS_ALLOWED = 3
"""How often a task is run before it is given up, since it may be the one that ends its worker."""

_PATIENCE_SECONDS = 0.5
"""Between two looks at the request to stop."""


class Done(NamedTuple):
    """A task that has ended.

    Attributes:
        position: of its item.
        result: what the callable returned; None when it was lost.
        lost: why there is no result, in one line; empty when there is one.
    """

    position: int
    result: Any
    lost: str = ""


class _Launch(NamedTuple):
    """A task under way: the position of its item, and until when it is waited for."""

    position: int
    deadline: float

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.deadline


def run_tasks(
    factory: Factory, items: Sequence[Any], config: WorkerConfig, stop: threading.Event | None = None
) -> Iterator[Done]:
    """Calls what a factory builds with each item, and yields the results as they come.

    A task whose worker ends is run again on another, :data:`RUNS_ALLOWED` times in all; one that takes longer than the
    workers' ``candidate_timeout_seconds`` is ended and lost.

    Args:
        factory: builds the callable, anew for each task of a worker, in an environment set before anything is imported.
        items: plain data, as are the results.
        config: how many workers, and where; with none the tasks run in this process, one after the other, and the
            environment is left to the caller.
        stop: once set, what is under way is given up and nothing further is yielded.

    Raises:
        ValueError: when no cluster answers at the address.
        RuntimeError: when a local Ray does not start.
        Exception: what the callable raises.
    """
    stop = stop or threading.Event()
    if not items:
        return iter(())
    return _here(factory, items, stop) if config.workers == 0 else _in_workers(factory, items, config, stop)


def _here(factory: Factory, items: Sequence[Any], stop: threading.Event) -> Iterator[Done]:
    call = factory.build()
    for position, item in enumerate(items):
        if stop.is_set():
            return
        yield Done(position, call(item))


def _in_workers(factory: Factory, items: Sequence[Any], config: WorkerConfig, stop: threading.Event) -> Iterator[Done]:
    import ray  # takes a second, which a serial run need not pay

    from engine.ray_cluster import join_ray

    owns_ray = join_ray(config)
    under_way: dict[Any, _Launch] = {}
    try:
        launch = _launcher(factory)
        waiting = list(enumerate(items))[::-1]
        while (waiting or under_way) and not stop.is_set():
            while waiting and len(under_way) < config.workers:
                position, item = waiting.pop()
                under_way[launch(item)] = _Launch(position, time.monotonic() + config.candidate_timeout_seconds)
            ready, _ = ray.wait(list(under_way), num_returns=1, timeout=_PATIENCE_SECONDS)
            for reference in ready:
                yield _result(reference, under_way.pop(reference).position)
            for reference in [other for other, launched in under_way.items() if launched.is_late]:
                ray.cancel(reference, force=True)
                cause = f"no result within {config.candidate_timeout_seconds:g} s"
                yield Done(under_way.pop(reference).position, None, cause)
    finally:
        for reference in under_way:
            ray.cancel(reference, force=True)
        if owns_ray:
            ray.shutdown()


def _launcher(factory: Factory) -> Callable[[Any], Any]:
    """Returns what hands an item to a worker."""
    import ray

    environment = dict(factory.environment)
    options = {"runtime_env": {"env_vars": environment}} if environment else {}
    task = ray.remote(_call).options(num_cpus=1, max_retries=RUNS_ALLOWED - 1, **options)
    return lambda item: task.remote(factory, item)


def _result(reference: Any, position: int) -> Done:
    import ray
    from ray.exceptions import RayError, RayTaskError

    try:
        return Done(position, ray.get(reference))
    except RayTaskError as error:
        raise error.cause from None
    except RayError:
        return Done(position, None, f"its worker process ended {RUNS_ALLOWED} times; is memory short on this machine?")


def _call(factory: Factory, item: Any) -> Any:
    return factory.build()(item)
