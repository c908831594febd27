"""The text of test files: its functions against those that judge programs."""

import math

import numpy as np
import pytest

from evaluators.float32_functions.reference import reference
from evaluators.float32_functions.targets import TARGETS, target
from evaluators.float32_functions.ulp import ulp_errors
from primitives.float_format import FORMATS
from runs.float32.export.evidence import Evidence
from runs.float32.export.module_text import Loader
from runs.float32.export.test_file import REFERENCES, name_of_test, written_test
from tests.search_spaces.float32_functions.programs import written


def namespace(name="exp2", fmt="float32", arithmetic="kept", loaded="np.exp2", max_ulp=1.0, specials=True, ends=()):
    evidence = Evidence(target(name, *ends), max_ulp, arithmetic, exhaustive=True, specials=specials)
    loader = Loader((), f"def load(path):\n    return lambda x: {loaded}(x)")
    text = written_test(written(lambda b, x: b("abs", x), fmt), evidence, "exp2.py", loader)
    names = {"__name__": "test", "__file__": "test_exp2.py"}
    exec(compile(text, "test_exp2.py", "exec"), names)
    return names


@pytest.mark.parametrize("name", TARGETS)
def test_references_are_those_of_the_judge(name):
    assert name in REFERENCES
    with np.errstate(invalid="ignore"):  # signalling NaN
        x = namespace(name)["sample"]()[::97].astype(np.float64)
    found, expected = namespace(name)["reference"](x), reference(TARGETS[name], x)
    inside = TARGETS[name].contains(x) & (np.abs(expected) < 1e300)
    np.testing.assert_allclose(found[inside], expected[inside], rtol=1e-12, atol=1e-300)
    np.testing.assert_array_equal(np.isnan(found[inside]), np.isnan(expected[inside]))


@pytest.mark.parametrize("flush", [False, True])
@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_errors_are_those_of_the_judge(fmt, flush):
    rng = np.random.default_rng(1)
    width = 2**fmt.bits
    got = rng.integers(-width // 2, width // 2, 3000).astype(fmt.int_dtype).view(fmt.dtype)
    got[:6] = [np.inf, -np.inf, np.nan, 0.0, fmt.largest, np.inf]
    with np.errstate(invalid="ignore"):
        got = np.where(np.isnan(got), fmt.dtype.type(np.nan), got)
        exact = got.astype(np.float64) * (1 + rng.normal(0, 2.0**-fmt.fraction_bits, got.size))
    exact[:6] = [np.inf, 1.0, np.nan, fmt.smallest_normal / 3, fmt.largest * 1.01, fmt.largest]
    found = namespace(fmt=fmt.name, arithmetic="flushed" if flush else "kept")["ulp_errors"](got, exact)
    expected = ulp_errors(got, exact, fmt, flush)
    # The judge asks for the right sign of what is flushed.
    alike = ~(flush & (np.abs(exact) < fmt.smallest_normal))
    np.testing.assert_allclose(found[alike], expected[alike], rtol=1e-9)


def test_a_right_function_passes_and_a_wrong_one_does_not():
    right = namespace(loaded="np.exp2", max_ulp=2.9)
    with np.errstate(all="ignore"):
        right["test_a_sample_keeps_the_bound"]()
    right["test_zeros_have_their_signs"]()
    wrong = namespace(loaded="(lambda x: np.exp2(x) * np.float32(1.0000005))", max_ulp=2.9)
    with np.errstate(all="ignore"), pytest.raises(AssertionError, match=r"more than the 2\.9 claimed"):
        wrong["test_a_sample_keeps_the_bound"]()


@pytest.mark.parametrize("ends", [(30.0, 60.0), (-60.0, -30.0), (-1.0, 2.0)])
def test_a_sample_has_inputs_wherever_the_domain_is(ends):
    names = namespace(ends=ends)
    assert names["in_domain"](names["sample"]()).size > 1000


def test_signs_of_zeros_are_tested_where_they_are_claimed():
    signless = namespace("tanh", loaded="(lambda x: np.tanh(x) + np.float32(0))", max_ulp=2.0)
    with pytest.raises(AssertionError):
        signless["test_zeros_have_their_signs"]()
    assert "test_zeros_have_their_signs" not in namespace("tanh", specials=False)


def test_every_input_of_a_short_format_is_tried():
    names, seen = namespace(fmt="float16", loaded="np.exp2"), []
    with np.errstate(all="ignore"):
        error, where = names["every"](lambda x: (seen.append(x.size), np.exp2(x))[1], report=lambda *_, **__: None)
    assert sum(seen) == 2**16
    assert 0.5 < error < 1
    assert math.isfinite(where)


def test_flushed_inputs_are_left_out():
    x = np.float32([1e-40, 0.0, 1.0])
    assert namespace(arithmetic="flushed")["in_domain"](x).tolist() == [0.0, 1.0]
    assert namespace(arithmetic="kept")["in_domain"](x).size == 3


def test_names_are_those_of_modules():
    assert name_of_test("exp2-float32.c") == "test_exp2_float32.py"
    assert name_of_test("a.b.py") == "test_a_b.py"
