import json
import math
from dataclasses import replace

import pytest

from evaluators.float32_functions.chunk import Figures
from evaluators.float32_functions.exhaustive import CheckResult
from evaluators.float32_functions.specials import Special
from runs.float32.checking.check_file import CheckFile, read_check
from tests.runs.float32.checking.questions import EXP

FIGURES = Figures(5, 1, 0.5, 3, 1, -0.0, ((math.inf, math.nan, 2.0),))
RESULT = CheckResult(
    EXP.target, "float32", "kept", FIGURES, (Special("inf", math.inf, math.nan, math.inf, False),), 1.5, {"jax": "1"}
)


def opened(path, **changes):
    return replace(CheckFile(path, EXP, {"jax": "1"}), **changes)


def test_chunks_come_back(tmp_path):
    file = opened(tmp_path / "folder" / "check.jsonl")
    assert file.begin().chunks == {}
    file.chunk(0, FIGURES, 0.25)
    file.chunk(7, Figures(inputs=1), 0.5)
    again = file.begin()
    assert repr(again.chunks) == repr({0: FIGURES, 7: Figures(inputs=1)})
    assert again.seconds == 0.75
    assert again.result is None


def test_the_result_comes_back(tmp_path):
    file = opened(tmp_path / "check.jsonl")
    file.begin()
    file.end(RESULT)
    question, measured = read_check(file.path)
    assert question == EXP
    assert repr(measured.result) == repr(RESULT)
    assert len(measured.date) == len("2026-11-22")


def test_a_line_that_was_cut_off_is_dropped(tmp_path):
    file = opened(tmp_path / "check.jsonl")
    file.begin()
    file.chunk(0, FIGURES, 0.25)
    whole = file.path.read_bytes()
    file.chunk(1, FIGURES, 0.25)
    file.path.write_bytes(file.path.read_bytes()[:-9])
    assert list(file.begin().chunks) == [0]
    assert file.path.read_bytes() == whole


@pytest.mark.parametrize(
    "change", [{"environment": {"jax": "2"}}, {"question": replace(EXP, target=replace(EXP.target, upper=2.0))}]
)
def test_what_was_measured_with_something_else_does_not_count(tmp_path, change):
    file = opened(tmp_path / "check.jsonl")
    file.begin()
    file.chunk(0, FIGURES, 0.25)
    assert opened(file.path, **change).begin().chunks == {}


def test_every_line_is_strict_json(tmp_path):
    file = opened(tmp_path / "check.jsonl")
    file.begin()
    file.chunk(0, FIGURES, 0.25)
    file.end(RESULT)

    def refuse(text):
        raise AssertionError(text)

    lines = [json.loads(line, parse_constant=refuse) for line in file.path.read_text().splitlines()]
    assert [sorted(line)[0] for line in lines] == ["chunk_inputs", "chunk", "date"]


def test_no_file_is_no_check_and_other_files_are_refused(tmp_path):
    assert read_check(tmp_path / "missing.jsonl") is None
    other = tmp_path / "other.jsonl"
    other.write_text('{"primordia.format": 99}\n')
    with pytest.raises(ValueError, match="has format 99, this Primordia reads up to"):
        read_check(other)
    other.write_bytes(b"\xa5\x00\xff")
    with pytest.raises(ValueError, match=r"other.jsonl' is no file of a check .*decode.*; remove it"):
        read_check(other)
    with pytest.raises(ValueError, match=r"is no file of a check .*; remove it"):
        read_check(tmp_path)
    other.write_text('{"primordia.format": 1}\n')
    with pytest.raises(ValueError, match=r"other.jsonl' is no file of a check .*; remove it"):
        read_check(other)
