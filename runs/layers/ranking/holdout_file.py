"""holdout.json: the state of a run's Thresholdout and its answers, so that looks are counted over all sessions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.keys import fold_in
from runs.folder.atomic import FORMAT, FORMAT_KEY, check_format, write_atomically
from runs.layers.ranking.ranked_file import DAMAGE
from runs.layers.ranking.settings import RankingJob
from runs.layers.ranking.thresholdout import Thresholdout

HOLDOUT_FILE = "holdout.json"


@dataclass(frozen=True, slots=True)
class Holdout:
    """The guarded validation images of a run.

    Attributes:
        guard: the mechanism after the last look.
        answers: given so far, by question; a question asked again has the same answer and costs nothing.
    """

    guard: Thresholdout
    answers: Mapping[str, float] = field(default_factory=dict)

    def look(self, question: str, search: float, validation: float) -> tuple[float | None, Holdout]:
        """Returns the answer to a question, None where the budget is spent, and the holdout after the look.

        Args:
            question: says what is asked; another question, even about the same layer, is another look.
            search: the figure on the images that the search adapted to.
            validation: the same figure on the validation images.
        """
        known = self.answer(question)
        if known is not None:
            return known, self
        answer, guard = self.guard.look(search, validation)
        if answer is None:
            return None, self
        return answer, replace(self, guard=guard, answers={**self.answers, _digest(question): answer})

    def answer(self, question: str) -> float | None:
        """Returns the answer that a question was given, None when it was not asked."""
        return self.answers.get(_digest(question))


def open_holdout(run: Path, settings: RankingJob, seed: int) -> Holdout:
    """Returns the holdout of a run folder as the last session left it, a fresh one where there was none.

    Args:
        run: the run folder.
        settings: of a fresh one.
        seed: of the run; a fresh one draws its noise from it.

    Raises:
        ValueError: naming the file when it is broken, or of a newer format.
    """
    key = fold_in(seed, "holdout")
    fresh = Holdout(Thresholdout(settings.threshold, settings.sigma, settings.budget, key))
    return read_holdout(run) or fresh


def read_holdout(run: Path) -> Holdout | None:
    """Reads the holdout of a run folder, None when nobody has looked.

    Raises:
        ValueError: naming the file when it is broken, or of a newer format.
    """
    path = run / HOLDOUT_FILE
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_bytes())
        check_format(data[FORMAT_KEY], path)
        guard = Thresholdout(**{name: _number(data[name]) for name in Thresholdout.__slots__})
        return Holdout(guard, {str(question): float(_number(answer)) for question, answer in data["answers"].items()})
    except DAMAGE:
        raise ValueError(f"{str(path)!r} is truncated or no holdout of Primordia; restore the file") from None


def write_holdout(run: Path, holdout: Holdout) -> None:
    """Writes the holdout of a run folder, atomically.

    Raises:
        ValueError: when the disk is full.
    """
    guard = {name: getattr(holdout.guard, name) for name in Thresholdout.__slots__}
    data = {FORMAT_KEY: FORMAT, **guard, "answers": dict(holdout.answers)}
    write_atomically(run / HOLDOUT_FILE, json.dumps(data, indent=1).encode())


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return value


def _digest(question: str) -> str:
    return hashlib.blake2b(question.encode(), digest_size=12).hexdigest()
