from random import Random

import pytest

from primitives.machine import MACHINE
from search_spaces.float32_functions import structure_mutations
from search_spaces.float32_functions.typed_program import validate
from tests.search_spaces.float32_functions.programs import many, written

MUTATIONS = (
    structure_mutations.insert,
    structure_mutations.remove,
    structure_mutations.rewire,
    structure_mutations.change_operation,
    structure_mutations.replace_subexpression,
    structure_mutations.drop_branch,
)


def children(mutation, program, count=80):
    rng = Random(1)
    return [child for _ in range(count) if (child := mutation(program, rng)) is not None]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
def test_children_are_valid(mutation):
    drawn = [child for program in many(30) for child in children(mutation, program, 6)]
    assert len(drawn) > 10
    assert all(validate(child) is child for child in drawn)


def names(program):
    return sorted(name for name, *_ in program.instructions)


LINE = written(lambda b, x: b("fma", x, 2.0, b("abs", x)))
CLAMPED = written(lambda b, x: b("max", b("min", x, 3.0) * 2.0, 1.0))


def test_insertion_adds_an_operation_of_any_kind():
    inserted = {name for child in children(structure_mutations.insert, LINE, 1500) for name in names(child)}
    assert {name for name, row in MACHINE.items() if row.result == "float" and "float" in row.operands} <= inserted
    assert all(set(names(LINE)) <= set(names(child)) for child in children(structure_mutations.insert, LINE))


def test_removal_takes_one_operation_out():
    assert {tuple(names(child)) for child in children(structure_mutations.remove, LINE)} >= {("abs",), ("fma",)}


def test_rewiring_keeps_the_operations_that_stay_live():
    found = children(structure_mutations.rewire, LINE)
    assert any(names(child) == names(LINE) and child.instructions != LINE.instructions for child in found)
    assert any(names(child) == ["fma"] for child in found)


def test_a_changed_operation_has_the_same_result():
    found = children(structure_mutations.change_operation, LINE, 600)
    assert {child.instructions[-1][0] for child in found} > {"fma", "add", "mul", "select", "insert_exponent"}


def test_a_dropped_branch_leaves_the_other():
    found = {tuple(names(child)) for child in children(structure_mutations.drop_branch, CLAMPED)}
    assert found == {("mul",), ("min", "mul"), ("max", "mul")}
    assert not children(structure_mutations.drop_branch, LINE)


def test_subexpressions_give_way_to_small_ones():
    sizes = {len(child.instructions) for child in children(structure_mutations.replace_subexpression, CLAMPED, 300)}
    assert {1, 2, 3, 4} <= sizes
