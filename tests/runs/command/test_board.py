import io

import pytest
from rich.console import Console

from runs.command import board as board_module
from runs.command.board import LiveBoard, PlainLines, board, display_for, plain_line
from runs.display import View
from runs.folder.front import FrontEntry
from runs.job.sections import BudgetJob
from tests.runs.rows import OBJECTIVES

FRONT = (FrontEntry(4, (2.0, 3e-2), "a"), FrontEntry(9, (3.0, 8.67e-4), "b"))
VIEW = View(
    title="exp2 on [0, 1], relative error",
    objectives=OBJECTIVES,
    front=FRONT,
    counts={"scored": 600, "rejected:pole": 300, "duplicate": 100},
    candidates=1000,
    seconds=65.0,
    rate=512.4,
    budget=BudgetJob(minutes=2.0),
)


def _text(renderable: object) -> str:
    console = Console(file=io.StringIO(), width=120, record=True)
    console.print(renderable)
    return console.export_text()


def test_the_board_shows_front_counts_speed_and_time_left() -> None:
    text = _text(board(VIEW, {4: "a*x + b", 9: "a/(b - x)"}))
    for expected in (
        "exp2 on [0, 1]", "a/(b - x)", "8.670e-4", "rejected:pole", "30.0%", "1,000 candidates, 512/s", "0:55 left",
    ):  # fmt: skip
        assert expected in text


def test_a_plain_line_is_one_line_with_the_same_figures() -> None:
    line = plain_line(VIEW)
    assert line == "1:05, 1,000 candidates, 512/s, front 2 3.000e-2; 3 8.670e-4, 0:55 left"


def test_plain_lines_come_at_intervals_and_without_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(board_module.time, "monotonic", lambda: clock[0])
    stream = io.StringIO()
    lines = PlainLines(Console(file=stream, width=40))
    for clock[0] in (101.0, 104.0, 105.5, 106.0, 111.0):
        lines.show(VIEW)
    assert stream.getvalue() == 2 * f"{plain_line(VIEW)}\n"


def test_the_live_board_draws_on_a_terminal_and_leaves_it_clean() -> None:
    stream = io.StringIO()
    live = LiveBoard(Console(file=stream, force_terminal=True, width=100, height=40), lambda genome: f"<{genome}>")
    live.show(VIEW)
    live._live.refresh()
    live.close()
    text = stream.getvalue()
    assert "<b>" in text
    assert text.rstrip().endswith("\x1b[2K") or "\x1b[?25h" in text


def test_pipes_and_ci_get_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    terminal = Console(file=io.StringIO(), force_terminal=True)
    assert isinstance(display_for(Console(file=io.StringIO()), str), PlainLines)
    live = display_for(terminal, str)
    assert isinstance(live, LiveBoard)
    live.close()
    monkeypatch.setenv("CI", "true")
    assert isinstance(display_for(terminal, str), PlainLines)
