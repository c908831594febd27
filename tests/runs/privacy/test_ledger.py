import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from runs.privacy import answers_file, ledger
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import LEDGER_FILE
from tests.runs.privacy.crashing import IDS, RHO, TERMS, ask, drawer


def _never() -> NoReturn:
    raise AssertionError("the private data was asked")


def _lines(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in path.read_text().splitlines()]


def test_a_finished_run_is_resumed_without_a_draw(tmp_path: Path) -> None:
    ask(tmp_path)
    before = (tmp_path / LEDGER_FILE).read_bytes()
    with Ledger(tmp_path, TERMS) as opened:
        assert opened.notes == ()
        for i in IDS:
            answers = opened.release(i, f"question {i}", RHO, _never)
            assert [(i, str(answers.tolist()))] == [line for line in _lines(tmp_path / "used") if line[0] == i]
    assert (tmp_path / LEDGER_FILE).read_bytes() == before


def test_a_ledger_taken_away_does_not_renew_the_budget(tmp_path: Path) -> None:
    ask(tmp_path)
    (tmp_path / LEDGER_FILE).unlink()
    with pytest.raises(ValueError, match=r"answers' holds noisy answers, but .*ledger\.jsonl' does not say"):
        Ledger(tmp_path, TERMS)


def test_answers_lost_or_altered_are_never_drawn_again(tmp_path: Path) -> None:
    ask(tmp_path)
    path = tmp_path / "answers" / "0-0.npz"
    (tmp_path / "answers" / "0-1.npz").rename(path)
    with Ledger(tmp_path, TERMS) as opened:
        with pytest.raises(ValueError, match=r"0-0\.npz' is not the file that the ledger knows; restore it"):
            opened.release("0-0", "question 0-0", RHO, _never)
        with pytest.raises(ValueError, match=r"0-1\.npz' cannot be read .* were paid for; restore it"):
            opened.release("0-1", "question 0-1", RHO, _never)


@pytest.mark.parametrize("content", [b"", b"not a file of numbers", None])
def test_foreign_answers_are_refused(content: bytes | None, tmp_path: Path) -> None:
    with Ledger(tmp_path, TERMS):
        pass
    if content is None:
        content = answers_file.pack(np.zeros(2), {"id": "0-9", "rho": 0.001, "ledger": "another"})
    (tmp_path / "answers" / "0-9.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"0-9\.npz' belongs to no release of the ledger beside it; move it elsewhere"):
        Ledger(tmp_path, TERMS)


def test_a_failing_draw_costs_nothing(tmp_path: Path) -> None:
    def failing() -> NoReturn:
        raise RuntimeError("a query that cannot be answered")

    with Ledger(tmp_path, TERMS) as opened:
        with pytest.raises(RuntimeError):
            opened.release("0-0", "it", RHO, failing)
        with pytest.raises(ValueError, match="a release holds numbers, not"):
            opened.release("0-0", "it", RHO, lambda: np.array([object()]))
        assert opened.text.spent == 0
        assert opened.release("0-0", "it", RHO, drawer(tmp_path, "0-0")).shape == (4,)


def test_an_interrupt_while_a_release_is_entered_closes_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with Ledger(tmp_path, TERMS) as opened:
        with monkeypatch.context() as patch:
            patch.setattr(ledger, "next_line", interrupted)
            with pytest.raises(KeyboardInterrupt):
                opened.release("0-0", "question 0-0", RHO, drawer(tmp_path, "0-0"))
        with pytest.raises(ValueError, match="is closed; open it again to release question 0-0"):
            opened.release("0-0", "question 0-0", RHO, _never)
    shown = np.load(tmp_path / "answers" / "0-0.npz")["answers"].tolist()
    with Ledger(tmp_path, TERMS) as opened:
        assert opened.notes == ("release 0-0 had been drawn but not entered in the ledger; it was entered",)
        assert opened.release("0-0", "question 0-0", RHO, _never).tolist() == shown


def test_a_closed_ledger_releases_nothing(tmp_path: Path) -> None:
    opened = Ledger(tmp_path, TERMS)
    opened.close()
    opened.close()
    with pytest.raises(ValueError, match="is closed"):
        opened.release("0-0", "it", RHO, _never)


def test_each_step_is_on_the_disk_before_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[int, str] = {}
    steps: list[str] = []

    def opening(path: str, *arguments: int) -> int:
        descriptor = plain["open"](path, *arguments)
        names[descriptor] = Path(path).name
        return int(descriptor)

    def noted(name: str) -> Callable[..., Any]:
        def call(first: Any, *rest: Any) -> Any:
            steps.append(f"{name} {names[first] if isinstance(first, int) else Path(first).name}")
            return plain[name](first, *rest)

        return call

    plain = {name: getattr(os, name) for name in ("open", "write", "fsync", "replace")}
    monkeypatch.setattr(os, "open", opening)
    with Ledger(tmp_path, TERMS) as opened:
        for name in ("write", "fsync", "replace"):
            monkeypatch.setattr(os, name, noted(name))
        opened.release("0-0", "it", RHO, lambda: np.arange(3))
        steps.append("returned")
    assert steps == [
        "write release.draft",
        "fsync release.draft",
        "replace release.draft",
        "fsync answers",
        "write ledger.jsonl",
        "fsync ledger.jsonl",
        "returned",
    ]


def test_a_draft_that_could_not_be_written_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Ledger(tmp_path, TERMS) as opened:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(ValueError, match=r"no space left on the disk for .*ledger\.jsonl'; .* resume the run"):
                opened.release("0-0", "it", RHO, drawer(tmp_path, "0-0"))
        assert [path.name for path in (tmp_path / "private").iterdir()] == ["README.txt"]
        assert opened.text.spent == 0
        assert len(opened.release("0-0", "it", RHO, drawer(tmp_path, "0-0"))) == 4
