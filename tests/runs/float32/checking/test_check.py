import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from evaluators.float32_functions.compiled import compile_program
from evaluators.float32_functions.targets import target
from primitives.float_format import FLOAT32
from runs.float32.checking import check as module
from runs.float32.checking import check_file
from runs.float32.checking.check import check, check_path
from runs.float32.checking.environment import environment
from runs.float32.checking.question import of_peer, of_program
from tests.evaluators.float32_functions.machine_programs import exp2_program
from tests.evaluators.float32_functions.whole_check import whole_check
from tests.runs.float32.checking.questions import EXP


def test_a_check_is_kept_and_not_repeated(tmp_path, monkeypatch):
    path = check_path(tmp_path, EXP)
    result = check(EXP, path, 1)
    alone = whole_check(np.exp, EXP.target, FLOAT32, flush=False)
    assert result.figures == alone.figures
    assert result.specials == alone.specials
    assert result.environment == environment(EXP)

    def refuse(*_):
        raise AssertionError("measured twice")

    monkeypatch.setattr(module, "processes", refuse)
    assert check(EXP, path, 1) == result


def test_what_was_measured_before_is_not_measured_again(tmp_path, monkeypatch):
    question = replace(EXP, target=target("exp", 1.0, 3.9))
    path = check_path(tmp_path, question)
    whole = whole_check(np.exp, question.target, FLOAT32, flush=False)
    monkeypatch.setattr(module, "processes", _Here)
    assert replace(check(question, path, 2), seconds=0, environment={}) == whole
    measured = _Here.measured
    assert measured == [0, 1, 2, 3]
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[2], lines[4]]) + lines[3][:40])
    measured.clear()
    assert replace(check(question, path, 2), seconds=0, environment={}) == whole
    assert measured == [0, 2]
    assert len(check_file.read_check(path)[1].chunks) == 4


class _Here:
    """Measures in this process."""

    measured: list[int] = []  # noqa: RUF012

    def __init__(self, question, number):
        self.question, self.number = question, number

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def figures(self, chunks, stop):
        from runs.float32.checking import worker

        for number, chunk in chunks.items():
            if stop.is_set():
                return
            self.measured.append(number)
            yield number, *worker.measure(self.question, chunk.places.start, chunk.places.stop, chunk.follows)

    def specials(self):
        from runs.float32.checking import worker

        return worker.specials(self.question)


class _Stopped(_Here):
    def figures(self, chunks, stop):
        for found in super().figures(chunks, stop):
            yield found
            stop.set()


def test_a_check_that_is_stopped_says_what_is_kept(tmp_path, monkeypatch):
    question = replace(EXP, target=target("exp", 1.0, 3.9))
    monkeypatch.setattr(module, "processes", _Stopped)
    with pytest.raises(KeyboardInterrupt, match=r"1 of 4 parts are kept in .*\.jsonl"):
        check(question, check_path(tmp_path, question), 2)


def test_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "processes", _Here)
    monkeypatch.setattr("runs.float32.checking.progress.LINE_SECONDS", 0.0)
    console = Console(file=io.StringIO(), width=200)
    check(EXP, check_path(tmp_path, EXP), 1, console)
    assert "exp on 1,1.01 by numpy: 100% of 83,887 inputs, max 1." in console.file.getvalue()


def test_no_workers_are_refused(tmp_path):
    with pytest.raises(ValueError, match="a check takes at least 1 worker, not 0"):
        check(EXP, tmp_path / "check.jsonl", 0)


@pytest.mark.slow
def test_a_program_is_checked_as_compiled_by_several_processes(tmp_path):
    question = of_program(exp2_program(), target("exp2", 0.5, 4.0))
    result = check(question, check_path(tmp_path, question), 2)
    alone = whole_check(compile_program(exp2_program()), question.target, FLOAT32, flush=True)
    assert result.figures.worst == alone.figures.worst
    assert result.figures == replace(alone.figures, total_ulp=result.figures.total_ulp)
    assert result.arithmetic == "flushed"


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_every_float32_there_is_takes_under_ten_minutes(tmp_path):
    result = check(of_peer("numpy:tanh"), tmp_path / "check.jsonl")
    assert result.figures.inputs == 2**32
    assert result.seconds < 600
    assert result.specials_ok
    # what glibc's and NumPy's authors say of it: shared/anchors measured 1.4
    assert 1 < result.max_ulp < 2
