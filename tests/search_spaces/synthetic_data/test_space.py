import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare

from search_spaces.synthetic_data import table
from search_spaces.synthetic_data.row_rules import check_codes
from search_spaces.synthetic_data.space import SyntheticData
from search_spaces.synthetic_data.table import Table

TINY = {
    "columns": {
        "id": {"kind": "integer", "lower": 1, "upper": 6, "unique": True},
        "a": {"kind": "integer", "lower": 0, "upper": 2},
        "b": {"kind": "integer", "lower": 0, "upper": 2},
        "c": {"kind": "boolean", "missing": True},
    },
    "constraints": [{"kind": "order", "columns": ["a", "b"]}],
}


def rows(genome: Table) -> Counter[tuple[int, ...]]:
    return Counter(map(tuple, genome.codes.tolist()))


@pytest.mark.parametrize("space", [SyntheticData(), SyntheticData(TINY, 6), SyntheticData(TINY, 1)], ids=str)
def test_variation_always_honours_constraints_and_ids(space: SyntheticData) -> None:
    rng = Random(0)
    genomes = [space.random(rng) for _ in range(4)]
    ids = [sorted(genome.codes[:, 0]) for genome in genomes]
    for _ in range(600):
        place = rng.randrange(4)
        if rng.random() < 0.5:
            genomes[place] = space.mutate(genomes[place], rng)
        else:
            genomes[place] = space.crossover(genomes[place], genomes[rng.randrange(4)], rng)
        check_codes(space.table_schema, genomes[place].codes)
        # evolution only permutes ids
        assert sorted(genomes[place].codes[:, 0]) == ids[place]


def test_a_mutation_changes_one_cell_or_swaps_two_ids() -> None:
    space = SyntheticData(TINY, 6)
    rng = Random(1)
    genome = space.random(rng)
    kinds = Counter()
    for _ in range(300):
        mutant = space.mutate(genome, rng)
        changed = np.argwhere(mutant.codes != genome.codes)
        columns = {int(column) for _, column in changed}
        assert len(columns) == 1
        assert len(changed) == (2 if columns == {0} else 1)
        kinds[columns.pop()] += 1
        assert mutant.sweeps == genome.sweeps
    assert set(kinds) == {0, 1, 2, 3}


def test_a_cell_is_redrawn_uniformly_among_the_other_allowed_values() -> None:
    space = SyntheticData(TINY, 1)
    genome = Table(np.array([[0, 1, 1, 2]], dtype=np.int32), sweeps=5)
    rng = Random(2)
    drawn = Counter(tuple(space.mutate(genome, rng).codes[0]) for _ in range(3000))
    # a <= b leaves one value for each of them, and c has two others; a lone id has no partner
    assert drawn.keys() == {(0, 0, 1, 2), (0, 1, 2, 2), (0, 1, 1, 0), (0, 1, 1, 1)}
    columns = [drawn[0, 0, 1, 2], drawn[0, 1, 2, 2], drawn[0, 1, 1, 0] + drawn[0, 1, 1, 1]]
    assert chisquare(columns).pvalue > 1e-4
    assert chisquare([drawn[0, 1, 1, 0], drawn[0, 1, 1, 1]]).pvalue > 1e-4


def test_where_nothing_can_change_the_table_comes_back() -> None:
    space = SyntheticData({"columns": {"x": {"kind": "categorical", "categories": ["only"]}}}, rows=3)
    genome = space.random(Random(3))
    assert space.mutate(genome, Random(4)) == genome


def test_crossover_copies_a_run_of_rows_and_keeps_ids() -> None:
    space = SyntheticData({"columns": {"id": {"kind": "integer", "lower": 0, "upper": 99, "unique": True},
                                       "x": {"kind": "integer", "lower": 0, "upper": 1}}}, rows=50)  # fmt: skip
    ids = np.arange(50, dtype=np.int32)
    first = Table(np.stack([ids, np.zeros(50, dtype=np.int32)], axis=1), sweeps=2)
    second = Table(np.stack([ids + 50, np.ones(50, dtype=np.int32)], axis=1), sweeps=7)
    rng = Random(5)
    lengths = set()
    for _ in range(400):
        child = space.crossover(first, second, rng)
        assert np.array_equal(child.codes[:, 0], ids)
        (taken,) = np.nonzero(child.codes[:, 1])
        assert np.array_equal(taken, np.arange(taken[0], taken[-1] + 1))
        assert child.sweeps == 2
        lengths.add(len(taken))
    assert {1, 50} <= lengths
    assert len(lengths) > 15


