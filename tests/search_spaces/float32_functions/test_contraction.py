# ruff: noqa: ARG005 - every expression takes the builder and x
import numpy as np
import pytest

from search_spaces.float32_functions.canonical import canonical
from tests.search_spaces.float32_functions.programs import compiled, many, outputs, written

X = np.random.default_rng(1).normal(size=4096).astype(np.float32)

SHARED = {
    "sum": lambda b, x: x * 1.1 + 0.3,
    "difference": lambda b, x: x * 1.1 - 0.3,
    "from": lambda b, x: b.fixed(0.3) - x * 1.1,
    "two sums of one product": lambda b, x: b("fma", x, 1.1, 0.3) + b("abs", b("fma", x, 1.1, 0.7)),
    "a sum and its product": lambda b, x: b("fma", x, 1.1, 0.3) + b("abs", x * 1.1),
    "a sum and the negative": lambda b, x: b("fma", x, -1.1, 0.3) + b("abs", x * 1.1),
    "what rounding leaves": lambda b, x: b("fma", x, x, -(x * x)),
    "what rounding leaves of another product": lambda b, x: b("fma", x, x, ((x + x) * x) * -0.5),
    "two products": lambda b, x: x * 1.1 + b("abs", x) * b("abs", x * x),
    "two products, the deeper fused": lambda b, x: b("fma", b("abs", x), b("abs", x * x), x * 1.1),
    "two products apart": lambda b, x: x * 1.1 - b("abs", x) * b("abs", x * x),
    "a negative product": lambda b, x: -(x * 1.3) + 1.0,
    "a product behind a size": lambda b, x: b("abs", x * 1.3) + 1.0,
    "the output is a product": lambda b, x: b("fma", x, 1.1, 0.3) * b("fma", x, 1.1, 0.3),
    "rounded": lambda b, x: b("round_shift", x, 1.1, 12582912.0) + b("abs", b("fma", x, 1.1, 0.3)),
    "rounded twice": lambda b, x: b("round_shift", x, 1.0, 1572864.0) - b("round_shift", x, 1.0, 12582912.0),
    "a choice of products": lambda b, x: b("select", x < 0.0, x * 1.3, x * x) + 1.0,
    "a choice of sums": lambda b, x: b("select", x < 0.0, b("fma", x, 1.3, 0.3), b("fma", x, 2.7, 0.3)),
    "a choice of differences": lambda b, x: b("select", x < 0.0, x - x * x, x - x * 2.7) * 1.1,
    "a choice of quotients": lambda b, x: b("select", x < 0.0, b("abs", x) / (x * x + 1.0), x / (x * x + 1.0)) * 1.1,
    "a choice of products that are used": lambda b, x: b("select", x < 0.0, x * 1.3, x * x) + x * 1.3,
    "rounded with a sign": lambda b, x: b("round_shift", x * 4.0, -1.1, 12582912.0),
    "a product rounded": lambda b, x: b("round_shift", 1.0, x * b("abs", x), 12582912.0) - 12582912.0,
    "a product rounded with a sign": lambda b, x: b("round_shift", x * b("abs", x), -1.0, 12582912.0) - 12582912.0,
    "rounded the other way": lambda b, x: b("round_shift", x, -1.1, 12582912.0) + b("abs", x * 1.1),
}


def share_different(found, expected):
    normal = (np.abs(expected) > 1e-37) | (expected == 0)
    return float(np.mean((found != expected) & normal & ~(np.isnan(found) & np.isnan(expected))))


def test_the_form_rounds_as_the_compiled_program_does():
    forms = {name: canonical(written(expression)) for name, expression in SHARED.items()}
    for (name, form), found in zip(forms.items(), compiled(forms.values(), X), strict=True):
        assert canonical(form) == form
        np.testing.assert_array_equal(found, outputs(form, X), name)


def names(expression):
    return sorted(name for name, *_ in canonical(written(expression)).instructions)


def test_shared_products_stay_and_others_are_fused():
    assert names(SHARED["two sums of one product"]) == ["abs", "add", "add", "add", "mul"]
    assert names(SHARED["what rounding leaves"]) == ["mul", "sub"]
    assert names(SHARED["sum"]) == names(SHARED["from"]) == ["fma"]
    assert names(SHARED["rounded twice"]) == ["round_shift", "round_shift", "sub"]


def test_most_forms_of_random_programs_run_as_they_say():
    forms = [canonical(program) for program in many(12)]
    found = compiled(forms, X)
    agree = [share_different(y, outputs(form, X)) == 0 for y, form in zip(found, forms, strict=True)]
    assert sum(agree) >= 10


@pytest.mark.parametrize("factor", [1.1, -1.1])
def test_a_rounded_product_keeps_its_sign(factor):
    program = written(lambda b, x: b("round_shift", x, factor, 12582912.0))
    np.testing.assert_array_equal(outputs(canonical(program), X), outputs(program, X))
