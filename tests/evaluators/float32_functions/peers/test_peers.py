"""Every peer that is here against mpmath, and what each says where it is not."""

from __future__ import annotations

import time

import mpmath
import numpy as np
import pytest

from evaluators.float32_functions.peers import PEERS
from evaluators.float32_functions.peers.peer import called, peer

EXACT = {
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log2": lambda x: mpmath.log(x, 2),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    **{name: getattr(mpmath, name) for name in ("exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "erf")},
}
INPUTS = np.linspace(0.125, 4.0, 33, dtype=np.float32)
MOST_ULP = 16


def here(name):
    found = peer(name)
    try:
        assert found.version()
    except ValueError as error:
        pytest.skip(str(error))
    return found


@pytest.mark.parametrize("name", PEERS)
def test_each_function_is_the_one_of_its_name(name):
    found = here(name)
    for function in found.functions:
        exact = np.array([float(EXACT[function](mpmath.mpf(float(x)))) for x in INPUTS])
        values = found.evaluate(function)(INPUTS)
        assert values.dtype == np.float32
        assert values.shape == INPUTS.shape
        assert np.max(np.abs(values - exact) / np.spacing(np.abs(exact).astype(np.float32))) < MOST_ULP, function


@pytest.mark.parametrize("name", PEERS)
def test_contenders_work_as_often_as_told(name):
    found = here(name)
    contender = found.contender("exp", np.linspace(0.5, 1.0, 4096, dtype=np.float32), 256)
    for work in filter(None, (contender.run, contender.overhead)):
        work(1)
        once, often = cpu_seconds(work, 1), cpu_seconds(work, 3000)
        assert often > 3 * once


def cpu_seconds(work, repeats):
    start = time.process_time()
    work(repeats)
    return time.process_time() - start


def test_every_peer_stands_under_its_name():
    assert {name: peer(name).name for name in PEERS} == {name: name for name in PEERS}


def test_an_unknown_peer_is_refused():
    with pytest.raises(ValueError, match="the peer must be one of jnp, numpy, torch, sleef, libmvec, not 'mkl'"):
        peer("mkl")


def test_calls_are_as_many_as_told():
    seen = []
    called(lambda x, step: seen.append(x + step), 2, step=1)(3)
    assert seen == [3, 3, 3]
