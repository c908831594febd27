"""The file of a check: JSON lines, one per chunk as it is measured, so that a check that was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluators.float32_functions.chunk import Figures
from evaluators.float32_functions.exhaustive import CHUNK_INPUTS, CheckResult, plain_numbers
from runs.float32.checking.question import Question
from runs.folder.atomic import FORMAT, FORMAT_KEY, check_format, failure_named, write_atomically

SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a check so far.

    Attributes:
        chunks: figures by the chunk's number.
        seconds: that the chunks took in all, processes added up.
        result: of the whole check, None before its end.
        date: of the result.
    """

    chunks: Mapping[int, Figures] = field(default_factory=dict)
    seconds: float = 0.0
    result: CheckResult | None = None
    date: str = ""


@dataclass(frozen=True, slots=True)
class CheckFile:
    """The file of one check.

    Attributes:
        path: of the file; its folder is made when the first line is written.
        question: what is checked.
        environment: what it runs with; chunks that were measured with something else do not count.
    """

    path: Path
    question: Question
    environment: Mapping[str, str]

    def begin(self) -> Measured:
        """Writes the head if the file is new or of another check, and returns what was measured before.

        A line that was cut off by a crash is dropped.

        Raises:
            ValueError: when the file cannot be written, or is of a newer format.
        """
        lines = list(_lines(self.path))
        if not lines or lines[0] != self._head():
            lines = [self._head()]
        with failure_named(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, "".join(map(_text, lines)).encode())
        return _measured(lines)

    def chunk(self, number: int, figures: Figures, seconds: float) -> None:
        """Appends the figures of a chunk."""
        self._append({"chunk": number, "seconds": round(seconds, 4), "figures": figures.to_dict()})

    def end(self, result: CheckResult) -> None:
        """Appends the result of the check."""
        self._append({"result": result.to_dict(), "date": datetime.now(UTC).strftime("%Y-%m-%d")})

    def _append(self, data: Mapping[str, Any]) -> None:
        with failure_named(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(_text(data))

    def _head(self) -> dict[str, Any]:
        return {
            FORMAT_KEY: FORMAT,
            "question": self.question.to_dict(),
            "environment": dict(self.environment),
            "chunk_inputs": CHUNK_INPUTS,
        }


def read_check(path: Path) -> tuple[Question, Measured] | None:
    """Reads the file of a check; None where there is none.

    Raises:
        ValueError: when it is of a newer format, or no file of a check.
    """
    lines = list(_lines(path))
    if not lines:
        return None
    try:
        return Question.from_dict(lines[0]["question"]), _measured(lines)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{str(path)!r} is no file of a check ({error}); remove it") from None


def _measured(lines: list[dict[str, Any]]) -> Measured:
    chunks = {line["chunk"]: Figures.from_dict(line["figures"]) for line in lines if "chunk" in line}
    seconds = sum(line["seconds"] for line in lines if "chunk" in line)
    last = lines[-1]
    if "result" not in last:
        return Measured(chunks, seconds)
    return Measured(chunks, seconds, CheckResult.from_dict(last["result"]), last["date"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the lines of a file up to the first that is cut off.

    Raises:
        ValueError: when the file is of a newer format, or no file of ours.
    """
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{str(path)!r} is no file of a check ({error}); remove it") from None
    for number, text in enumerate(lines):
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            return
        if number == 0:
            check_format(line.get(FORMAT_KEY) if isinstance(line, dict) else None, path)
        yield line


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(plain_numbers(data), allow_nan=False) + "\n"