def test_random_tables_are_uniform_given_the_constraints() -> None:
    space = SyntheticData(TINY, 6)
    rng = Random(6)
    drawn = np.concatenate([space.random(rng).codes for _ in range(500)])
    counts = Counter(map(tuple, drawn[:, 1:]))
    assert len(counts) == 6 * 3
    assert chisquare(list(counts.values())).pvalue > 1e-4


def save(path: Path, **arrays: Any) -> str:
    np.savez(path, **arrays)
    return str(path)


def test_random_starts_from_a_given_table(tmp_path: Path) -> None:
    rng = Random(7)
    given = SyntheticData(TINY, 4).random(rng)
    path = save(tmp_path / "start.npz", codes=given.codes.astype(np.int64))
    assert SyntheticData(TINY, 4, path).random(rng) == given
    fewer = SyntheticData(TINY, 3, path).random(rng)
    more = SyntheticData(TINY, 6, path).random(rng)
    plain = Counter(map(tuple, given.codes[:, 1:].tolist()))
    assert Counter(map(tuple, fewer.codes[:, 1:].tolist())) <= plain
    assert Counter(map(tuple, more.codes[:, 1:].tolist())) >= plain
    for genome in (fewer, more):
        check_codes(SyntheticData(TINY, 6).table_schema, genome.codes)


def test_a_start_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    good = SyntheticData(TINY, 4).random(Random(8)).codes
    high = good.copy()
    high[0, 3] = 9
    text = tmp_path / "text.npz"
    text.write_text("no archive")
    single = tmp_path / "single.npy"
    np.save(single, good)
    cases = {
        "is no .npz file with an array 'codes'": [
            str(tmp_path / "none.npz"), str(text), str(single), str(tmp_path), save(tmp_path / "other.npz", rows=good),
            save(tmp_path / "pickled.npz", codes=np.array([None])),
        ],
        "codes must be whole numbers in one row or more": [
            save(tmp_path / "float.npz", codes=good / 2), save(tmp_path / "empty.npz", codes=good[:0]),
        ],
        "codes must have 4 columns": [save(tmp_path / "narrow.npz", codes=good[:, :3])],
        "column 'c': code 9 of row 0 is not below 3": [save(tmp_path / "high.npz", codes=high)],
    }  # fmt: skip
    for message, paths in cases.items():
        for path in paths:
            with pytest.raises(ValueError, match=message) as caught:
                SyntheticData(TINY, 4, path)
            assert str(caught.value).startswith("start = ")
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rows": 0}, "rows must be at least 1, not 0"),
        ({"schema": TINY, "rows": 7}, "column 'id' is unique with 6 values, too few for 7 rows; widen its range"),
        ({"schema": {"columns": {"a": {"kind": "x"}}}}, "schema: column 'a': kind 'x' is unknown"),
    ],
)
def test_a_space_that_can_not_be_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SyntheticData(**arguments)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([[0, 0, 0, 0]], "the table has 1 rows, not 2"),
        ([[0, 0, 0], [1, 0, 0]], "codes must have 4 columns"),
        ([[0, 0, 0, 3], [1, 0, 0, 0]], "code 3 of row 0 is not below 3"),
        ([[1, 0, 0, 0], [1, 0, 0, 0]], "is unique, yet a value occurs twice"),
        ([[0, 0, 0, 0], [1, 2, 1, 0]], "row 1: a = 2 and b = 1 break a constraint"),
    ],
)
def test_tables_of_another_schema_are_not_read(codes: list[list[int]], message: str) -> None:
    text = table.encode(Table(np.array(codes, dtype=np.int32)))
    with pytest.raises(ValueError, match=message):
        SyntheticData(TINY, 2).decode(text)


def test_the_text_of_a_table_is_plain_json() -> None:
    space = SyntheticData()
    data = json.loads(space.encode(space.random(Random(9))))
    assert (data["rows"], data["columns"], data["sweeps"]) == (100, 7, 0)


def test_rows_in_another_order_are_the_same_candidate() -> None:
    space = SyntheticData()
    genome = space.random(Random(10))
    assert space.fingerprint(Table(genome.codes[::-1], 3)) == space.fingerprint(genome)
    assert space.fingerprint(space.mutate(genome, Random(11))) != space.fingerprint(genome)
