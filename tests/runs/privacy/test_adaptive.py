import itertools
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluators.queries import build_queries
from evaluators.queries.query import answer_all
from evaluators.synthetic_data.measurement import Measurement
from runs.privacy.adaptive import ANNEALING, AdaptiveConfig, Round, first_round, next_round, round_rho
from runs.privacy.budget import Budget, zcdp_budget
from runs.privacy.curator import Curator
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import EXPONENTIAL
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema
from tests.runs.privacy.courses import RELATIONS, SCHEMA, TABLE, forbid_draws, opened, queries, spent

BUDGET = zcdp_budget(2.0, 1e-6)
ONE_WAYS = queries("marginals:1")
CANDIDATES = queries("marginals:2", "ranges")
ASKED = (*ONE_WAYS, *CANDIDATES)
assert any(len(query.forms) > 1 for query in CANDIDATES), "some must be of several tables"
Answers = list[NDArray[np.int64]]


def _course(
    ledger: Ledger, config: AdaptiveConfig, budget: Budget = BUDGET, private: NDArray[np.int32] = TABLE
) -> Iterator[tuple[Measurement, ...]]:
    """A whole course; the table of each round is made of what was measured before, by no evolution at all."""
    asked = Curator(private, ledger, ASKED)
    left = (1 - config.start_share) * budget.rho
    found = [first_round(asked, ONE_WAYS, config.start_share * budget.rho)]
    yield found[0]
    last: Round | None = None
    for number in itertools.count(1):
        rho = round_rho(left if left > 1e-9 * budget.rho else 0.0, last, number, config)
        if not rho:
            return
        last = next_round(asked, number, CANDIDATES, answer_all(CANDIDATES, _table(found)), rho, config)
        left -= last.rho * len(last.measurements)
        found.append(last.measurements)
        yield found[-1]


def _table(found: list[tuple[Measurement, ...]]) -> NDArray[np.int32]:
    seed = [abs(int(measurement.answers.sum())) for part in found for measurement in part]
    rng = np.random.default_rng(seed)
    return np.stack([rng.integers(0, size, len(TABLE)) for size in SCHEMA.sizes], axis=1).astype(np.int32)


def _plain(course: Iterator[tuple[Measurement, ...]]) -> list[list[Any]]:
    return [[(one.query.name, one.sigma, one.answers.tolist()) for one in part] for part in course]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("relation", RELATIONS)
def test_a_whole_course_is_charged_what_opendp_certifies_and_spends_the_budget(
    tmp_path: Path, relation: str, seed: int
) -> None:
    rng = Random(seed)
    config = AdaptiveConfig(
        rng.randint(1, 6), rng.randint(1, 4), rng.choice([0.05, 0.3, 0.9]), rng.choice([0.1, 0.5, 0.01])
    )
    with opened(tmp_path, BUDGET, relation) as ledger:
        parts = list(_course(ledger, config))
        releases = ledger.text.releases
        assert math.fsum(release.rho for release in releases) <= BUDGET.rho * (1 + 1e-12)
        assert spent(ledger.text, ASKED) == pytest.approx(BUDGET.rho, rel=1e-9)
        assert ledger.text.left == 0
        first = math.fsum(release.rho for release in releases if release.id.startswith("0-"))
        assert first == pytest.approx(config.start_share * BUDGET.rho, rel=1e-9)
        chosen = math.fsum(release.rho for release in releases if release.mechanism.name == EXPONENTIAL)
        assert chosen == pytest.approx(config.selection_share * (BUDGET.rho - first), rel=1e-9)
    assert 2 <= len(parts) <= 1 + config.rounds
    assert [len(part) for part in parts] == [len(ONE_WAYS)] + [config.queries_per_round] * (len(parts) - 1)
    for part in parts:
        assert len({found.query.name for found in part}) == len(part), "no query twice in a round"


def test_the_same_ledger_gives_the_same_course_without_a_draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = AdaptiveConfig(rounds=4, queries_per_round=2)
    with opened(tmp_path, BUDGET, "add_remove") as ledger:
        whole = _plain(_course(ledger, config))
    before = (tmp_path / "ledger.jsonl").read_bytes()
    forbid_draws(monkeypatch)
    with opened(tmp_path, BUDGET, "add_remove") as ledger:
        assert _plain(_course(ledger, config, private=np.zeros((0, 0), np.int32))) == whole
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


