from random import Random

import pytest

from primitives.float_format import FORMATS
from search_spaces.float32_functions.typed_program import validate
from search_spaces.float32_functions.variation import MUTATIONS, crossover, mutate
from tests.search_spaces.float32_functions.programs import many, written


def test_probabilities_add_up():
    assert sum(probability for _, probability in MUTATIONS.values()) == pytest.approx(1)


@pytest.mark.parametrize("fmt", FORMATS)
def test_long_walks_stay_valid(fmt):
    rng = Random(4)
    pool = many(10, fmt=fmt)
    for _ in range(300):
        one, other = rng.choice(pool), rng.choice(pool)
        child = mutate(one, rng) if rng.random() < 0.6 else crossover(one, other, rng)
        if child is not None and len(child.instructions) < 60:
            pool[rng.randrange(len(pool))] = validate(child)
    assert not set(pool) & set(many(10, fmt=fmt))


def test_a_mutant_differs():
    rng = Random(5)
    for program in many(20):
        for _ in range(5):
            assert mutate(program, rng) != program


def test_crossover_grafts_values_of_either_parent():
    first = written(lambda b, x: b("number", b("bits", b("abs", x)) + 1))
    second = written(lambda b, x: b("select", x < 2.0, b("number", b("int_xor", b("bits", x), 7)), x / 3.0))
    rng, seen = Random(6), set()
    for _ in range(300):
        child = crossover(first, second, rng)
        if child is not None:
            seen.add(frozenset(name for name, *_ in validate(child).instructions))
    assert any({"int_xor", "int_add"} <= names for names in seen)
    assert any({"div", "abs"} <= names for names in seen)
    assert any({"select", "abs"} <= names for names in seen)


def test_parents_of_two_formats_have_no_child():
    rng = Random(7)
    assert crossover(many(1)[0], many(1, fmt="float16")[0], rng) is None
