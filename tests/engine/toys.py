"""Small spaces and evaluators whose best points are known, some of them ill-behaved."""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.config import BudgetConfig, IslandConfig, SearchConfig, SelectionConfig
from engine.individual import Individual, Record
from engine.keys import fold_in, generator
from engine.protocols import Objective
from engine.setup import Factory, SearchSetup
from engine.state import IslandState
from engine.verdict import Evaluation, Status, Verdict

WEIGHTS = (3.0, 50.0, 7.0, 20.0, 1.0, 90.0, 11.0, 35.0, 5.0, 64.0, 2.0, 17.0)
"""Worth of each bit; all different, so that the best string of k ones is unique."""


class Bits:
    """Bit strings as text."""

    name = "bits"

    def __init__(self, length: int = len(WEIGHTS)) -> None:
        self._length = length

    def random(self, rng: random.Random) -> str:
        return "".join(rng.choices("01", k=self._length))

    def mutate(self, genome: str, rng: random.Random) -> str:
        i = rng.randrange(len(genome))
        return genome[:i] + "10"[int(genome[i])] + genome[i + 1 :]

    def crossover(self, first: str, second: str, rng: random.Random) -> str:
        return "".join(map(rng.choice, zip(first, second, strict=True)))

    def canonical(self, genome: str) -> str:
        return genome

    def fingerprint(self, genome: str) -> int:
        return fold_in(0, genome)

    def encode(self, genome: str) -> str:
        return genome

    def decode(self, text: str) -> str:
        return text


def worth(genome: str) -> float:
    return sum(weight for bit, weight in zip(genome, WEIGHTS, strict=True) if bit == "1")


def bits_objectives(genome: str) -> tuple[float, ...]:
    return float(genome.count("1")), 1 / (1 + worth(genome))


def bits_front() -> set[tuple[float, ...]]:
    """The known front: for every number of ones, the heaviest bits."""
    heaviest = [sum(sorted(WEIGHTS, reverse=True)[:k]) for k in range(len(WEIGHTS) + 1)]
    return {(float(k), 1 / (1 + total)) for k, total in enumerate(heaviest)}


class BitsEvaluator:
    """Scores few ones against much weight; genomes that match a pattern misbehave.

    ``trouble`` maps a regular expression to ``raise``, ``exit``, ``hang``, ``nan`` or ``reject``.
    """

    objectives = (Objective("ones", "bits", log_scale=False), Objective("error", "1", log_scale=True))
    protocols = ("pattern",)

    def __init__(self, trouble: dict[str, str] | None = None, pids: str = "", noise: float = 0.0) -> None:
        self._trouble = trouble or {}
        self._noise = noise
        if pids:
            (Path(pids) / str(os.getpid())).touch()

    def evaluate(self, genomes: Sequence[str], key: int) -> list[Evaluation[str]]:
        rng = generator(key)
        return [Evaluation(genome, self._verdict(genome, rng), {"worth": worth(genome)}) for genome in genomes]

    def refine(self, genome: str) -> Evaluation[str]:
        raise AssertionError(f"nothing here has a potential, not {genome}")

    def _verdict(self, genome: str, rng: random.Random) -> Verdict:
        ones, error = bits_objectives(genome)
        match next((kind for pattern, kind in self._trouble.items() if re.search(pattern, genome)), ""):
            case "raise":
                raise ArithmeticError(f"cannot score {genome}\nsecond line")
            case "exit":
                os._exit(3)
            case "hang":
                re.match("(a+)+$", "a" * 60 + "b")  # takes centuries, and holds the interpreter's lock
            case "nan":
                return Verdict(Status.SCORED, objectives=(ones, math.nan))
            case "reject":
                return Verdict(Status.REJECTED, protocol="pattern", figure=ones)
        return Verdict(Status.SCORED, objectives=(ones, error * (1 + self._noise * rng.random())))


