from random import Random

import numpy as np
import pytest

from search_spaces.float32_functions.polynomial_form import FORMS, read_terms, write_polynomial
from search_spaces.float32_functions.polynomial_mutations import add_term, change_form, drop_term
from search_spaces.float32_functions.typed_program import validate
from tests.search_spaces.float32_functions.programs import many, outputs, written

X = np.linspace(-1, 1, 40)


def children(mutation, program, count=40):
    rng = Random(3)
    return [child for _ in range(count) if (child := mutation(program, rng)) is not None]


def polynomial(form, degree=7):
    return written(lambda b, x: write_polynomial(b, x, [b.free(1 / (k + 1)) for k in range(degree + 1)], form))


def degree(program):
    return max(read_terms(program, 0)[-1])


@pytest.mark.parametrize("mutation", [add_term, change_form, drop_term], ids=lambda m: m.__name__)
def test_children_are_valid(mutation):
    drawn = [child for program in many(30) for child in children(mutation, program, 6)]
    assert len(drawn) > 40
    assert all(validate(child) is child for child in drawn)


@pytest.mark.parametrize("form", FORMS)
def test_another_form_is_the_same_polynomial(form):
    program = polynomial(form)
    found = children(change_form, program)
    assert {len(child.instructions) for child in found} >= {7, 8, 9}
    for child in found:
        np.testing.assert_allclose(outputs(child, X), outputs(program, X), rtol=1e-5)


def test_forms_of_parts_of_a_program_leave_the_rest():
    program = written(lambda b, x: b("max", write_polynomial(b, x * x, [b.free(1.0) for _ in range(5)]) / x, 0.5))
    found = children(change_form, program)
    assert len({child.instructions for child in found}) > 2
    for child in found:
        assert [name for name, *_ in child.instructions][-2:] == ["div", "max"]
        np.testing.assert_allclose(outputs(child, X), outputs(program, X), rtol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_a_new_term_starts_at_zero(form):
    program = polynomial(form)
    for child in children(add_term, program):
        np.testing.assert_array_equal(outputs(child, X), outputs(program, X))
        assert len(child.constants) == len(program.constants) + 1
    assert 8 in {degree(child) for child in children(add_term, program)}


def test_dropped_terms_are_leading_ones_or_any():
    program = polynomial("horner")
    lost = {frozenset(range(8)) - frozenset(read_terms(child, 0)[-1]) for child in children(drop_term, program, 200)}
    assert {frozenset({k}) for k in range(8)} <= lost


def test_programs_without_polynomials_have_none_to_change():
    program = written(lambda b, x: b("abs", x) + 1.0)
    assert not [child for mutation in (add_term, change_form, drop_term) for child in children(mutation, program)]
