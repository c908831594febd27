"""A bench on the screen and in a file."""

from __future__ import annotations

import json

import pytest

from runs.float32.bench import printing
from runs.float32.bench.contest import Contest
from runs.float32.bench.printing import run_bench
from tests.runs.float32.bench.made_rows import EXP, made_row

ABSENT = made_row("tanh", {("jnp", 256): 0.5}, absent={"torch": "torch is not installed"})


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setattr(Contest, "rows", lambda _: iter([EXP, ABSENT]))
    monkeypatch.setattr(printing, "_peer_versions", lambda _: {"peer jnp": "jax 1.2.3"})


@pytest.mark.usefixtures("made")
def test_what_is_printed(capsys):
    run_bench(functions=("exp", "tanh"), widths=(512,), errors="none")
    out, err = capsys.readouterr()
    assert "vectors of 512 bits" in out and "vectors of 256" not in out
    assert "greatest error" not in out
    assert "not here: torch is not installed" in out
    assert "geometric mean at 512 bits" in out
    assert err.splitlines() == ["exp (1 of 2)", "tanh (2 of 2)"]


@pytest.mark.usefixtures("made")
def test_what_is_kept(tmp_path, capsys):
    path = tmp_path / "bench.json"
    run_bench(functions=("exp", "tanh"), json_file=path)
    data = json.loads(path.read_text())
    assert data["format_version"] == 1
    assert [row["function"] for row in data["functions"]] == ["exp", "tanh"]
    assert data["summary"]["programs"] == 1
    assert data["versions"]["peer jnp"] == "jax 1.2.3"
    assert data["config"]["num_elements"] == 4096
    assert "every binade" not in data["errors_found_on"]
    before = path.read_bytes()
    with pytest.raises(ValueError, match="exists; name another file or remove it"):
        run_bench(functions=("exp",), json_file=path)
    assert path.read_bytes() == before
    assert "greatest error" in capsys.readouterr().out
