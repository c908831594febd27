from __future__ import annotations

import json
from pathlib import Path

import pytest

from runs.layers.ranking.holdout_file import HOLDOUT_FILE, Holdout, open_holdout, read_holdout, write_holdout
from runs.layers.ranking.settings import RankingJob

SETTINGS = RankingJob(threshold=0.05, sigma=0.001, budget=2)


def looked(run: Path, questions: list[str]) -> list[float | None]:
    """Asks in a session of its own each time."""
    answers = []
    for question in questions:
        holdout = open_holdout(run, SETTINGS, 11)
        answer, holdout = holdout.look(question, 0.9, 0.5)
        write_holdout(run, holdout)
        answers.append(answer)
    return answers


def test_looks_are_counted_across_sessions_until_the_budget_is_spent(tmp_path: Path) -> None:
    answers = looked(tmp_path, ["a", "b", "c"])
    assert answers[2] is None
    assert answers[:2] == pytest.approx([0.5, 0.5], abs=0.02)
    guard = open_holdout(tmp_path, SETTINGS, 11).guard
    assert (guard.looks, guard.spent, guard.budget, guard.is_spent) == (2, 2, 2, True)


def test_a_question_asked_again_has_its_answer_again_and_costs_nothing(tmp_path: Path) -> None:
    first, again, other, once_more = looked(tmp_path, ["a", "a", "b", "a"])
    assert first == again == once_more
    assert other is not None
    assert read_holdout(tmp_path) is not None
    assert open_holdout(tmp_path, SETTINGS, 11).guard.spent == 2
    assert open_holdout(tmp_path, SETTINGS, 11).answer("c") is None


def test_one_session_answers_as_several_do(tmp_path: Path) -> None:
    holdout, answers = open_holdout(tmp_path, SETTINGS, 11), []
    for question in "ab":
        answer, holdout = holdout.look(question, 0.9, 0.5)
        answers.append(answer)
    assert answers == looked(tmp_path, ["a", "b"])


def test_the_state_of_a_session_outlives_other_settings(tmp_path: Path) -> None:
    looked(tmp_path, ["a"])
    assert open_holdout(tmp_path, RankingJob(budget=100), 12).guard.budget == 2


def test_no_file_means_that_nobody_looked(tmp_path: Path) -> None:
    assert read_holdout(tmp_path) is None
    assert isinstance(open_holdout(tmp_path, SETTINGS, 1), Holdout)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "truncated or no holdout"),
        ("[]", "truncated or no holdout"),
        ('{"primordia.format": 1}', "truncated or no holdout"),
        ('{"primordia.format": 2}', "has format 2"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / HOLDOUT_FILE).write_text(content)
    with pytest.raises(ValueError, match=f"holdout.json'.*{message}"):
        read_holdout(tmp_path)


def test_a_budget_that_is_no_number_is_refused(tmp_path: Path) -> None:
    looked(tmp_path, ["a"])
    path = tmp_path / HOLDOUT_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "budget": "endless"}))
    with pytest.raises(ValueError, match="no holdout of Primordia"):
        read_holdout(tmp_path)
