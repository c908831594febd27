"""What noise is told of sensitivity, against all neighbours of small tables: what reaches it of each is caught."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluators.queries import QUERIES
from evaluators.queries.query import Query
from runs.privacy import curator
from runs.privacy.curator import Curator
from runs.privacy.ledger_text import UNNAMED, Mechanism
from search_spaces.synthetic_data.schema import Schema
from tests.contracts.test_queries import workload
from tests.evaluators.queries.naive import all_codes, codes_of, random_rows, random_schema

Codes = NDArray[np.int32]
RELATIONS = ("add_remove", "replace")


class _Open:
    """Lets everything through and remembers what it was said to cost."""

    def __init__(self, neighbours: str) -> None:
        self.rho, self.mechanism = 0.0, UNNAMED
        self.text = SimpleNamespace(terms=SimpleNamespace(neighbours=neighbours))

    def release(
        self, _: str, what: str, rho: float, draw: Callable[[], NDArray[Any]], mechanism: Mechanism
    ) -> NDArray[Any]:
        assert what
        self.rho, self.mechanism = rho, mechanism
        return draw()


class _Caught:
    """Stands in for the noise: keeps what it is given, adds nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.given: NDArray[Any] = np.zeros(0)
        self.sensitivity = 0.0
        monkeypatch.setattr(curator, "add_gaussian", self.keep)
        monkeypatch.setattr(curator, "select", lambda *arguments: (0, self.keep(*arguments)[1]))

    def keep(self, given: NDArray[Any], _: float, sensitivity: float) -> tuple[NDArray[Any], float]:
        self.given, self.sensitivity = given, sensitivity
        return given, 0.0


def _neighbours(table: Codes, rows: Codes, relation: str) -> Iterator[Codes]:
    for i in range(len(table)):
        without = np.delete(table, i, axis=0)
        if relation == "add_remove":
            yield without
        else:
            yield from (np.vstack([without, row]) for row in rows)
    if relation == "add_remove":
        yield from (np.vstack([table, row]) for row in rows)


def _tables(schema: Schema) -> Iterator[Codes]:
    for rows in (0, 1, 3):
        yield codes_of(schema, random_rows(schema, rows, seed=rows))


def _schema(seed: int) -> Schema:
    return random_schema(seed, num_more=0)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("kind", sorted(QUERIES))
def test_no_neighbour_moves_answers_by_more_than_the_noise_is_told(
    kind: str, relation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught, most = _Caught(monkeypatch), 0.0
    for seed in range(3):
        schema = _schema(seed)
        queries = workload(kind, schema)
        for table in _tables(schema):
            near = list(_neighbours(table, all_codes(schema), relation))
            for query in queries:
                ledger = _Open(relation)

                def ask(codes: Codes, query: Query = query, ledger: _Open = ledger) -> NDArray[np.int64]:
                    Curator(codes, ledger, [query]).measure_at("0-0", query, 5.0)
                    return caught.given

                here = ask(table)
                moves = np.array([ask(codes) - here for codes in near]).reshape(-1, query.size)
                told = caught.sensitivity
                assert (np.sqrt((moves**2).sum(axis=1)) <= told * (1 + 1e-12)).all(), query.name
                assert ledger.rho >= told**2 / (2 * 5.0**2)
                units = ledger.mechanism.unit_changes
                if units is not None:
                    assert (np.abs(moves) <= 1).all()
                    assert ((moves != 0).sum(axis=1) <= units).all()
                    assert told == pytest.approx(units**0.5)
                most = max(most, float(np.sqrt((moves**2).sum(axis=1)).max(initial=0) / told))
    # a bound that nothing comes near would prove nothing of the search for violations
    assert most > 0.6


@pytest.mark.parametrize("kinds", [("marginals",), ("ranges",), ("marginals", "ranges")])
@pytest.mark.parametrize("relation", RELATIONS)
def test_no_neighbour_moves_a_score_by_more_than_a_selection_is_told(
    relation: str, kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    caught, most = _Caught(monkeypatch), 0.0
    for seed in range(3):
        schema = _schema(seed)
        queries = tuple(query for kind in kinds for query in workload(kind, schema))
        rng = np.random.default_rng(seed)
        low = all_codes(schema)[:1]
        # a row of the highest values in place of the lowest row leads away from what is known in each cell it touches
        known = [18 * query.answers(low) - 9 for query in queries]
        penalties = rng.integers(0, 9, len(queries))

        def scores(
            codes: Codes,
            queries: tuple[Query, ...] = queries,
            known: list[NDArray[np.int64]] = known,
            penalties: NDArray[np.int64] = penalties,
        ) -> NDArray[np.int64]:
            asked = Curator(codes, _Open(relation), queries)
            asked.select("0-0", queries, known, penalties, 0.1)
            return caught.given

        for rows in _tables(schema):
            table = np.vstack([low, rows])
            near = _neighbours(table, all_codes(schema), relation)
            moves = [int(np.abs(scores(codes) - scores(table)).max()) for codes in near]
            assert max(moves, default=0) <= caught.sensitivity
            most = max(most, max(moves, default=0) / (caught.sensitivity or 1.0))
    assert most == 1
