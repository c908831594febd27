from itertools import pairwise
from math import inf

import pytest

from evaluators.baselines import baselines, minimax_error, operation_count, quotient
from evaluators.targets import make_target, target
from search_spaces.program import Program, validate

POLYNOMIAL = {2: 2.98e-2, 4: 1.72e-3, 6: 7.48e-5, 8: 2.59e-6, 10: 7.49e-8, 12: 1.86e-9, 14: 4.02e-11}
RATIONAL = {2: 2.98e-2, 4: 8.67e-4, 6: 2.50e-5, 8: 4.34e-7, 10: 7.52e-9, 12: 9.31e-11, 14: 1.15e-12}
FRACTION = {2: 2.98e-2, 3: 8.67e-4, 5: 2.50e-5, 6: 4.34e-7, 8: 7.52e-9, 9: 9.31e-11, 11: 1.15e-12, 12: 1.11e-14}


@pytest.fixture(scope="module")
def exp2_table():
    return baselines(target("exp2"), 15)


@pytest.mark.parametrize(
    ("family", "published"), [("polynomial", POLYNOMIAL), ("rational", RATIONAL), ("continued fraction", FRACTION)]
)
def test_the_published_table_for_exp2_is_met_to_all_its_digits(exp2_table, family, published):
    found = {entry.operations: entry.max_error for entry in exp2_table if entry.family == family}
    assert {count: float(f"{found[count]:.2e}") for count in published} == published


def test_entries_improve_with_operations_and_stay_within_the_count(exp2_table):
    for family in ("polynomial", "rational", "continued fraction"):
        entries = [entry for entry in exp2_table if entry.family == family]
        assert all(a.operations < b.operations for a, b in pairwise(entries))
        assert all(a.max_error > b.max_error for a, b in pairwise(entries))
        assert all(entry.operations <= 15 for entry in entries)
        assert all(entry.operations == operation_count(family, entry.degree) for entry in entries)


@pytest.mark.parametrize("degree", [(m, n) for m in range(4) for n in range(4) if m + n])
def test_the_count_of_quotients_is_that_of_their_program(degree):
    program = validate(Program(quotient(degree), ((1.0, 0.0),) * (sum(degree) + 1)))
    assert program.operations == operation_count("rational", degree)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 6])
def test_monomials_have_chebyshevs_error(degree):
    # Best approximation of x^(n+1) on [-1, 1] by degree n: 2^-n (Chebyshev).
    goal = make_target(f"x**{degree + 1}", "-1,1", "absolute")
    assert minimax_error(goal, (degree, 0)) == pytest.approx(2.0**-degree, rel=1e-6)


def test_a_rational_function_of_known_error():
    # 1/(x + 2) + t on [-1, 1], t the best constant for 1/(x + 2): the midrange of 1/3..1, error 1/3.
    assert minimax_error(make_target("1/(x + 2)", "-1,1", "absolute"), (1, 0)) == pytest.approx(
        (1 - 1 / 3**0.5) ** 2 / 2, rel=1e-6
    )


def test_sin_tanh_erf_and_log2_have_baselines_at_every_even_size():
    for name in ("sin", "tanh", "erf", "log2"):
        table = baselines(target(name), 8)
        assert {2, 4, 6, 8} <= {entry.operations for entry in table if entry.family == "polynomial"}
        best = [min(e.max_error for e in table if e.operations <= count) for count in (2, 4, 6, 8)]
        assert best == sorted(best, reverse=True)
        assert best[-1] < 1e-5


def test_what_cannot_be_certified_is_left_out():
    # An even function on a symmetric domain: the best of type (1, 1) is the best constant, a degenerate case.
    goal = make_target("cos(x)", "-1,1", "absolute")
    assert minimax_error(goal, (1, 1)) in (None, pytest.approx(minimax_error(goal, (1, 0)), rel=1e-3))
    assert all(0 < entry.max_error < inf for entry in baselines(goal, 6))
