"""What is benched."""

from __future__ import annotations

import numpy as np
import pytest

from evaluators.float32_functions.cost.measured import OURS, MeasureConfig, Measured
from runs.float32.bench import contest
from runs.float32.bench.contest import Contest
from runs.float32.bench.errors import LargestError


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"functions": ("exp", "atan")}, "--functions must be of exp2, .*, not 'atan'"),
        ({"functions": ()}, "--functions must name one function or more, not none"),
        ({"peers": ("jnp", "mkl")}, "the peer must be one of jnp, .*, not 'mkl'"),
        ({"peers": ("numpy",)}, "--peers must have jnp among them, not only numpy"),
        ({"errors": "some"}, "--errors must be one of survey, all, none, not 'some'"),
    ],
)
def test_choices_are_checked(settings, message):
    with pytest.raises(ValueError, match=message):
        Contest(**settings)


def test_every_contender_that_was_timed_has_an_error(monkeypatch):
    times = {("jnp", 256): np.ones(3), ("numpy", 0): np.ones(3), (OURS, 256): np.ones(3)}
    asked = []

    def made(programs, *settings):
        asked.append((programs, *settings))
        yield Measured("exp", 64, times, {})

    class Known:
        program = None

    monkeypatch.setattr(contest, "measure", made)
    monkeypatch.setattr(contest, "KNOWN_PROGRAMS", {"exp": Known, "sin": Known})
    monkeypatch.setattr(contest, "of_program", lambda program, target: f"{program} for {target.name}")
    monkeypatch.setattr(contest, "of_peer", lambda text: text)
    monkeypatch.setattr(contest, "surveyed", lambda question: LargestError(len(question), 0))
    config = MeasureConfig((256,))
    (row,) = Contest(("exp",), ("jnp", "numpy"), config).rows()
    assert asked == [({"exp": None}, ("exp",), ("jnp", "numpy"), config)]
    lengths = {OURS: "None for exp", "jnp": "jnp:exp", "numpy": "numpy:exp"}
    assert {name: error.max_ulp for name, error in row.errors.items()} == {k: len(v) for k, v in lengths.items()}
    (row,) = Contest(("exp",), ("jnp", "numpy"), config, "none").rows()
    assert row.errors == {}
