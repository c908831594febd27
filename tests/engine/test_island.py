from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.config import IslandConfig, SearchConfig, SelectionConfig
from engine.island import Epoch, EpochResult
from engine.isolation import Failure
from engine.keys import fold_in
from engine.selection import STRATEGIES, build_strategy
from engine.state import IslandState
from engine.verdict import Evaluation, Status, Verdict
from tests.engine.toys import Bits, BitsEvaluator, bits_objectives, individual

CONFIG = SearchConfig(
    islands=IslandConfig(islands=4, generations_per_epoch=3, batch_size=10, tries=1, tries_elite=16),
    selection=SelectionConfig(population=8),
)
START: IslandState[str] = IslandState.start(2, CONFIG.islands)


def epoch_of(
    evaluator: BitsEvaluator, state: IslandState[str] = START, config: SearchConfig = CONFIG, **more: Any
) -> EpochResult[str]:
    strategy = build_strategy(config.selection, config.variation, evaluator.objectives)
    return Epoch(Bits(), evaluator, strategy, config, state, more.pop("migrants", ()), key=1, **more).run()


def rows(result: EpochResult[str]) -> list[str]:
    return [repr(record._replace(seconds=0.0)) for record in result.records]


class Counting(BitsEvaluator):
    """Keeps the genomes of each call."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.calls: list[list[str]] = []

    def evaluate(self, genomes: Sequence[str], key: int) -> list[Evaluation[str]]:
        self.calls.append(list(genomes))
        return super().evaluate(genomes, key)


def test_ids_follow_the_formula_and_every_candidate_ends_in_one_verdict() -> None:
    result = epoch_of(BitsEvaluator({"^00": "reject", "^01": "raise"}), replace(START, epoch=5))
    assert [record.id for record in result.records] == list(range((5 * 4 + 2) * 30, (5 * 4 + 3) * 30))
    assert sum(result.state.counters.values()) == 30
    labels = {
        record.status.name.lower() + (":" + record.protocol if record.protocol else "") for record in result.records
    }
    assert set(result.state.counters) == labels >= {"scored", "rejected:pattern", "crashed"}
    rejected = next(record for record in result.records if record.status is Status.REJECTED)
    assert rejected.figure == rejected.genome.count("1")
    assert result.state.epoch == 6


def test_an_epoch_cut_short_is_a_prefix() -> None:
    whole = epoch_of(BitsEvaluator())
    assert rows(epoch_of(BitsEvaluator(), limit=20)) == rows(whole)[:20]
    assert len(epoch_of(BitsEvaluator(), limit=13).records) == 13


def test_one_evaluation_call_per_generation_and_none_for_duplicates() -> None:
    evaluator, state = Counting(), START
    config = replace(CONFIG, islands=replace(CONFIG.islands, tries_elite=1))
    seen: dict[str, int] = {}
    for _ in range(6):
        result = epoch_of(evaluator, state, config)
        state = result.state
        for record in result.records:
            if record.status is Status.DUPLICATE:
                assert record.duplicate_of == seen[record.genome]
                assert record.objectives == ()
            else:
                seen.setdefault(record.genome, record.id)
    assert len(evaluator.calls) == 6 * 3
    calls = [genome for call in evaluator.calls for genome in call]
    assert len(calls) == len(set(calls))
    assert state.cache.hits == state.counters["duplicate"] == 180 - len(calls) > 0


def test_elite_fingerprints_get_more_tries_and_keep_their_best() -> None:
    islands = replace(CONFIG.islands, tries=1, tries_elite=5, archive_per_niche=2)
    config, state, evaluator = replace(CONFIG, islands=islands), START, Counting(noise=0.5)
    scores: dict[str, list[float]] = {}
    for _ in range(20):
        result = epoch_of(evaluator, state, config)
        state = result.state
        for record in result.records:
            if record.status is Status.SCORED:
                scores.setdefault(record.genome, []).append(record.objectives[1])
    tries = {genome: len(found) for genome, found in scores.items()}
    assert max(tries.values()) == 5
    assert min(tries.values()) == 1
    for member in state.archive.members():
        assert member.objectives[1] == min(scores[member.genome])


def test_failures_are_replayed_and_the_others_untouched() -> None:
    clean = epoch_of(BitsEvaluator(noise=0.0))
    first = START.island * CONFIG.islands.epoch_size
    failures = {
        first + 3: Failure(Status.TIMED_OUT, "no sign of life", made=True),
        first + 4: Failure(Status.CRASHED, "the worker process ended", made=False),
    }
    evaluator = Counting()
    result = epoch_of(evaluator, failures=failures)
    timed_out, crashed = result.records[3:5]
    assert (timed_out.status, timed_out.cause, timed_out.genome) == (
        Status.TIMED_OUT,
        "no sign of life",
        clean.records[3].genome,
    )
    assert (crashed.status, crashed.genome) == (Status.CRASHED, "")
    assert timed_out.genome not in evaluator.calls[0]
    assert rows(result)[:3] + rows(result)[5:10] == rows(clean)[:3] + rows(clean)[5:10]


def test_a_failure_bans_its_fingerprint() -> None:
    """With only four genomes, the one that hangs would come again and again."""
    config = replace(CONFIG, islands=replace(CONFIG.islands, tries=100, tries_elite=100))
    strategy = build_strategy(config.selection, config.variation, BitsEvaluator.objectives)

    class Short(BitsEvaluator):
        def evaluate(self, genomes: Sequence[str], key: int) -> list[Evaluation[str]]:
            del key
            return [Evaluation(g, Verdict(Status.SCORED, objectives=(1.0, 1.0))) for g in genomes]

    first = START.island * CONFIG.islands.epoch_size
    failures = {first: Failure(Status.CRASHED, "gone", made=True)}
    records = Epoch(Bits(2), Short(), strategy, config, START, (), 1, failures).run().records
    repeats = [record for record in records[1:] if record.genome == records[0].genome]
    assert repeats
    assert all(record.status is Status.DUPLICATE and record.duplicate_of == first for record in repeats)


def test_a_space_that_raises_crashes_the_candidate_only() -> None:
    class Fragile(Bits):
        def mutate(self, genome: str, rng: Any) -> str:
            if genome.startswith("11"):
                raise RecursionError("too deep")
            return super().mutate(genome, rng)

    strategy, state = build_strategy(CONFIG.selection, CONFIG.variation, BitsEvaluator.objectives), START
    records = []
    for _ in range(4):
        result = Epoch(Fragile(), BitsEvaluator(), strategy, CONFIG, state, (), 1).run()
        state, records = result.state, records + result.records
    crashed = [record for record in records if record.status is Status.CRASHED]
    assert crashed
    assert {record.cause for record in crashed} == {"RecursionError: too deep"}
    assert all(record.genome == "" and record.operator == "mutate" for record in crashed)


def test_probing_announces_each_candidate_and_changes_nothing() -> None:
    evaluator = Counting(noise=0.3)
    strategy = build_strategy(CONFIG.selection, CONFIG.variation, evaluator.objectives)
    epoch = Epoch(Bits(), evaluator, strategy, CONFIG, START, (), 1)
    steps = list(epoch.steps(probe_from=1))
    assert rows(epoch.result()) == rows(epoch_of(BitsEvaluator(noise=0.3)))
    assert [step.generation for step in steps if not step.suspects] == [0, 1, 2]
    alone = [step.suspects[0] for step in steps if step.made and len(step.suspects) == 1]
    first = START.island * CONFIG.islands.epoch_size
    fresh = [r.id for r in epoch.result().records if r.id >= first + 10 and r.status is not Status.DUPLICATE]
    assert alone == fresh
    assert [len(call) for call in evaluator.calls if len(call) > 1] == [
        sum(r.status is not Status.DUPLICATE for r in epoch.result().records[start : start + 10])
        for start in (0, 10, 20)
    ]


def test_migrants_join_archive_and_population() -> None:
    genome = "111111111111"
    traveller = individual(10**6, bits_objectives(genome), fingerprint=fold_in(0, genome), genome=genome)
    result = epoch_of(BitsEvaluator(), migrants=(traveller,))
    assert traveller in result.state.archive.members()
    assert len(result.state.emigrants[-1]) == CONFIG.islands.migrants


class Refining(BitsEvaluator):
    """Scores ten times too badly, unless refined."""

    def __init__(self) -> None:
        super().__init__()
        self.refined: list[str] = []

    def _verdict(self, genome: str, rng: Any) -> Verdict:
        ones, error = super()._verdict(genome, rng).objectives
        return Verdict(Status.SCORED, objectives=(ones, 10 * error))

    def evaluate(self, genomes: Sequence[str], key: int) -> list[Evaluation[str]]:
        evaluations = super().evaluate(genomes, key)
        return [replace(evaluation, potential=bits_objectives(evaluation.genome)) for evaluation in evaluations]

    def refine(self, genome: str) -> Evaluation[str]:
        if genome.endswith("111"):
            raise ZeroDivisionError("refining failed")
        self.refined.append(genome)
        return Evaluation(genome, Verdict(Status.SCORED, objectives=bits_objectives(genome)), {"refined": 1.0})


def test_those_whose_potential_reaches_the_front_are_refined() -> None:
    evaluator, state, records = Refining(), START, []
    for _ in range(5):
        result = epoch_of(evaluator, state)
        state, records = result.state, records + result.records
    refined = [record for record in records if record.metrics.get("refined")]
    coarse = [r for r in records if r.status is Status.SCORED and not r.metrics.get("refined")]
    assert [record.genome for record in refined] == evaluator.refined
    assert all(record.objectives == bits_objectives(record.genome) for record in refined)
    assert coarse
    # Nothing left coarse could have reached the front as it is now, which only moved on since.
    front = [member.objectives for member in state.archive.front()]
    for record in coarse:
        ones, error = bits_objectives(record.genome)
        assert any(size <= ones and best <= error for size, best in front)
    crashed = [record for record in records if record.status is Status.CRASHED]
    assert all(record.cause == "ZeroDivisionError: refining failed" for record in crashed)


class Flattering(Refining):
    """Scores far too well, and finds a pole when it looks again."""

    def _verdict(self, genome: str, rng: Any) -> Verdict:  # noqa: ARG002
        return Verdict(Status.SCORED, objectives=(bits_objectives(genome)[0], 1e-9))

    def refine(self, genome: str) -> Evaluation[str]:
        return Evaluation(genome, Verdict(Status.REJECTED, protocol="pole"))


def test_no_coarse_figure_enters_the_front_however_often_it_is_tried() -> None:
    config = replace(CONFIG, islands=replace(CONFIG.islands, tries=9))
    state, records = START, []
    for _ in range(5):
        result = epoch_of(Flattering(), state, config)
        state, records = result.state, records + result.records
    assert len(records) == 150
    assert {record.status for record in records} <= {Status.REJECTED, Status.DUPLICATE}
    assert state.archive.front() == []


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_an_island_where_nothing_is_ever_scored_goes_on(strategy: str) -> None:
    config = replace(CONFIG, selection=SelectionConfig(strategy, population=4))
    evaluator, state = BitsEvaluator({"": "reject"}), START
    for _ in range(3):
        state = epoch_of(evaluator, state, config).state
    assert set(state.counters) <= {"rejected:pattern", "duplicate"}
    assert len(state.cache) == state.counters["rejected:pattern"] >= 80
    assert state.archive.members() == []


class Behaves(Counting):
    """Takes genomes with equally many ones for the same."""

    def behaviour(self, genome: str) -> int:
        return genome.count("1")


def test_what_behaves_alike_is_a_duplicate_however_it_is_written() -> None:
    config = replace(CONFIG, islands=replace(CONFIG.islands, tries_elite=1))
    result = epoch_of(Behaves(), config=config)
    scored = [record for record in result.records if record.status is Status.SCORED]
    assert len({record.genome.count("1") for record in result.records}) == len(scored) < 12
    for record in result.records:
        if record.status is Status.DUPLICATE:
            original = result.records[record.duplicate_of - result.records[0].id]
            assert original.genome.count("1") == record.genome.count("1")


def test_what_a_broadcast_brought_is_not_evaluated_again() -> None:
    config = replace(CONFIG, islands=replace(CONFIG.islands, migration="broadcast", tries_elite=1))
    alone = epoch_of(BitsEvaluator(), config=config)
    assert len(alone.state.emigrants[-1]) == alone.state.counters["scored"]
    brought = [one._replace(id=one.id - 10_000) for one in alone.state.emigrants[-1]]
    again = epoch_of(BitsEvaluator(), config=config, migrants=brought)
    assert not {one.fingerprint for one in brought} & {one.fingerprint for one in again.state.emigrants[-1]}
    assert {one.fingerprint for one in brought} <= again.state.archive.fingerprints()


def test_seconds_by_stage_are_added_up() -> None:
    class Timed(BitsEvaluator):
        def evaluate(self, genomes: Sequence[str], key: int) -> list[Evaluation[str]]:
            return [replace(e, seconds={"first": 0.5, "second": 1.0}) for e in super().evaluate(genomes, key)]

    for record in epoch_of(Timed()).records:
        assert record.stages == ({} if record.status is Status.DUPLICATE else {"first": 0.5, "second": 1.0})
