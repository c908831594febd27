from random import Random

import pytest

from primitives.float_format import FORMATS
from search_spaces.float32_functions.schemes.scheme import FUNCTIONS
from search_spaces.float32_functions.space import MAX_CONSTANTS, Float32Functions
from search_spaces.float32_functions.typed_program import encode, validate
from tests.search_spaces.float32_functions.programs import written

SPACES = [
    Float32Functions(),
    Float32Functions("tanh", max_operations=8),
    Float32Functions("cos", ("rational",), 20),
    Float32Functions("exp", format="bfloat16"),
    Float32Functions("log", ("polynomial", "rational"), format="float16"),
]

every_space = pytest.mark.parametrize("space", SPACES, ids=repr)


def assert_belongs(space, program):
    validate(program)
    assert program.format == space.format
    assert len(program.instructions) <= space.max_operations
    assert len(program.constants) <= MAX_CONSTANTS
    assert any(0 in references for _, *references in program.instructions)


@every_space
def test_whatever_is_drawn_belongs_to_the_space(space):
    rng = Random(1)
    one, other = space.random(rng), space.random(rng)
    for _ in range(40):
        assert_belongs(space, one)
        assert_belongs(space, space.canonical(one))
        one, other = rng.choice((space.mutate(one, rng), space.crossover(one, other, rng), space.random(rng))), one


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_programs(function):
    rng, space = Random(2), Float32Functions(function)
    assert len({encode(space.random(rng)) for _ in range(20)}) > 5


def test_equal_seeds_draw_equal_programs():
    space = Float32Functions()
    assert space.random(Random(4)) == space.random(Random(4))
    assert space.random(Random(4)) != space.random(Random(5))


def test_named_schemes_alone_are_drawn():
    rng, space = Random(3), Float32Functions("exp2", ("rational",))
    assert all("div" in {name for name, *_ in space.random(rng).instructions} for _ in range(20))


def test_programs_of_another_format_are_refused():
    text = encode(written(lambda b, x: b("abs", x), "float16"))
    with pytest.raises(ValueError, match="the program is of format float16; the space is of float32"):
        Float32Functions().decode(text)


def test_a_program_that_is_too_large_to_mutate_is_refused():
    large = written(lambda b, x: b("abs", sum([x * x * float(k) / x for k in range(2, 30)], x)))
    with pytest.raises(ValueError, match="operations cannot be mutated to one of at most 2; raise max_operations"):
        for seed in range(50):
            Float32Functions(schemes=("polynomial",), max_operations=2).mutate(large, Random(seed))


def test_schemes_that_are_too_large_are_named():
    with pytest.raises(ValueError, match=r"no scheme for exp2 \(rational\) draws a program of at most 1 operations"):
        Float32Functions(schemes=("rational",), max_operations=1).random(Random(1))


@pytest.mark.parametrize("fmt", FORMATS)
def test_formats_are_those_of_the_programs(fmt):
    assert Float32Functions(format=fmt).random(Random(1)).format == fmt


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": "exp10"}, "function must be one of exp2, exp, .*, not 'exp10'"),
        ({"schemes": ("taylor",)}, "scheme 'taylor' is none of those for exp2; use one of: polynomial, rational"),
        ({"max_operations": 0}, "max_operations must be at least 1, not 0"),
        ({"format": "float64"}, "format must be one of float32, bfloat16, float16, not 'float64'"),
    ],
)
def test_bad_settings_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Float32Functions(**arguments)


def test_cores_are_drawn_less_often_than_schemes_with_a_reduction():
    rng, space = Random(8), Float32Functions("log")
    names = [{name for name, *_ in space.random(rng).instructions} for _ in range(200)]
    assert 10 < sum("bits" not in drawn for drawn in names) < 80
