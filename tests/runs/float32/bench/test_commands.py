"""The command: options to settings, mistakes to one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from runs.command.cli import main
from runs.float32.bench import printing


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["exp2"], "bench knows float32, not 'exp2'"),
        (["float32", "--functions", "atan"], "--functions must be of exp2"),
        (["float32", "--widths", "a,b"], "must be whole numbers separated by commas, not 'a,b'"),
        (["float32", "--widths", "64"], "widths must be 256, 512 or both, not 64"),
        (["float32", "--rounds", "1"], "rounds must be at least 3, not 1"),
        (["float32", "--peers", "numpy"], "--peers must have jnp among them"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, capsys):
    assert main(["bench", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


def test_options_become_settings(monkeypatch):
    given = {}
    monkeypatch.setattr(printing, "run_bench", lambda **settings: given.update(settings))
    assert main(["bench", "float32"]) == 0
    assert given == {"json_file": None}
    options = ["--functions", "exp,sin", "--widths", "256", "--rounds", "5", "--errors", "none", "--json", "b.json"]
    assert main(["bench", "float32", *options]) == 0
    assert given == {
        "functions": ["exp", "sin"],
        "widths": [256],
        "rounds": 5,
        "errors": "none",
        "json_file": Path("b.json"),
    }
