import numpy as np

from evaluators.synthetic_data.alphabet import Alphabet, alphabet
from evaluators.synthetic_data.dense_layout import DenseLayout, dense_layout
from tests.evaluators.synthetic_data.problems import FLAG, KIND, SCORE, SIZE, UNASKED, contributions, queries, schema_of

FORMS = [form for query in queries(("half_spaces", "products")) for form in query.forms]


def _alphabets() -> list[Alphabet]:
    """Returns alphabets in which letters are the codes in another order, and some code of a letter of two."""
    alphabets = [alphabet(size, [np.arange(size)[::-1].copy()]) for size in schema_of().sizes]
    alphabets[UNASKED] = alphabet(7, [])
    return alphabets


def _layout() -> DenseLayout:
    goals = [np.arange(form.size, dtype=np.int64) for form in FORMS]
    return dense_layout(FORMS, goals, [0.5, 2.0], _alphabets())


def test_rows_contribute_what_the_queries_say() -> None:
    layout, alphabets = _layout(), _alphabets()
    rng = np.random.default_rng(0)
    for row in np.stack([rng.integers(0, size, 200) for size in schema_of().sizes], axis=1):
        letters = [a.letter_of[code] for a, code in zip(alphabets, row, strict=True)]
        sums, products = np.zeros(layout.size, int), np.ones(layout.size, int)
        for letter, additions, factors in zip(letters, layout.additions, layout.factors, strict=True):
            sums += 0 if additions is None else additions[letter]
            products *= 1 if factors is None else factors[letter]
        expected = [value for form in FORMS for value in contributions(form, row.tolist())]
        assert np.where(sums <= layout.thresholds, products, 0).tolist() == expected


def test_columns_without_influence_take_no_room() -> None:
    layout = _layout()
    touched = [c for c in range(6) if layout.touches(c)]
    assert touched == [KIND, SIZE, FLAG, SCORE]
    assert layout.additions[KIND] is None
    assert layout.factors[SCORE] is None


def test_goals_and_weights_lie_side_by_side() -> None:
    layout = _layout()
    assert layout.size == 14
    assert layout.goals.tolist() == [*range(8), *range(6)]
    assert layout.weights.tolist() == [0.5] * 8 + [2.0] * 6


def test_no_queries_make_an_empty_layout() -> None:
    layout = dense_layout([], [], [], _alphabets())
    assert layout.size == 0
    assert not any(layout.touches(c) for c in range(6))
