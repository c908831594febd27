"""Runs the code of docs/new_space.md as it stands on the page."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPACE, SEARCH = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "new_space.md").read_text(), re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "integer_polynomials.py").write_text(SPACE)
    return tmp_path


@pytest.fixture
def module(folder, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    yield __import__("integer_polynomials")
    del sys.modules["integer_polynomials"]


def run_search(folder, edit=lambda text: text):
    (folder / "example.py").write_text(edit(SEARCH))
    process = subprocess.run(
        [sys.executable, "example.py"],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return process.stdout.splitlines()


def test_space_and_evaluator_take_under_60_lines():
    code = [line for line in SPACE.splitlines() if line.strip()]
    assert len(code) <= 60


def test_the_search_finds_the_polynomial_behind_the_data(folder):
    *progress, last = run_search(folder)
    assert last.startswith("every target was reached (3, -2, 0, 5)")
    assert re.fullmatch(r"epoch 0, island 0: \d+ candidates, best error [\d.e-]+", progress[0])


def test_equal_seeds_print_equal_lines_and_another_seed_does_not(folder):
    first = run_search(folder)
    assert run_search(folder) == first
    assert run_search(folder, lambda text: text.replace("seed=1", "seed=2")) != first


@pytest.mark.slow
def test_ray_workers_print_the_same_lines(folder):
    parallel = run_search(folder, lambda text: text.replace("workers=0", "workers=2"))
    assert [line for line in parallel if line.startswith(("epoch", "every"))] == run_search(folder)


def test_the_space_keeps_its_promises(module):
    space, rng = module.IntegerPolynomials(3), random.Random(0)
    evaluator = module.DataEvaluator([0.0, 0.5, 1.0, 2.0], [1.0, 1.0, 2.0, 5.0])
    genome, seen = space.random(rng), set()
    for _ in range(3000):
        genome = rng.choice((space.mutate(genome, rng), space.crossover(genome, space.random(rng), rng)))
        assert 1 <= len(genome) <= 4
        assert space.decode(space.encode(genome)) == genome
        simpler = space.canonical(genome)
        assert space.canonical(simpler) == simpler
        one, other = evaluator.evaluate([genome, simpler], 0)
        assert one.verdict.label == other.verdict.label
        assert one.verdict.objectives == pytest.approx(other.verdict.objectives)
        seen.add(space.fingerprint(simpler))
    assert len(seen) > 500


def test_the_evaluator_measures_and_rejects(module):
    evaluator = module.DataEvaluator([0.0, 1.0, 2.0], [1.0, 2.0, 6.0])
    assert evaluator.evaluate([(1, 0, 1)], 0)[0].verdict.objectives == (2.0, 1.0)
    rejected = evaluator.refine((100,)).verdict
    assert (rejected.label, rejected.figure) == ("rejected:bounded", 100.0)


@pytest.mark.parametrize("text", ["", "1", "{}", "[]", "[1.5]", "[true]", '["__import__"]', "[1, 2"])
def test_damaged_text_is_refused(module, text):
    with pytest.raises(ValueError):
        module.IntegerPolynomials(3).decode(text)
