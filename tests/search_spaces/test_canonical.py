import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_spaces.canonical import canonical, fingerprint, without_dead_code
from search_spaces.program import Program, validate
from tests.search_spaces.programs import (
    ARITHMETIC,
    ELEMENTARY,
    all_programs,
    generic_constant,
    live_operations,
    random_programs,
    shuffled,
    traced,
    value,
)

POINTS = (0.37, 1.21)


def structure(program):
    return fingerprint(canonical(program))


def assert_same_values(program, other, tolerance=1e-25):
    for x in POINTS:
        truth, found = value(program, x), value(other, x)
        # Elementary functions in a row lose digits without bound; what still has digits must agree.
        if truth.is_finite() and found.is_finite() and found.rel_accuracy_bits() > 60 and abs(truth) < 1e50:
            assert abs(truth - found) <= tolerance * (1 + abs(truth)) * condition(program, x)


def condition(program, x):
    """Bounds how much the double-double rounding of folded constants may grow on the way to the value."""
    live = without_dead_code(program)
    prefixes = [Program(live.instructions[: i + 1], live.constants) for i in range(len(live.instructions))]
    return (1 + max(abs(float(value(prefix, x).mid())) for prefix in prefixes)) ** 2


@pytest.mark.parametrize("operations", [ARITHMETIC, ELEMENTARY], ids=["arithmetic", "elementary"])
def test_values_stay_operations_never_grow_and_once_is_enough(operations):
    for program in random_programs(3, 1500, operations):
        simpler = validate(canonical(program))
        assert simpler.operations <= max(live_operations(program), 1)
        assert canonical(simpler).instructions == simpler.instructions
        assert_same_values(program, simpler)


def is_defined(program):
    return all(value(program, x).is_finite() for x in POINTS)


def test_order_of_instructions_of_constants_and_of_operands_does_not_matter():
    rng = random.Random(4)
    for program in filter(is_defined, random_programs(5, 3000)):
        other = shuffled(program, rng)
        assert_same_values(program, other)
        assert structure(other) == structure(program)


def test_dead_code_does_not_matter():
    rng = random.Random(6)
    for program in random_programs(7, 500):
        dead = (rng.choice(ARITHMETIC), rng.randint(-1, 0), -1)
        moved = tuple((name, *[r + (r > 0) for r in operands]) for name, *operands in program.instructions)
        other = Program((dead, *moved), (*program.constants, (1.5, 0.0)))
        if program.constants:
            assert structure(other) == structure(program)
        assert without_dead_code(other) == without_dead_code(program)


def split_constant(program, rng):
    """Writes one constant c of the program as a + b, a * b, a - b or a / b with new constants."""
    index = rng.randrange(len(program.constants))
    c, _ = program.constants[index]
    a, name = generic_constant(rng)[0], rng.choice(ARITHMETIC)
    b = {"add": c - a, "sub": a - c, "mul": c / a, "div": a / c}[name]
    at_end = len(program.constants)
    replaced = [
        (operation, *[1 if r == -1 - index else r + (r > 0) for r in operands])
        for operation, *operands in program.instructions
    ]
    return Program(((name, -1 - at_end, -2 - at_end), *replaced), (*program.constants, (a, 0.0), (b, 0.0)))


def test_constants_that_are_made_of_constants_are_folded():
    rng = random.Random(8)
    for program in filter(is_defined, random_programs(9, 1000)):
        if program.constants and len(set(program.constants)) == len(program.constants):
            assert structure(split_constant(program, rng)) == structure(program)


def any_constant(x, a, b):  # noqa: ARG001
    return a + b


