import numpy as np
import pytest

from evaluators.float32_functions.fitting import exact_errors
from evaluators.float32_functions.free_constants import free_values, with_free_values
from evaluators.float32_functions.many_constants import ManyConstants
from evaluators.float32_functions.minimax import fit_points
from primitives.float_format import FLOAT32
from search_spaces.float32_functions.builder import Builder
from tests.evaluators.float32_functions.typed_programs import exp2_program


@pytest.mark.parametrize("sign", [1, -1])
def test_errors_are_those_of_each_vector_on_its_own(sign):
    program = exp2_program(5, clamp=False)
    b = Builder()
    if sign < 0:
        program = b.program(b("fma", b.x * b.free(-1.0), b.free(1.0), b.free(-1.0)))
    x = np.random.default_rng(1).uniform(0.01, 3, 500).astype(np.float32)
    reference = np.exp2(x.astype(np.float64)) if sign > 0 else -1 - x.astype(np.float64) * (1 + 2.0**-25)
    points = fit_points(x, reference, FLOAT32, flush=True)
    vectors = free_values(program) * (1 + 1e-7 * np.arange(40)[:, None])
    vectors = vectors.astype(np.float32).astype(np.float64)
    expected = [exact_errors(with_free_values(program, vector), points) for vector in vectors]
    many = ManyConstants(program)
    # Differences of patterns count the narrower steps of the binade below where the exact value is just above it.
    apart = np.abs(np.log2(np.abs(reference)) - np.rint(np.log2(np.abs(reference)))) > 1e-4
    found = np.concatenate([many.errors(vectors[i : i + 32], points) for i in (0, 32)])
    np.testing.assert_allclose(found[:, apart], np.array(expected)[:, apart], atol=2e-5, rtol=1e-6)
    np.testing.assert_array_equal(many.largest(vectors, points), found.max(axis=1))


def test_what_is_no_number_and_a_wrong_sign_have_large_errors():
    b = Builder()
    program = b.program(b.x * b.free(1.0))
    points = fit_points(np.array([1.0, 2.0]), np.array([1.0, 2.0]), FLOAT32, flush=True)
    assert np.all(ManyConstants(program).largest(np.array([[np.nan], [-1.0], [np.inf]]), points) > 1e6)
