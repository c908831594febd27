"""The rounds of a run as searches of the engine: settings, budgets, the size of the table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from engine.config import BudgetConfig, IslandConfig, SearchConfig, SelectionConfig, VariationConfig
from evaluators.synthetic_data.measurement import estimated_rows
from evaluators.synthetic_data.settings import EvolutionConfig
from runs.folder.checkpoint import Progress
from runs.synthesis.job import SyntheticDataJob
from runs.synthesis.measured import Measured
from search_spaces.synthetic_data.schema import Schema

_BLOCK_CROSSOVER = 0.2
"""How often a table takes a block of rows from another one before it evolves on, where islands exchange tables."""

_REHEATED = 3.0
"""The inverse temperature at which a table begins to take in what a further round has measured."""

_ALWAYS = 10**9
"""Tries of a fingerprint: the evaluator goes on evolving a table that it has seen before, so none is a duplicate."""


def island_config(job: SyntheticDataJob) -> IslandConfig:
    """Returns the shape of the search: an epoch is one table, evolved for some sweeps from the best so far."""
    return IslandConfig(
        islands=job.islands.count,
        generations_per_epoch=1,
        batch_size=1,
        tries=_ALWAYS,
        tries_elite=_ALWAYS,
        cache_size=0,
        archive_per_niche=2 if exchanges_blocks(job) else 1,
        migrants=1 if exchanges_blocks(job) else 0,
    )


def search_config(job: SyntheticDataJob, progress: Progress, num_rounds: int) -> SearchConfig:
    """Returns the settings of the search of the round under way.

    Args:
        job: resolved.
        progress: of the run.
        num_rounds: of the run.
    """
    assert job.search.seed is not None
    crossover = _BLOCK_CROSSOVER if exchanges_blocks(job) else 0.0
    # random tables are for empty islands only: what follows goes on with the best
    variation = VariationConfig(random=1e-9, mutate=1.0 - crossover, crossover=crossover, more_mutations=0.0)
    seconds = round_seconds(job, progress, num_rounds)
    left = None if seconds is None else max(1e-9, seconds - (progress.seconds - progress.stage.seconds))
    budget = BudgetConfig(left, round_candidates(job, progress, num_rounds))
    return SearchConfig(job.search.seed, island_config(job), SelectionConfig("niches"), variation, budget)


def exchanges_blocks(job: SyntheticDataJob) -> bool:
    """Says whether islands send each other tables, of which blocks of rows are crossed."""
    return job.islands.layout == "populations" and job.islands.count > 1


def island_rows(job: SyntheticDataJob, rows: int) -> int:
    """Returns the rows of an island's table.

    Args:
        job: how the evolution is spread.
        rows: of the synthetic table.
    """
    return math.ceil(rows / job.islands.count) if job.islands.layout == "row_blocks" else rows


def evolution_config(job: SyntheticDataJob, number: int) -> EvolutionConfig:
    """Returns the schedule of a round: after the first, a warm table takes in what is new in half the sweeps.

    Args:
        job: whose schedule is that of the first round.
        number: of the round, from 0.
    """
    if number == 0:
        return job.evolution
    first = min(max(_REHEATED, job.evolution.first_inverse_temperature), job.evolution.last_inverse_temperature)
    return replace(job.evolution, sweeps=max(1, job.evolution.sweeps // 2), first_inverse_temperature=first)


def candidates_to_the_end(job: SyntheticDataJob, number: int) -> int:
    """Returns the candidates of a round after which every island has made all its sweeps."""
    evolution = evolution_config(job, number)
    return job.islands.count * math.ceil(evolution.sweeps / evolution.sweeps_per_epoch)


def is_evolved(job: SyntheticDataJob, progress: Progress) -> bool:
    """Says whether the evolution of the round under way is at its end."""
    return progress.rows - progress.stage.rows >= candidates_to_the_end(job, progress.stage.number)


def round_candidates(job: SyntheticDataJob, progress: Progress, num_rounds: int) -> int:
    """Returns the candidates of the round under way: until evolution ends, or an equal part of what is left."""
    whole = candidates_to_the_end(job, progress.stage.number)
    if job.budget.candidates is None:
        return whole
    left = job.budget.candidates - progress.stage.rows
    return max(1, min(whole, math.ceil(left / (num_rounds - progress.stage.number))))


def round_seconds(job: SyntheticDataJob, progress: Progress, num_rounds: int) -> float | None:
    """Returns the time of the round under way, an equal part of what was left at its start; None for no limit."""
    if job.budget.minutes is None:
        return None
    left = 60 * job.budget.minutes - progress.stage.seconds
    return max(0.0, left / (num_rounds - progress.stage.number))


def private_rows(job: SyntheticDataJob, measured: Sequence[Measured]) -> float:
    """Returns the number of private rows: the public one, or what the noisy answers say, at least 1."""
    if job.data.rows:
        return float(job.data.rows)
    estimate = estimated_rows([found.measurement for found in measured])
    assert estimate is not None, "a workload that must count rows has a table of cells"
    return max(1.0, estimate)


def table_rows(job: SyntheticDataJob, schema: Schema, private: float) -> int:
    """Returns the number of rows of the synthetic table, as many as its unique columns allow.

    Args:
        job: the number that it names is taken as it is.
        schema: the columns.
        private: rows of the private table, public or estimated.
    """
    if job.table.rows:
        return job.table.rows
    return min([max(1, round(private)), *(column.size for column in schema.columns if column.unique)])
