"""One epoch of one island: a pure function of its state, its migrants and a key."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from engine.cache import CacheSession
from engine.candidate import Candidate, vary
from engine.config import SearchConfig
from engine.dominance import reaches
from engine.individual import Individual, Record
from engine.isolation import Failure, crash, evaluate_isolated
from engine.keys import fold_in, generator
from engine.protocols import Behaving, Evaluator, SearchSpace
from engine.selection import Strategy, best_of_draws
from engine.state import EMIGRANT_EPOCHS
from engine.state import IslandState as IslandState
from engine.verdict import Evaluation, Status, Verdict

G = TypeVar("G")

NO_FAILURES: Mapping[int, Failure] = MappingProxyType({})
"""Nothing is known to crash or hang."""


class EpochResult(NamedTuple, Generic[G]):
    """What an epoch leaves.

    Attributes:
        state: the island after it.
        records: one per candidate, in order of their ids.
        tracebacks: by the id of a candidate that raised.
    """

    state: IslandState[G]
    records: list[Record]
    tracebacks: dict[int, str]


class Step(NamedTuple):
    """A sign of life, given before each piece of work that may crash or hang.

    Attributes:
        generation: of the epoch.
        suspects: ids of the candidates that the work is about; empty when it is a whole generation.
        made: whether the suspects are made already and now evaluated.
    """

    generation: int
    suspects: tuple[int, ...] = ()
    made: bool = False


class Epoch(Generic[G]):
    """An epoch under way; equal arguments give equal results, seconds aside.

    Args:
        space: of the genomes.
        evaluator: scores them.
        strategy: chooses parents.
        config: sizes and operators; its seed is not read.
        state: the island before.
        migrants: individuals that join it first.
        key: of the whole search.
        failures: candidates known to crash or hang, by id.
        limit: candidates of an epoch that is cut short.
    """

    def __init__(
        self,
        space: SearchSpace[G],
        evaluator: Evaluator[G],
        strategy: Strategy,
        config: SearchConfig,
        state: IslandState[G],
        migrants: Sequence[Individual[G]],
        key: int,
        failures: Mapping[int, Failure] = NO_FAILURES,
        limit: int | None = None,
    ) -> None:
        self._space, self._evaluator, self._strategy = space, evaluator, strategy
        self._config, self._state, self._key, self._failures = config, state, key, failures
        size = config.islands.epoch_size
        first = (state.epoch * config.islands.islands + state.island) * size
        self._ids = range(first, first + (size if limit is None else min(limit, size)))
        self._fingerprint = evaluator.behaviour if isinstance(evaluator, Behaving) else space.fingerprint
        self._cache = CacheSession(state.cache)
        self._archive = state.archive.add(migrants)
        self._front: list[tuple[float, ...]] = []
        self._population = strategy.tell(state.population, migrants)
        self._broadcast = config.islands.migration == "broadcast"
        if self._broadcast:
            # Islands that share a population share what it has been spent on.
            self._cache.note(migrants)
        self._scored: list[Individual[G]] = []
        self._counters = Counter(state.counters)
        self._records: list[Record] = []
        self._tracebacks: dict[int, str] = {}

    def steps(self, probe_from: int | None = None) -> Iterator[Step]:
        """Runs the epoch, generation by generation: select, mutate, reject cheaply, evaluate, refine, keep.

        Args:
            probe_from: from this generation on, every candidate is announced and evaluated on its own before the
                generation's one call, so that whoever watches learns which candidate ends the process.
        """
        size = self._config.islands.batch_size
        for generation, start in enumerate(range(0, len(self._ids), size)):
            yield Step(generation)
            probing = probe_from is not None and generation >= probe_from
            candidates = self._select(self._ids[start : start + size])
            for candidate in candidates:
                if probing:
                    yield Step(generation, (candidate.id,))
                self._mutate(candidate)
            fresh = self._reject_duplicates(candidates)
            key = fold_in(self._key, "evaluate", self._ids[start])
            if probing:
                yield from self._probe(fresh, key, generation)
            self._evaluate(fresh, key)
            for candidate in fresh:
                if self._is_promising(candidate):
                    yield Step(generation, (candidate.id,), made=True)
                    self._refine(candidate)
            self._keep(candidates)

    def run(self) -> EpochResult[G]:
        """Runs the epoch from its start to its end."""
        for _ in self.steps():
            pass
        return self.result()

    def result(self) -> EpochResult[G]:
        """Returns what the epoch leaves, once all its steps were taken."""
        state = replace(
            self._state,
            epoch=self._state.epoch + 1,
            population=self._population,
            archive=self._archive,
            cache=self._cache.close(),
            counters=dict(self._counters),
            emigrants=(*self._state.emigrants, self._emigrants())[-EMIGRANT_EPOCHS:],
        )
        return EpochResult(state, self._records, self._tracebacks)

    def _select(self, ids: Sequence[int]) -> list[Candidate[G]]:
        rng = generator(fold_in(self._key, "select", ids[0]))
        proposals = self._strategy.ask(self._population, self._archive, len(ids), rng)
        return [Candidate(i, proposal) for i, proposal in zip(ids, proposals, strict=True)]

    def _mutate(self, candidate: Candidate[G]) -> None:
        failure = self._failures.get(candidate.id)
        if failure and not failure.made:
            candidate.verdict = failure.verdict
            return
        rng = generator(fold_in(self._key, candidate.id))
        try:
            varied = vary(self._space, candidate.proposal, self._config.variation.more_mutations, rng)
            genome = self._space.canonical(varied)
            candidate.fingerprint = self._fingerprint(genome)
            candidate.genome = genome
        except Exception as error:
            candidate.verdict, self._tracebacks[candidate.id] = crash(error)

    def _reject_duplicates(self, candidates: Sequence[Candidate[G]]) -> list[Candidate[G]]:
        """Returns the candidates to evaluate; the others have their verdict."""
        config, elite, fresh = self._config.islands, self._archive.fingerprints(), []
        self._cache.load([candidate.fingerprint for candidate in candidates])
        for candidate in candidates:
            if candidate.verdict:
                continue
            tries = config.tries_elite if candidate.fingerprint in elite else config.tries
            original = self._cache.admit(candidate.fingerprint, candidate.id, tries)
            if original is not None:
                candidate.verdict = Verdict(Status.DUPLICATE, duplicate_of=original)
            elif candidate.id in self._failures:
                candidate.verdict = self._failures[candidate.id].verdict
                self._cache.ban(candidate.fingerprint)
            else:
                fresh.append(candidate)
        return fresh

    def _probe(self, fresh: Sequence[Candidate[G]], key: int, generation: int) -> Iterator[Step]:
        for candidate in fresh:
            yield Step(generation, (candidate.id,), made=True)
            evaluate_isolated(self._evaluator, _genomes([candidate]), key)
        yield Step(generation, tuple(candidate.id for candidate in fresh), made=True)

    def _evaluate(self, fresh: Sequence[Candidate[G]], key: int) -> None:
        started = time.perf_counter()
        evaluations, tracebacks = evaluate_isolated(self._evaluator, _genomes(fresh), key)
        seconds = (time.perf_counter() - started) / max(len(fresh), 1)
        for candidate, evaluation in zip(fresh, evaluations, strict=True):
            candidate.judge(evaluation, seconds)
        for position, text in tracebacks.items():
            self._tracebacks[fresh[position].id] = text
            self._cache.ban(fresh[position].fingerprint)
        self._front = [member.objectives for member in self._archive.front()]

    def _is_promising(self, candidate: Candidate[G]) -> bool:
        if not reaches(candidate.potential, self._front):
            return False
        assert candidate.verdict is not None
        pays = self._cache.may_refine(candidate.fingerprint, candidate.potential)
        # What would enter the front as it is has to show that its coarse figures are right.
        return pays or reaches(candidate.verdict.objectives, self._front)

    def _refine(self, candidate: Candidate[G]) -> None:
        assert candidate.genome is not None
        started = time.perf_counter()
        try:
            evaluation = self._evaluator.refine(candidate.genome)
        except Exception as error:
            verdict, self._tracebacks[candidate.id] = crash(error)
            evaluation = Evaluation(candidate.genome, verdict)
        candidate.judge(evaluation, time.perf_counter() - started)
        if candidate.verdict and candidate.verdict.status is Status.SCORED:
            self._front.append(candidate.verdict.objectives)

    def _keep(self, candidates: Sequence[Candidate[G]]) -> None:
        epoch, scored = self._state.epoch, []
        for candidate in candidates:
            verdict = candidate.verdict
            assert verdict is not None
            self._counters[verdict.label] += 1
            self._records.append(candidate.record(self._space, epoch, self._state.island))
            # A repeat that did no better than its fingerprint's best would only crowd the population.
            if verdict.status is Status.SCORED and self._cache.improves(candidate.fingerprint, verdict.objectives):
                scored.append(candidate.individual(epoch))
        self._population = self._strategy.tell(self._population, scored)
        self._archive = self._archive.add(scored)
        self._scored += scored

    def _emigrants(self) -> tuple[Individual[G], ...]:
        """Returns all that were scored; or draws travellers, each the better of two members of a niche of its own."""
        if self._broadcast:
            return tuple(self._scored)
        rng = generator(fold_in(self._key, "emigrate", self._state.island, self._state.epoch))
        niches = self._archive.niches
        chosen = rng.sample(niches, min(self._config.islands.migrants, len(niches)))
        return tuple(best_of_draws(members, 2, rng) for members in chosen)


def _genomes(candidates: Sequence[Candidate[G]]) -> list[G]:
    return [candidate.genome for candidate in candidates if candidate.genome is not None]
