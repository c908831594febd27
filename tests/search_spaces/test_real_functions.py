import random

import pytest

from search_spaces.program import Program, validate
from search_spaces.real_functions import MAX_CONSTANTS, RealFunctions
from tests.search_spaces.programs import ELEMENTARY, traced

SPACES = [
    RealFunctions(),
    RealFunctions(max_operations=1),
    RealFunctions(("add", "div"), 3),
    RealFunctions(ELEMENTARY, 20),
    RealFunctions(("add", "sub", "mul"), 40),
]

every_space = pytest.mark.parametrize("space", SPACES, ids=repr)


def assert_belongs(space, program):
    validate(program)
    assert program.operations <= space.max_operations
    assert len(program.constants) <= MAX_CONSTANTS
    assert {name for name, *_ in program.instructions} <= set(space.operations)


@every_space
def test_whatever_is_drawn_belongs_to_the_space(space):
    rng = random.Random(1)
    one, other = space.random(rng), space.random(rng)
    for _ in range(1500):
        assert_belongs(space, one)
        one, other = rng.choice((space.mutate(one, rng), space.crossover(one, other, rng), space.random(rng))), one


@every_space
def test_the_canonical_form_fits_too(space):
    rng = random.Random(2)
    for _ in range(500):
        found = space.canonical(space.random(rng))
        assert found.operations <= space.max_operations
        assert len(found.constants) <= MAX_CONSTANTS
        assert space.canonical(found).instructions == found.instructions
        assert space.decode(space.encode(found)) == found
        assert space.fingerprint(found) == space.fingerprint(space.decode(space.encode(found)))


def test_random_programs_have_every_size():
    rng, space = random.Random(3), RealFunctions(max_operations=6)
    assert {space.random(rng).operations for _ in range(200)} == set(range(1, 7))


def test_equal_seeds_draw_equal_programs():
    space = RealFunctions()
    assert space.random(random.Random(4)) == space.random(random.Random(4))
    assert space.random(random.Random(4)) != space.random(random.Random(5))


def test_crossover_of_programs_that_leave_no_room_mutates():
    space, rng = RealFunctions(max_operations=1), random.Random(5)
    program = traced(lambda x, a: x + a)
    assert {space.crossover(program, program, rng).operations for _ in range(50)} == {1}


def test_dead_code_makes_room():
    space, rng = RealFunctions(max_operations=2), random.Random(6)
    long = Program((*[("mul", 0, 0)] * 10, ("add", 0, -1)), ((1.0, 0.0),))
    assert_belongs(space, space.mutate(long, rng))


def test_a_program_that_is_too_large_to_mutate_is_refused():
    large = traced(lambda x, a, b: (((x + a) * x + a) * x) * (((x + b) * x + b) * x))
    with pytest.raises(ValueError, match="9 operations cannot be mutated to one of at most 2; raise max_operations"):
        RealFunctions(max_operations=2).mutate(large, random.Random(7))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operations": ()}, "at least one primitive"),
        ({"operations": ("add", "pow")}, "operation 'pow' is not registered"),
        ({"max_operations": 0}, "max_operations must be at least 1, not 0"),
    ],
)
def test_bad_settings_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RealFunctions(**arguments)