@pytest.mark.parametrize("held", [1, 4, 5, 6, 9, 11])
def test_a_course_that_was_cut_goes_on_with_what_it_has(tmp_path: Path, held: int) -> None:
    """Cut after any release: within the first round, after a selection, after a measurement, after a round."""
    config = AdaptiveConfig(rounds=3, queries_per_round=2)
    with opened(tmp_path / "whole", BUDGET, "add_remove") as ledger:
        whole = _plain(_course(ledger, config))
        ids = [release.id for release in ledger.text.releases]
    (tmp_path / "cut" / "answers").mkdir(parents=True)
    lines = (tmp_path / "whole" / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut" / "ledger.jsonl").write_bytes(b"".join(lines[: held + 1]))
    for name in ids[:held]:
        shutil.copy(tmp_path / "whole" / "answers" / f"{name}.npz", tmp_path / "cut" / "answers")
    with opened(tmp_path / "cut", BUDGET, "add_remove") as ledger:
        again = _plain(_course(ledger, config))
        assert math.fsum(release.rho for release in ledger.text.releases) <= BUDGET.rho * (1 + 1e-12)
    kept = [name for name in ids[:held] if not name.endswith("selection")]
    firsts = [itertools.chain.from_iterable(course) for course in (whole, again)]
    assert list(itertools.islice(firsts[0], len(kept))) == list(itertools.islice(firsts[1], len(kept)))
    if held < len(ids):
        assert again != whole


def test_the_first_round_gives_each_query_the_same_part(tmp_path: Path) -> None:
    with opened(tmp_path, BUDGET, "replace") as ledger:
        found = first_round(Curator(TABLE, ledger, ASKED), ONE_WAYS, 0.02)
        assert [release.rho for release in ledger.text.releases] == [pytest.approx(0.02 / len(ONE_WAYS), rel=1e-12)] * 4
        assert math.fsum(release.rho for release in ledger.text.releases) <= 0.02 * (1 + 1e-15)
    assert [one.query for one in found] == list(ONE_WAYS)


LARGE = Schema((Column("x", "integer", lower=0, upper=39), Column("y", "integer", lower=0, upper=39)))
"""With so many cells, what noise adds up to is known to a few in a hundred."""


def _round_on(tmp_path: Path, shift: int, rho: float = 0.005) -> Round:
    """One round when the table is the private one, some of its rows changed."""
    (query,) = build_queries([{"kind": "marginals"}], LARGE)
    private = np.random.default_rng(3).integers(0, 40, (4000, 2)).astype(np.int32)
    table = private.copy()
    table[:shift, 0] = 0
    with opened(tmp_path, BUDGET, "add_remove") as ledger:
        asked = Curator(private, ledger, [query])
        return next_round(asked, 1, [query], [query.answers(table)], rho, AdaptiveConfig(queries_per_round=1))


def test_what_is_only_noise_is_no_news_and_makes_the_next_round_dearer(tmp_path: Path) -> None:
    config = AdaptiveConfig(rounds=8, queries_per_round=1)
    known = _round_on(tmp_path / "known", shift=0)
    assert not known.is_news
    # what was measured is as exact as was paid for, and the next one has half the noise
    (found,) = known.measurements
    assert found.sigma == pytest.approx(math.sqrt(1 / (2 * 0.9 * 0.005)), rel=1e-9)
    assert round_rho(0.1, known, 2, config) == pytest.approx(ANNEALING * 0.005)
    news = _round_on(tmp_path / "news", shift=3000, rho=0.02)
    assert news.is_news
    assert round_rho(0.1, news, 2, config) == pytest.approx(0.1 / 7)


def test_the_rule_of_annealing() -> None:
    config = AdaptiveConfig(rounds=4, queries_per_round=2)
    news, noise = (Round((), 0.01, is_news) for is_news in (True, False))
    assert round_rho(0.8, None, 1, config) == pytest.approx(0.8 / 4 / 2)
    assert round_rho(0.6, news, 2, config) == pytest.approx(0.6 / 3 / 2)
    # never less than an even part
    assert round_rho(0.6, noise, 2, config) == pytest.approx(0.6 / 3 / 2)
    assert round_rho(0.6, Round((), 0.03, False), 2, config) == pytest.approx(0.12)
    # what would be left is less than another such round
    assert round_rho(0.6, Round((), 0.04, False), 2, config) == pytest.approx(0.3)
    # the last round spends all that is left
    assert round_rho(0.6, news, 4, config) == pytest.approx(0.3)
    assert round_rho(0.6, noise, 4, config) == pytest.approx(0.3)
    assert round_rho(0.6, news, 5, config) == 0
    assert round_rho(0.0, noise, 2, config) == 0


def test_noise_alone_ends_a_course_early_with_the_whole_budget_spent() -> None:
    """By the rule alone: each round costs four times the one before, until all is spent."""
    config, left, costs = AdaptiveConfig(rounds=20, queries_per_round=1), 1.0, []
    last = None
    for number in itertools.count(1):
        rho = round_rho(left, last, number, config)
        if not rho:
            break
        costs.append(rho)
        left, last = left - rho, Round((), rho, False)
    assert costs == pytest.approx([0.05, 0.2, 0.75])
    assert math.fsum(costs) == pytest.approx(1.0)


def test_what_the_table_has_worst_is_selected_and_measured(tmp_path: Path) -> None:
    generous = zcdp_budget(1000.0, 1e-6)
    table = TABLE.copy()
    table[:, 0] = (table[:, 0] + 1) % 4
    touched = {query.name for query in CANDIDATES if 0 in query.columns}
    with opened(tmp_path, generous, "add_remove") as ledger:
        asked = Curator(TABLE, ledger, CANDIDATES)
        config = AdaptiveConfig(queries_per_round=len(touched), selection_share=0.5)
        found = next_round(asked, 1, CANDIDATES, answer_all(CANDIDATES, table), 10.0, config)
    assert {one.query.name for one in found.measurements} == touched
    assert found.is_news and found.rho == 10.0


def test_of_equally_wrong_queries_the_one_that_noise_blurs_less_is_selected(tmp_path: Path) -> None:
    (coarse,), (fine,) = queries("marginals:1")[:1], queries("marginals:4")
    table = TABLE.copy()
    table[:10, 0] = (table[:10, 0] + 2) % 4
    distances = [np.abs(query.answers(TABLE) - query.answers(table)).sum() for query in (fine, coarse)]
    assert distances[0] >= distances[1] > 0
    config = AdaptiveConfig(queries_per_round=1, selection_share=0.99)
    with opened(tmp_path, zcdp_budget(1000.0, 1e-6), "add_remove") as ledger:
        asked = Curator(TABLE, ledger, (fine, coarse))
        answers = answer_all((fine, coarse), table)
        found = [next_round(asked, number, (fine, coarse), answers, 1.0, config) for number in range(1, 13)]
    assert {one.query.name for part in found for one in part.measurements} == {coarse.name}


def test_no_more_is_selected_than_there_is(tmp_path: Path) -> None:
    zeros: Answers = [np.zeros(query.size, np.int64) for query in CANDIDATES[:2]]
    with opened(tmp_path, BUDGET, "add_remove") as ledger:
        asked = Curator(TABLE, ledger, CANDIDATES)
        found = next_round(asked, 1, CANDIDATES[:2], zeros, 0.001, AdaptiveConfig(queries_per_round=5))
    assert {one.query.name for one in found.measurements} == {query.name for query in CANDIDATES[:2]}


@pytest.mark.parametrize("name", ["rounds", "queries_per_round"])
def test_counts_below_one_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be at least 1, not 0"):
        AdaptiveConfig(**{name: 0})


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, math.nan])
@pytest.mark.parametrize("name", ["start_share", "selection_share"])
def test_shares_that_are_none_are_refused(name: str, share: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be above 0 and below 1, not {share}"):
        AdaptiveConfig(**{name: share})  # type: ignore[arg-type]