EQUAL = [
    (lambda x, a, b: (x + a) + b, lambda x, a: x + a),
    (lambda x, a, b: a - (b - x), lambda x, a: a + x),
    (lambda x, a: x / a, lambda x, a: a * x),
    (lambda x, a, b, c: ((x * a) + b) * c, lambda x, a, b: (x + a) * b),
    (lambda x, a, b: (a - x) * b, lambda x, a, b: (x + a) * b),
    (lambda x, a, b: b / (a * x), lambda x, a: a / x),
    (lambda x, a, b: (a / x) / b, lambda x, a: a / x),
    (lambda x, a, b: a / (b / x), lambda x, a: x * a),
    (lambda x, a, c: (a * x) * (x + c), lambda x, a, b: (x * (x + a)) * b),
    (lambda x, a, b: (a * x) * (b * x), lambda x, a: (x * x) * a),
    (lambda x, a, b, c: (a * x) / (x * b + c), lambda x, a, b: (x / (x + a)) * b),
    (lambda x, a, b: (x + a) - (x * x - b), lambda x, a: a - (x * x - x)),
    (lambda x, a: x * (x * (x + a)), lambda x, a: (x + a) * (x * x)),
    (lambda x, a: (x / (x + a)) * (x - a), lambda x, a: (x * (x - a)) / (x + a)),
    (lambda x, a: (x / (x + a)) / x, lambda x, a, b: a / (x + b)),
    (lambda x, a: (x + a) + (x - a), lambda x, a: x * a),
    (lambda x, a, b: (x * x + x * a) - (b + x * x), lambda x, a, b: (x + a) * b),
    (lambda x, a: (x - x * x) * (a - x), lambda x, a: (x * x - x) * (x - a)),
    (lambda x, a, b, c: (x * a) + (x * x) * b + c, lambda x, a, b, c: ((x * x) * a + x) * b + c),
    (lambda x, a, b: (x * x + x * a) * b, lambda x, a, b: (x * x) * a + x * b),
    (lambda x, a, b: a / (x * x + x * b), lambda x, a, b: a / (x + (x * x) * b)),
    (lambda x, a: ((x * x) * x) * (x + a), lambda x, a: (x * (x + a)) * (x * x)),
    (lambda x, a, b: (x - x * x) * a + (x * x) * b, lambda x, a, b: (x * x) * a + x * b),
    (lambda x, a, b: (x - x * x) * a + (x * b + x * x), lambda x, a, b: (x * x) * a + x * b),
    (lambda x: ((x * x) * x) * x, lambda x: (x * x) * (x * x)),
    (lambda x, a: (x - a) / (x - a), any_constant),
    (lambda x, a: -(x - a), lambda x, a: a - x),
    (lambda x, a: (x + a).exp(), lambda x, a: x.exp() * a),
]

ELEMENTARY_EQUAL = [
    (lambda x, a: (x * a).log(), lambda x, a: x.log() + a),
    (lambda x, a: (x / a).sqrt(), lambda x, a: x.sqrt() * a),
    (lambda x, a, b: a * (x * b).sqrt(), lambda x, a: x.sqrt() * a),
]

SHARED_EQUAL = [
    (lambda x, a: (lambda u: u * u)(a - x), lambda x, a: (lambda u: u * u)(x - a)),
    (lambda x, a: (lambda u: u * (u + x))(a - x), lambda x, a: (lambda u: u * (u - x))(x - a)),
    (lambda x, a: (lambda u: u * (u * x))(x * x + a), lambda x, a: (lambda u: (u * u) * x)(x * x + a)),
    (lambda x, a: (lambda u: u / (u + x))(x + x * a), any_constant),
]


@pytest.mark.parametrize(("one", "other"), [*EQUAL, *SHARED_EQUAL])
def test_equal_families_have_one_fingerprint(one, other):
    assert structure(traced(one)) == structure(traced(other))


@pytest.mark.parametrize(("one", "other"), ELEMENTARY_EQUAL)
def test_equal_families_of_elementary_functions_have_one_fingerprint(one, other):
    assert structure(traced(one, positive=True)) == structure(traced(other, positive=True))


DIFFERENT = [
    (lambda x, a: x + a, lambda x, a: x * a),
    (lambda x, a: a - x, lambda x, a: x - a),
    (lambda x, a: x * x - a * x, lambda x, a: x * x - a),
    (lambda x, a, b: (x + a) * (x + b), lambda x, a: (lambda u: u * u)(x + a)),
    (lambda x, a, b: (x + a) / (x + b), lambda x, a, b: (x + a) * (x + b)),
    (lambda x, a, b: (x + a) / (x + b), lambda x, a, b: (a - x) / (x + b)),
    (lambda x, a, b: (x * x + x * a) * (x + b), lambda x, a, b: (x + (x * x) * a) * (x + b)),
    (lambda x, a: x.exp() * a, lambda x, a: (x * a).exp()),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_families_have_different_fingerprints(one, other):
    assert structure(traced(one)) != structure(traced(other))


def test_shared_constants_stay_shared():
    shared, parted = traced(lambda x, a: (x + a) * (x * x + a)), traced(lambda x, a, b: (x + a) * (x * x + b))
    assert len(canonical(shared).constants) == 1
    assert structure(shared) != structure(parted)


def test_what_collapses_keeps_one_operation():
    assert canonical(traced(lambda x, a: (x + a) - a)) == Program((("mul", 0, -1),), ((1.0, 0.0),))
    collapsed = canonical(traced(lambda x, a: (x * a) / x))
    assert collapsed.instructions == (("add", -1, -2),)
    assert collapsed.constants[1] == (0.0, 0.0)


def test_constants_are_folded_in_double_double():
    program = Program((("add", 0, -1), ("add", 1, -2)), ((1.0, 0.0), (1e-20, 0.0)))
    assert canonical(program).constants == ((1.0, 1e-20),)


@pytest.mark.parametrize("bad", [float("inf"), float("nan"), 1e300])
def test_a_program_with_a_constant_that_is_not_finite_only_loses_dead_code(bad):
    program = Program((("mul", 0, -1), ("add", 0, 0), ("mul", 1, -2)), ((bad, 0.0), (1e300, 0.0)))
    assert canonical(program).instructions == (("mul", 0, -1), ("mul", 1, -2))


def test_terms_whose_constants_cancel_are_dropped():
    assert structure(traced(lambda x, a: (x + a) - (x * x + a))) == structure(traced(lambda x: x - x * x))


def test_division_by_zero_is_left_alone():
    program = traced(lambda x: x / (x - x))
    assert canonical(program) == program


def test_the_fingerprint_is_63_bits_and_pinned():
    found = {fingerprint(canonical(program)) for program in random_programs(10, 200)}
    assert all(0 <= number < 2**63 for number in found)
    assert fingerprint(Program((("add", 0, -1),), ((2.0, 0.0),))) == 7550225104680891396


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_values_of_constants_are_not_part_of_the_structure(a, b):
    instructions = (("add", 0, -1), ("div", -2, 1), ("sub", 2, 0), ("mul", 3, -1))
    programs = [Program(instructions, ((a, 0.0), (b, 0.0))), Program(instructions, ((1.25, 0.0), (-3.5, 0.0)))]
    assert structure(programs[0]) == structure(programs[1])


MEANINGS = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}


