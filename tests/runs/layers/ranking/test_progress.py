from __future__ import annotations

import io

import pytest
from rich.console import Console

from runs.layers.ranking.progress import moment_text, phase_text, shown_on
from runs.layers.ranking.trials import Moment
from tests.runs.layers.ranking.trainings import training

FAILED = training("7", "mobilenet", accuracies={}, failure="the loss is nan")


def test_a_pipe_gets_a_line_now_and_then_and_one_at_the_end() -> None:
    output = io.StringIO()
    with shown_on(Console(file=output, width=200)) as progress:
        for done in range(1, 5):
            progress(Moment(done, 4, training("bn_relu")))
    assert output.getvalue() == "comparing: 4 of 4 trainings, last bn_relu in resnet\n"


def test_a_terminal_gets_a_bar_that_is_gone_when_all_is_done_and_can_come_again() -> None:
    output = io.StringIO()
    console = Console(file=output, width=100, force_terminal=True)
    with shown_on(console) as progress:
        for _ in range(2):
            progress(Moment(1, 2, FAILED))
            assert not console._live_stack or len(console._live_stack) == 1
            progress(Moment(2, 2, training("bn_relu")))
            assert not console._live_stack
        progress(Moment(1, 2, FAILED))
    assert not console._live_stack
    assert "comparing: candidate 7 in mobilenet, failed" in output.getvalue()


def test_a_failure_is_said() -> None:
    assert moment_text(Moment(1, 2, FAILED)) == "candidate 7 in mobilenet, failed"


@pytest.mark.parametrize(
    ("purpose", "text"),
    [("pick", "picking"), ("rank", "comparing"), ("transfer", "transfer"), ("rejections", "rejections")],
)
def test_the_phase_is_said(purpose: str, text: str) -> None:
    assert phase_text(Moment(1, 2, training("7", purpose=purpose))) == text
