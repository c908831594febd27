"""Evaluating a batch so that one genome that raises does not take the others with it."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.protocols import Evaluator
from engine.verdict import Evaluation, Status, Verdict

G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class Failure:
    """A candidate found to crash or hang, as data that a resume replays instead of meeting it again.

    Attributes:
        status: ``CRASHED`` or ``TIMED_OUT``.
        cause: one line.
        made: whether the candidate was made, and failed in its evaluation, or failed while it was made.
    """

    status: Status
    cause: str
    made: bool

    @property
    def verdict(self) -> Verdict:
        """The verdict of the candidate."""
        return Verdict(self.status, cause=self.cause)

    def to_data(self, candidate: int) -> dict[str, Any]:
        """Returns the failure of a candidate as a JSON-able row."""
        return {"candidate": candidate, "status": self.status.name, "cause": self.cause, "made": self.made}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> tuple[int, Failure]:
        """Reads the candidate and its failure from what :meth:`to_data` wrote."""
        return data["candidate"], cls(Status[data["status"]], data["cause"], data["made"])


def crash(error: Exception) -> tuple[Verdict, str]:
    """Returns the verdict on a candidate that raised, and the traceback."""
    lines = "".join(traceback.format_exception_only(error)).strip().splitlines()
    return Verdict(Status.CRASHED, cause=lines[0]), "".join(traceback.format_exception(error))


def evaluate_isolated(
    evaluator: Evaluator[G], genomes: Sequence[G], key: int
) -> tuple[list[Evaluation[G]], dict[int, str]]:
    """Evaluates a batch in one call; when it raises, finds the culprits by halves and calls again without them.

    The final call holds all other genomes, so that the result is the same whether the culprits
    were found here or known beforehand.

    Args:
        evaluator: of the genomes.
        genomes: the batch.
        key: passed on.

    Returns:
        one evaluation per genome, and the traceback of each position that crashed.

    Raises:
        ValueError: when the evaluator breaks its contract of one evaluation per genome.
    """
    culprits: dict[int, Exception] = {}
    remaining = list(range(len(genomes)))
    while remaining:
        batch = [genomes[i] for i in remaining]
        try:
            evaluations = evaluator.evaluate(batch, key)
        except Exception as error:
            found = _culprits(evaluator, genomes, remaining, key) or dict.fromkeys(remaining, error)
            culprits.update(found)
            remaining = [i for i in remaining if i not in found]
            continue
        if len(evaluations) != len(batch):
            raise ValueError(
                f"evaluator {type(evaluator).__name__} must return one evaluation per genome, "
                f"not {len(evaluations)} for {len(batch)}"
            )
        break
    else:
        evaluations = []
    results = dict(zip(remaining, evaluations, strict=True))
    tracebacks: dict[int, str] = {}
    for i, culprit in culprits.items():
        verdict, tracebacks[i] = crash(culprit)
        results[i] = Evaluation(genomes[i], verdict)
    return [results[i] for i in range(len(genomes))], tracebacks


def _culprits(evaluator: Evaluator[G], genomes: Sequence[G], suspects: Sequence[int], key: int) -> dict[int, Exception]:
    """Returns the positions that raise on their own; empty when only their combination does."""
    try:
        evaluator.evaluate([genomes[i] for i in suspects], key)
    except Exception as error:
        if len(suspects) == 1:
            return {suspects[0]: error}
        middle = len(suspects) // 2
        return {
            **_culprits(evaluator, genomes, suspects[:middle], key),
            **_culprits(evaluator, genomes, suspects[middle:], key),
        }
    return {}
