import mpmath
import numpy as np

from evaluators.float32_functions.fitting import exact_errors, fit
from evaluators.float32_functions.minimax import fit_points
from primitives.float_format import FLOAT32
from search_spaces.float32_functions.builder import Builder
from tests.evaluators.float32_functions.typed_programs import exp2_program

PROGRAM = exp2_program(6, clamp=False)
X = np.random.default_rng(2).uniform(-20, 20, 20_000).astype(np.float32)
EXACT = np.exp2(X.astype(np.float64))


def test_the_quick_fit_leaves_little_but_rounding():
    fitted = fit(PROGRAM, X[:400], EXACT[:400])
    # The best polynomial of degree 6 has a relative error of 1.9e-9 (Chebyshev) or 0.02 to 0.03 ULP.
    assert 0.01 < fitted.real_ulp < 0.04
    assert 0.5 < fitted.max_ulp < 1.2
    assert fitted.program.instructions == PROGRAM.instructions


def test_the_error_it_reports_is_the_true_one():
    fitted = fit(PROGRAM, X[:50], EXACT[:50])
    points = fit_points(X[:50], EXACT[:50], FLOAT32, flush=True)
    errors = exact_errors(fitted.program, points)
    assert errors.max() == fitted.max_ulp
    worst = int(errors.argmax())
    with mpmath.workprec(120):
        n = int(np.rint(X[worst]))
        value = np.float64(0)
        for constant in [c.value for c in fitted.program.constants if c.free]:
            product = mpmath.mpf(float(value)) * mpmath.mpf(float(X[worst]) - n) + mpmath.mpf(constant)
            value = np.float32(float(product))
        spacing = 2.0 ** (int(np.floor(X[worst])) - 23)
        error = abs(mpmath.mpf(float(value)) * mpmath.mpf(2) ** n - mpmath.power(2, mpmath.mpf(float(X[worst]))))
        assert abs(float(error / spacing) - fitted.max_ulp) < 1e-6


def test_a_program_without_constants_to_fit_keeps_its_error():
    b = Builder()
    program = b.program(b.x * 1.0)
    x = np.linspace(1, 2, 10)
    fitted = fit(program, x, x * (1 + 2**-24))
    assert fitted.program == program
    assert fitted.max_ulp < 1.5
