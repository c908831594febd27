import math
from random import Random

import pytest

from search_spaces.float32_functions import constant_mutations
from search_spaces.float32_functions.typed_program import validate
from tests.search_spaces.float32_functions.programs import many, written

MUTATIONS = (
    constant_mutations.perturb_constants,
    constant_mutations.nudge_constant,
    constant_mutations.toggle_constant,
    constant_mutations.round_constant,
    constant_mutations.share_constant,
    constant_mutations.split_constant,
)
PROGRAM = written(lambda b, x: b("number", b("bits", b("fma", x, b.free(0.7), 1.3)) + 5))


def children(mutation, program, count=60):
    rng = Random(2)
    return [child for _ in range(count) if (child := mutation(program, rng)) is not None]


@pytest.mark.parametrize("fmt", ["float32", "bfloat16"])
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
def test_children_are_valid_and_keep_their_operations(mutation, fmt):
    drawn = [(child, program) for program in many(30, fmt=fmt) for child in children(mutation, program, 5)]
    assert len(drawn) > 20
    for child, program in drawn:
        validate(child)
        assert [name for name, *_ in child.instructions] == [name for name, *_ in program.instructions]


def changes(mutation):
    """Returns the constants that differ from those of the program, as (index, new) of every child."""
    return [
        [(i, new) for i, (new, old) in enumerate(zip(child.constants, PROGRAM.constants, strict=True)) if new != old]
        for child in children(mutation, PROGRAM)
    ]


def test_only_fitted_constants_are_perturbed():
    moved = [change for change in changes(constant_mutations.perturb_constants) if change]
    assert moved
    assert all([i for i, _ in change] == [0] for change in moved)


def test_one_constant_of_the_structure_is_nudged():
    found = [change[0] for change in changes(constant_mutations.nudge_constant) if change]
    assert {i for i, _ in found} == {1, 2}
    assert {constant.value for i, constant in found if i == 2} == {4, 6}
    distances = {abs(constant.value / 1.3 - 1) for i, constant in found if i == 1}
    assert min(distances) < 2e-7
    assert 1e-4 < max(distances) < 0.4


def test_a_toggled_constant_keeps_its_value():
    found = [change[0] for change in changes(constant_mutations.toggle_constant)]
    assert {(i, constant.free) for i, constant in found} == {(0, False), (1, True)}
    assert all(constant.value == PROGRAM.constants[i].value for i, constant in found)


def test_a_rounded_constant_has_few_bits_and_stays():
    found = [change[0] for change in changes(constant_mutations.round_constant) if change]
    for i, constant in found:
        assert not constant.free
        assert math.isclose(constant.value, PROGRAM.constants[i].value, rel_tol=0.5)
    assert min(len(constant.value.hex().rstrip("0p+-1")) for _, constant in found) < 8


def test_large_numbers_and_infinities_are_not_fitted():
    program = written(lambda b, x: b("round_shift", x, math.inf, 12582912.0))
    assert not children(constant_mutations.toggle_constant, program)


def test_sharing_makes_two_constants_one_and_splitting_undoes_it():
    two = written(lambda b, x: (x + b.free(1.0)) * (x * x + b.free(2.0)))
    shared = children(constant_mutations.share_constant, two)
    assert {len(child.constants) for child in shared} == {1}
    split = children(constant_mutations.split_constant, shared[0])
    assert {len(child.constants) for child in split} == {2}
    assert not children(constant_mutations.split_constant, two)
