import io

from rich.console import Console

from runs.float32.checking.progress import progress


def test_nowhere_takes_all_and_shows_nothing(capsys):
    with progress(None, "exp", 0, 10) as advance:
        advance(5, 0.5)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    console = Console(file=io.StringIO(), force_terminal=True, width=120, _environ={"TERM": "xterm"})
    with progress(console, "exp by numpy", 50, 100) as advance:
        advance(25, 0.75)
    text = console.file.getvalue()
    assert "exp by numpy" in text
    assert "75%" in text
    assert "max 0.75 ULP" in text


def test_a_pipe_gets_lines_that_are_not_too_many():
    console = Console(file=io.StringIO(), width=120)
    with progress(console, "exp by numpy", 0, 100) as advance:
        for _ in range(50):
            advance(2, 0.5)
    assert console.file.getvalue() == ""
