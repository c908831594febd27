"""Starting a local Ray, or joining a cluster, without a word on the terminal."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import ray
from ray._private import worker
from ray.job_config import JobConfig

from engine.config import WorkerConfig

ANSWER_SECONDS = 12.0
"""How long a cluster may take to answer; Ray itself would try for two minutes and then end the process."""

QUIET = {
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_enable_metrics_collection": "0",
}
"""Environment under which Ray keeps its warnings and its metrics to itself; it reads them nowhere else."""

TOKEN = {"RAY_AUTH_MODE": "token"}
"""Makes Ray show this user's token; it does not by itself where an address is given."""

HOUSE = str(Path(__file__).resolve().parents[1])
"""Where the packages lie, so that local workers find them however this process did."""


def join_ray(config: WorkerConfig) -> bool:
    """Makes sure that this process is connected to a Ray.

    Args:
        config: the address of a cluster, or none and the number of workers of a local Ray.

    Returns:
        whether the connection is new, so that the caller closes it.

    Raises:
        ValueError: when nothing answers at the address.
        RuntimeError: when a local Ray does not start.
    """
    if ray.is_initialized():
        return False
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if config.address:
        require_answer(config.address)
    with _own_handler(signal.SIGTERM):
        _started(config)
    _silence_error_printer()
    return True


def require_answer(address: str) -> None:
    """Checks that a Ray cluster answers at an address and lets this process in.

    Args:
        address: ``host:port`` of the head node.

    Raises:
        ValueError: naming the address, the reason and the cure.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"a Ray cluster's address is host:port of its head node, like 10.0.0.5:6379, not {address!r}")
    try:
        socket.create_connection((host, int(port)), timeout=ANSWER_SECONDS).close()
        if _is_healthy(address, {}):
            return
        if _is_healthy(address, TOKEN):
            raise ValueError(f"the Ray cluster at {address} asks for a token; set RAY_AUTH_MODE=token to show yours")
        reason = "what listens there is not healthy, asks for another token, or is no Ray"
    except OSError as error:
        reason = error.strerror or str(error)
    except subprocess.TimeoutExpired:
        reason = f"no answer within {ANSWER_SECONDS:g} s"
    raise ValueError(
        f"no Ray cluster at {address}: {reason}; check that `ray start --head` runs there, or give no address"
    )


def _started(config: WorkerConfig) -> None:
    try:
        _init(config)
    except (ValueError, RuntimeError):
        raise
    except Exception as error:
        # Ray raises just that when its processes are not up in time
        reason = next(iter(str(error).splitlines()), "")
        raise RuntimeError(f"Ray did not start ({reason}); is this machine busy? try again later") from error


def _init(config: WorkerConfig) -> None:
    if config.address:
        ray.init(address=config.address, log_to_driver=False, logging_level=logging.CRITICAL)
        return
    ray.init(
        address="local",
        num_cpus=config.workers,
        object_store_memory=config.object_store_bytes,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.CRITICAL,
        job_config=JobConfig(_py_driver_sys_path=[HOUSE]),
    )


@contextmanager
def _own_handler(number: signal.Signals) -> Iterator[None]:
    """Keeps this process's handler of a signal; Ray would replace it with one that exits at once."""
    handler = signal.getsignal(number)
    yield
    if callable(handler) and threading.current_thread() is threading.main_thread():
        signal.signal(number, handler)


def _is_healthy(address: str, environment: Mapping[str, str]) -> bool:
    check = [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address]
    variables = {**environment, **os.environ}
    answer = subprocess.run(check, capture_output=True, timeout=ANSWER_SECONDS, env=variables, check=False)
    return answer.returncode == 0


def _silence_error_printer() -> None:
    """Stops Ray from printing every worker's death: the search reports lost workers as events of its own."""
    worker._worker_logs_enabled = False
