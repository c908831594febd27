import os

import numpy as np

from evaluators.float32_functions.chunk import ChunkCheck
from evaluators.float32_functions.input_order import place
from primitives.float_format import FLOAT32
from runs.float32.checking.worker import measure, prepare, specials
from tests.runs.float32.checking.questions import EXP


def test_a_chunk_is_measured():
    start = place(1.0, FLOAT32)
    figures, seconds = measure(EXP, start, start + 1000, False)
    assert figures == ChunkCheck(np.exp, EXP.target, FLOAT32, flush=False).measure(range(start, start + 1000), False)
    assert seconds > 0


def test_special_inputs_of_the_domain_are_compared():
    assert [special.name for special in specials(EXP)] == ["1"]


def test_variables_are_set(monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    prepare({"XLA_FLAGS": "--xla_x"})
    assert os.environ == {"XLA_FLAGS": "--xla_x"}
