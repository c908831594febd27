# ruff: noqa: ARG005 - every expression takes the builder and x
import numpy as np

from search_spaces.float32_functions.canonical import canonical
from tests.search_spaces.float32_functions.programs import compiled, outputs, written

X = np.random.default_rng(2).normal(size=4096).astype(np.float32)


def size(b, x):
    return b("abs", x) + 1.3


# Each rounds in another way than XLA's program does, until it is rewritten.
REWRITTEN = {
    "sums": lambda b, x: (x + 1.1) + 2.3,
    "a sum that is used": lambda b, x: b("max", (x + 1.1) + 2.3, x + 1.1),
    "from a constant": lambda b, x: (b.fixed(1.1) - x) + 2.3,
    "products": lambda b, x: (x * 1.1) * 2.3,
    "products that overflow": lambda b, x: (x * 1e38) * 1e-37,
    "a fused sum": lambda b, x: b("fma", x, b("abs", x), 2.3) + 5.7,
    "a fused product": lambda b, x: b("fma", x * 1.1, 2.3, 0.7),
    "by a constant": lambda b, x: x / 1.1,
    "a quotient divided": lambda b, x: (x / size(b, x)) / (b("abs", x) + 2.0),
    "by a quotient": lambda b, x: x / (size(b, x) / (b("abs", x) + 2.0)),
    "a quotient by a quotient": lambda b, x: (x / size(b, x)) / ((b("abs", x) + 2.0) / (b("abs", x) + 0.7)),
    "rounding": lambda b, x: b("round_shift", x * 9.0 + 0.3, 1.0, 12582912.0) - 12582912.0,
}
KEPT = {
    "a difference": lambda b, x: b.fixed(1.1) - (x + 2.3),
    "a sum of sums": lambda b, x: (x + 1.1) + (b("abs", x) + 2.3),
    "a reciprocal": lambda b, x: (b.fixed(1.0) / size(b, x)) * x,
    "a quotient times a constant": lambda b, x: (b.fixed(1.3) / size(b, x)) * 2.3,
    "a rounded sum, scaled": lambda b, x: b("round_shift", x + 0.3, 1.1, 12582912.0),
}


def test_xla_runs_the_form_instead_of_the_program():
    programs = list(map(written, REWRITTEN.values()))
    forms = list(map(canonical, programs))
    found = compiled([*programs, *forms], X)
    for name, program, form, y, again in zip(REWRITTEN, programs, forms, found, found[len(forms) :], strict=False):
        assert len(form.instructions) <= len(program.instructions), name
        assert np.mean(y != outputs(program, X)) > 0.01, name
        np.testing.assert_array_equal(y, outputs(form, X), name)
        np.testing.assert_array_equal(again, y, name)


def test_what_xla_leaves_alone_stays():
    programs = list(map(written, KEPT.values()))
    for name, program, found in zip(KEPT, programs, compiled(programs, X), strict=True):
        form = canonical(program)
        assert len(form.instructions) == len(program.instructions), name
        np.testing.assert_array_equal(found, outputs(form, X), name)


def test_merged_constants_are_fitted_if_one_was():
    (constant,) = canonical(written(lambda b, x: (x + b.free(1.0)) + 2.0)).constants
    assert (constant.value, constant.free) == (3.0, True)
