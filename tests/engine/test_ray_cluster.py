from __future__ import annotations

import socket
import time

import pytest

from engine import ray_cluster
from engine.config import WorkerConfig


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"host:port of its head node, like 10.0.0.5:6379, not 'ray://head'"):
        ray_cluster.join_ray(WorkerConfig(address="ray://head"))


def test_a_closed_port_is_refused_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(ValueError, match=f"no Ray cluster at {address}: Connection refused; check that"):
            ray_cluster.join_ray(WorkerConfig(address=address))
    assert time.monotonic() - started < 5


def test_something_that_does_not_answer_as_ray_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_cluster, "ANSWER_SECONDS", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(ValueError, match=f"no Ray cluster at {address}: no answer within 2 s"):
            ray_cluster.join_ray(WorkerConfig(address=address))
