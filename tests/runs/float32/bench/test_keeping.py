"""Programs of runs among the known ones."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from evaluators.float32_functions.chunk import Figures
from evaluators.float32_functions.exhaustive import CheckResult
from evaluators.float32_functions.targets import target
from runs.float32.bench.keeping import keep, known_program
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.known_programs import read_known_programs, write_known_programs

BUILD = Builder()
PROGRAM = BUILD.program(BUILD("fma", BUILD.x, BUILD.free(0.5), 1.0))
CHECK = CheckResult(
    target=target("tanh"),
    format="float32",
    arithmetic="flushed",
    figures=Figures(100, 0, 25.0, 75, 2, 3.5, ((0.75, 1.5, 0.5),)),
    specials=(),
    seconds=9.0,
    environment={"jax": "0.10.2"},
)


def found(check, max_ulp=1.0):
    job = SimpleNamespace(target=SimpleNamespace(function="tanh", max_ulp=max_ulp), search=SimpleNamespace(seed=7))
    return SimpleNamespace(id=12, check=check, program=PROGRAM, run=SimpleNamespace(path="results/tanh", job=job))


def test_a_kept_program_is_known_with_its_evidence(tmp_path):
    path = tmp_path / "known.toml"
    write_known_programs([], path)
    known = keep(found(CHECK), path)
    assert dict(read_known_programs(path)) == {"tanh": known}
    evidence = known.evidence
    assert (evidence.max_ulp, evidence.where, evidence.mean_ulp, evidence.share_correct) == (0.75, 1.5, 0.25, 0.75)
    assert evidence.origin == "primordia search float32 --function tanh, seed 7, candidate 12"
    better = replace(CHECK, figures=replace(CHECK.figures, worst=((0.625, 1.5, 0.5),)))
    keep(found(better), path)
    assert read_known_programs(path)["tanh"].evidence.max_ulp == 0.625
    origin = keep(found(CHECK, max_ulp=0.9), path).evidence.origin
    assert origin == "primordia search float32 --function tanh --max-ulp 0.9, seed 7, candidate 12"


def test_a_program_that_was_not_checked_is_refused(tmp_path):
    with pytest.raises(ValueError, match="program 12 was not run on every input; do: primordia check results/tanh"):
        keep(found(None), tmp_path / "known.toml")


def test_a_program_found_wanting_is_refused():
    worse = replace(CHECK, figures=replace(CHECK.figures, worst=((1.5, 2.0, 0.5),)))
    with pytest.raises(ValueError, match=r"this one errs by 1\.5 ULP at 2\.0"):
        known_program(PROGRAM, worse, "a search")
    wrong = SimpleNamespace(ok=False)
    with pytest.raises(ValueError, match="this one has specials wrong"):
        known_program(PROGRAM, replace(CHECK, specials=(wrong,)), "a search")