class Reals:
    """Vectors in the unit cube."""

    name = "reals"

    def __init__(self, dimensions: int = 6) -> None:
        self._dimensions = dimensions

    def random(self, rng: random.Random) -> tuple[float, ...]:
        return tuple(rng.random() for _ in range(self._dimensions))

    def mutate(self, genome: tuple[float, ...], rng: random.Random) -> tuple[float, ...]:
        i = rng.randrange(len(genome))
        value = min(max(genome[i] + rng.gauss(0, 0.2), 0.0), 1.0)
        return (*genome[:i], value, *genome[i + 1 :])

    def crossover(self, first: tuple[float, ...], second: tuple[float, ...], rng: random.Random) -> tuple[float, ...]:
        return tuple(map(rng.choice, zip(first, second, strict=True)))

    def canonical(self, genome: tuple[float, ...]) -> tuple[float, ...]:
        return genome

    def fingerprint(self, genome: tuple[float, ...]) -> int:
        return fold_in(0, self.encode(genome))

    def encode(self, genome: tuple[float, ...]) -> str:
        return json.dumps(genome)

    def decode(self, text: str) -> tuple[float, ...]:
        return tuple(json.loads(text))


class ZDT1:
    """Zitzler, Deb and Thiele 2000, test function 1: the front is ``f2 = 1 - sqrt(f1)``."""

    objectives = (Objective("f1", "1", log_scale=False), Objective("f2", "1", log_scale=False))
    protocols = ()

    def evaluate(self, genomes: Sequence[tuple[float, ...]], key: int) -> list[Evaluation[tuple[float, ...]]]:
        del key
        return [Evaluation(x, Verdict(Status.SCORED, objectives=self._figures(x))) for x in genomes]

    def refine(self, genome: tuple[float, ...]) -> Evaluation[tuple[float, ...]]:
        raise AssertionError(f"nothing here has a potential, not {genome}")

    def _figures(self, x: tuple[float, ...]) -> tuple[float, float]:
        g = 1 + 9 * sum(x[1:]) / (len(x) - 1)
        return x[0], g * (1 - math.sqrt(x[0] / g))


def individual(
    number: int, objectives: tuple[float, ...], fingerprint: int | None = None, genome: str = ""
) -> Individual[str]:
    return Individual(number, genome, objectives, number if fingerprint is None else fingerprint, (), 0)


def bits_setup(evaluator: dict[str, Any] | None = None, **config: Any) -> SearchSetup:
    config = {
        "seed": 7,
        "islands": IslandConfig(islands=3, generations_per_epoch=3, batch_size=8, cache_size=300),
        "selection": SelectionConfig("niches", population=16),
        "budget": BudgetConfig(candidates=300),
        **config,
    }
    return SearchSetup(
        Factory("tests.engine.toys:Bits"),
        Factory("tests.engine.toys:BitsEvaluator", evaluator or {}),
        SearchConfig(**config),
    )


class Log:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.commits: list[tuple[int, int]] = []
        self.records: list[Record] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.frontiers: list[list[IslandState[Any]]] = []
        self._states: dict[int, IslandState[Any]] = {}

    def commit(self, epoch: int, island: int, records: Sequence[Record], state: IslandState[Any]) -> None:
        self.commits.append((epoch, island))
        self.records += records
        self._states[island] = state
        self.frontiers.append([self._states[i] for i in sorted(self._states)])

    def event(self, kind: str, **details: Any) -> None:
        self.events.append((kind, details))

    def rows(self) -> list[str]:
        """The records as text, times aside; text since NaN differs from itself."""
        return [repr(record._replace(seconds=0.0)) for record in self.records]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [details for name, details in self.events if name == kind]


def brute_force_front(points: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """The non-dominated points by definition."""

    def dominates(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
        return a != b and all(p <= q for p, q in zip(a, b, strict=True))

    return [p for p in points if not any(map(dominates, points, itertools.repeat(p)))]


def evaluator_seeing(name: str, value: str) -> BitsEvaluator:
    """Builds an evaluator only where an environment variable has a value."""
    if os.environ.get(name) != value:
        raise ValueError(f"{name} is {os.environ.get(name)}")
    return BitsEvaluator()
