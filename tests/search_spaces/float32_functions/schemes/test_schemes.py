"""One contract for every scheme; a new row is tested the moment it exists."""

from random import Random

import pytest

from primitives.float_format import FORMATS
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.operands import shifts_are_constant
from search_spaces.float32_functions.schemes import SCHEMES, schemes_for
from search_spaces.float32_functions.schemes.scheme import FUNCTIONS
from search_spaces.float32_functions.space import MAX_CONSTANTS, Float32Functions
from search_spaces.float32_functions.typed_program import validate

every_scheme = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda row: f"{row.name}-{row.functions[0]}")


@every_scheme
@pytest.mark.parametrize("fmt", FORMATS)
def test_it_draws_valid_programs_of_x_small_enough_for_the_space(scheme, fmt):
    rng = Random(1)
    sizes = []
    for _ in range(10):
        builder = Builder(FORMATS[fmt])
        program = validate(builder.program(scheme.draw(builder, rng)))
        assert program.format == fmt
        assert any(0 in references for _, *references in program.instructions)
        assert len(program.constants) <= MAX_CONSTANTS
        assert shifts_are_constant(program)
        sizes.append(len(program.instructions))
    assert min(sizes) <= Float32Functions().max_operations


@every_scheme
def test_its_choices_come_from_the_generator(scheme):
    def drawn(seed):
        builder = Builder()
        return builder.program(scheme.draw(builder, Random(seed)))

    assert drawn(1) == drawn(1)
    assert len({drawn(seed) for seed in range(20)}) > 1


@every_scheme
def test_it_says_what_it_suits(scheme):
    assert scheme.functions
    assert set(scheme.functions) <= set(FUNCTIONS)
    assert scheme.title


@pytest.mark.parametrize("function", FUNCTIONS)
def test_names_are_unique_among_those_of_a_function(function):
    names = [row.name for row in SCHEMES if function in row.functions]
    assert len(names) == len(set(names))
    assert {"polynomial", "rational"} <= set(names)
    assert [row.name for row in schemes_for(function)] == names
