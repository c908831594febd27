import itertools
import random

import numpy as np
import pytest

from search_spaces import variation
from search_spaces.canonical import canonical, fingerprint, without_dead_code
from search_spaces.program import validate
from search_spaces.real_functions import RealFunctions
from tests.search_spaces.programs import ARITHMETIC, ELEMENTARY, all_programs, random_programs, traced, value

DRAWS = 3000
every_mutation = pytest.mark.parametrize("name", variation.MUTATIONS)
every_table = pytest.mark.parametrize("operations", [ARITHMETIC, ELEMENTARY, ("sqrt",)], ids=["4", "8", "1"])


def mutations(name, operations, seed=0):
    """Yields programs and what one mutation makes of them, where it applies."""
    rng = random.Random(seed)
    for program in random_programs(seed, DRAWS, operations):
        mutated = variation.MUTATIONS[name][0](program, operations, rng)
        if mutated is not None:
            yield program, mutated


@every_table
@pytest.mark.parametrize("length", [1, 2, 30])
def test_random_programs_are_valid_and_have_the_length_asked_for(operations, length):
    rng = random.Random(1)
    for _ in range(300):
        program = validate(variation.random_program(operations, length, rng))
        assert len(program.instructions) == length
        assert {name for name, *_ in program.instructions} <= set(operations)


@every_table
@every_mutation
def test_every_mutation_returns_valid_programs(name, operations):
    for _, mutated in mutations(name, operations):
        validate(mutated)
        assert {name for name, *_ in mutated.instructions} <= set(operations)


@every_mutation
def test_every_mutation_applies_most_of_the_time_and_changes_something(name):
    changed = [program != mutated for program, mutated in mutations(name, ARITHMETIC)]
    assert len(changed) > DRAWS / 2
    assert sum(changed) > len(changed) / 2


def test_insert_adds_one_instruction_and_keeps_the_others_in_order():
    for program, mutated in mutations("insert", ARITHMETIC):
        assert len(mutated.instructions) == len(program.instructions) + 1
        names = [name for name, *_ in mutated.instructions]
        old = [name for name, *_ in program.instructions]
        assert any(names[:i] + names[i + 1 :] == old for i in range(len(names)))
        assert mutated.constants[: len(program.constants)] == program.constants


def test_insert_often_starts_near_the_parent():
    program, rng = traced(lambda x, a: (x + a) * x), random.Random(2)
    children = [variation.insert(program, ARITHMETIC, rng) for _ in range(1000)]
    parent = float(value(program, 0.7).mid())
    changes = [abs(float(value(child, 0.7).mid()) / parent - 1) for child in children]
    assert 0.05 < np.mean(np.less(changes, 0.02)) < 0.9


def test_remove_shortens_by_one_or_cuts_behind_the_output():
    for program, mutated in mutations("remove", ARITHMETIC):
        lost = len(program.instructions) - len(mutated.instructions)
        assert lost == 1 or mutated.instructions == program.instructions[: len(mutated.instructions)]


def test_resource_changes_one_operand_at_most():
    for program, mutated in mutations("resource", ARITHMETIC):
        pairs = zip(program.instructions, mutated.instructions, strict=True)
        assert sum(a != b for old, new in pairs for a, b in zip(old, new, strict=True)) <= 1


def test_change_operation_leaves_all_other_instructions():
    for program, mutated in mutations("change_operation", ELEMENTARY):
        pairs = zip(program.instructions, mutated.instructions, strict=True)
        assert sum(old != new for old, new in pairs) <= 1


@pytest.mark.parametrize("name", ["perturb_constants", "redraw_constants"])
def test_constants_change_and_the_structure_does_not(name):
    for program, mutated in mutations(name, ARITHMETIC):
        assert mutated.instructions == program.instructions
        assert all(old != new for old, new in zip(program.constants, mutated.constants, strict=True))


def test_perturbed_constants_keep_their_magnitude():
    pairs = [
        (old, new)
        for program, mutated in mutations("perturb_constants", ARITHMETIC)
        for (old, _), (new, _) in zip(program.constants, mutated.constants, strict=True)
    ]
    assert 0.9 < np.median([new / old for old, new in pairs]) < 1.1


def test_random_constants_span_three_decades_of_either_sign():
    rng = random.Random(3)
    values = np.array([variation.random_constant(rng)[0] for _ in range(4000)])
    assert 0.45 < np.mean(values > 0) < 0.55
    low, high = np.quantile(np.abs(values), [0.1, 0.9])
    assert 0.05 < low < 0.5
    assert 5 < high < 50


@every_table
def test_crossover_grafts_a_subgraph_of_the_donor(operations):
    rng = random.Random(4)
    for recipient, donor in itertools.pairwise(random_programs(5, DRAWS, operations)):
        child = validate(variation.crossover(recipient, donor, rng))
        length = len(child.instructions) - len(recipient.instructions)
        assert 1 <= length <= len(donor.instructions)
        names = [name for name, *_ in child.instructions]
        graft = [name for name, *_ in donor.instructions[:length]]
        assert any(names[i : i + length] == graft for i in range(len(recipient.instructions) + 1))
        assert child.constants == (*recipient.constants, *donor.constants)


def test_crossover_composes_and_combines():
    recipient, donor = traced(lambda x, a: x * x + a), traced(lambda x, a: a / x)
    rng, found = random.Random(6), set()
    for _ in range(300):
        found.add(fingerprint(canonical(variation.crossover(recipient, donor, rng))))
    composed = [
        traced(lambda x, a, b: b / (x * x + a)),
        traced(lambda x, a, b: (b / x) * x + a),
        traced(lambda x, a, b: b / (x * x) + a),
    ]
    assert {fingerprint(canonical(program)) for program in composed} <= found


def test_equal_seeds_draw_equal_programs():
    def walk(seed):
        rng, program = random.Random(seed), traced(lambda x: x + x)
        for _ in range(20):
            program = variation.mutate(program, ARITHMETIC, rng)
        return variation.crossover(program, variation.random_program(ARITHMETIC, 5, rng), rng)

    assert walk(7) == walk(7)
    assert walk(7) != walk(8)


class Structures:
    """The fingerprints of programs, remembered by their live instructions."""

    def __init__(self):
        self._known = {}

    def __call__(self, program):
        live = without_dead_code(program)
        if live.instructions not in self._known:
            self._known[live.instructions] = fingerprint(canonical(live))
        return self._known[live.instructions]


@pytest.fixture(scope="module")
def structures():
    return Structures()


@pytest.fixture(scope="module")
def whole_space():
    """Every structure of at most three operations that has a value somewhere."""
    programs = itertools.chain.from_iterable(map(all_programs, (1, 2, 3)))
    representatives = {fingerprint(found): found for found in map(canonical, programs)}
    return {number for number, program in representatives.items() if value(program, 0.37).is_finite()}


STARTS = [traced(lambda x: x + x), traced(lambda x, a, b: (a + x) / (b - x))]


@pytest.mark.parametrize("start", [STARTS[0], pytest.param(STARTS[1], marks=pytest.mark.slow)])
def test_mutations_reach_every_structure_from_any_start(start, structures, whole_space):
    space, rng, left, program = RealFunctions(max_operations=3), random.Random(9), set(whole_space), start
    for _ in range(600_000):
        program = space.mutate(program, rng)
        left.discard(structures(program))
        if not left:
            break
    assert not left


def test_random_programs_alone_reach_every_structure(structures, whole_space):
    rng, left = random.Random(10), set(whole_space)
    for _ in range(1_000_000):
        left.discard(structures(variation.random_program(ARITHMETIC, 3, rng)))
        if not left:
            break
    assert not left
