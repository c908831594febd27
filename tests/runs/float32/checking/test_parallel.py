import os
import threading
from dataclasses import replace

import pytest

from evaluators.float32_functions.exhaustive import chunks
from primitives.float_format import FLOAT32
from runs.float32.checking.parallel import default_processes, environment_of, processes
from tests.runs.float32.checking.questions import EXP


def test_the_device_is_told_before_jax_is_imported():
    assert environment_of(EXP)["JAX_PLATFORMS"] == "cpu"
    assert environment_of(replace(EXP, device="gpu"))["JAX_PLATFORMS"] == "cuda"


def test_there_is_a_process_per_core():
    assert 1 <= default_processes() <= (os.cpu_count() or 1)


@pytest.mark.slow
def test_a_process_that_dies_ends_the_check_with_one_line():
    died = r"a process of the check of exp on 1,1\.01 by numpy died"
    with pytest.raises(ValueError, match=died) as caught, processes(EXP, 1) as pool:
        pool._pool.submit(os._exit, 3).result()
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_stop_leaves_out_what_was_not_begun():
    stop = threading.Event()
    parts = dict(enumerate(chunks(EXP.target, FLOAT32, 100)))
    with processes(EXP, 1) as pool:
        found = []
        for number, figures, _ in pool.figures(parts, stop):
            found.append(number)
            assert figures.inputs <= 100
            stop.set()
    assert 1 <= len(found) < len(parts)