class Family:
    """The functions that a structure computes, over all values of its constants."""

    x = np.array([0.11, 0.27, 0.39, 0.48, 0.62, 0.77, 0.83, 0.96, 1.13, 1.31, 1.47, 1.66])

    def __init__(self, program):
        self.program, self.size = program, len(program.constants)
        self.sample = self.values(np.array([c for c, _ in program.constants])[:, None])[0]

    def values(self, constants):
        """Values at the points for constants of shape (size, starts), real or complex."""
        rows = [row[..., None] for row in constants]
        values = self.program.apply(self.x, rows, lambda name, *operands: MEANINGS[name](*operands))
        return np.broadcast_to(values, (constants.shape[-1], len(self.x)))

    def gradient(self, constants):
        """Derivatives by complex steps, shape (starts, points, size)."""
        steps = [constants + 1e-30j * (np.arange(self.size) == i)[:, None] for i in range(self.size)]
        return np.stack([self.values(step).imag / 1e-30 for step in steps], -1)

    def contains(self, goal, rng, starts=48, iterations=40):
        """Tells whether Levenberg-Marquardt finds constants that give the goal."""
        if not self.size:
            return np.allclose(self.sample, goal, rtol=1e-9)
        constants = rng.normal(size=(self.size, starts)) * 10 ** rng.uniform(-1, 1, (self.size, starts))
        damping = np.full(starts, 1e-2)

        def cost(values):
            return np.nan_to_num(((values - goal) ** 2).sum(1), nan=np.inf)

        best = cost(self.values(constants))
        for _ in range(iterations):
            slope = np.nan_to_num(self.gradient(constants), posinf=0, neginf=0)
            residual = np.nan_to_num(self.values(constants) - goal, posinf=0, neginf=0)
            normal = slope.swapaxes(1, 2) @ slope
            diagonal = normal * np.eye(self.size) + 1e-12 * np.eye(self.size)
            descent = slope.swapaxes(1, 2) @ residual[..., None]
            step = np.linalg.solve(normal + damping[:, None, None] * diagonal, descent)
            tried = constants - step[..., 0].T
            new = cost(self.values(tried))
            better = new < best
            constants, best = np.where(better, tried, constants), np.where(better, new, best)
            damping = np.where(better, damping / 5, damping * 4).clip(1e-15, 1e12)
        return bool(best.min() < 1e-20)


@pytest.fixture(scope="module")
def two_operations():
    """Every program of at most two operations, by the fingerprint of its canonical form."""
    groups = {}
    for program in itertools.chain(all_programs(1), all_programs(2)):
        groups.setdefault(structure(program), []).append(program)
    return groups


def test_all_programs_of_two_operations_are_in_few_groups(two_operations):
    assert sum(map(len, two_operations.values())) == 336
    assert len(two_operations) == 30


def test_no_two_groups_of_two_operations_are_the_same_family(two_operations):
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        families = [Family(canonical(programs[0])) for programs in two_operations.values()]
        families = [family for family in families if np.isfinite(family.sample).all()]
        for one, other in itertools.combinations(families, 2):
            assert not (one.contains(other.sample, rng) and other.contains(one.sample, rng))


def test_every_program_of_a_group_is_in_the_family_of_its_canonical_form(two_operations):
    for programs in two_operations.values():
        representative = canonical(programs[0])
        for program in programs:
            found = canonical(program)
            assert found.instructions == representative.instructions
            assert found.operations <= program.operations
            assert_same_values(program, found)


def test_all_programs_of_three_operations_are_in_few_groups():
    groups = set()
    for program in all_programs(3):
        found = canonical(program)
        assert found.operations <= 3
        groups.add(fingerprint(found))
    assert 392 <= len(groups) <= 484
