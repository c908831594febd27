from dataclasses import replace

import numpy as np
import pytest

from evaluators.float32_functions.semantics import run_exact
from evaluators.float32_functions.targets import target
from primitives.float_format import FLOAT32, FORMATS
from runs.float32.export import to_numpy
from runs.float32.export.evidence import Evidence
from runs.float32.export.test_file import written_test
from runs.float32.export.verification import NUM_POINTS, check, check_points, compiled_values, exact_values


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
@pytest.mark.parametrize(
    "chosen", [target("exp2"), target("sin"), target("tanh", 0.5, 0.75)], ids=["all", "sin", "part"]
)
def test_points_are_many_within_the_domain_and_always_the_same(chosen, fmt):
    evidence = Evidence(chosen, 1.0, "kept", exhaustive=False)
    points = check_points(evidence, fmt)
    assert points.dtype == fmt.dtype
    assert NUM_POINTS // 2 < points.size <= NUM_POINTS
    with np.errstate(invalid="ignore"):  # signalling NaN
        assert chosen.contains(points).all()
        assert np.isnan(points.astype(float)).any() == chosen.nan
    bits = points.view(fmt.int_dtype)
    np.testing.assert_array_equal(bits, check_points(evidence, fmt).view(fmt.int_dtype))
    assert len(np.unique(bits)) > 60


def test_values_are_those_of_both_meanings(program, evidence):
    points = check_points(evidence, FLOAT32)
    np.testing.assert_array_equal(exact_values(program, points), run_exact(program, points, flush=False)[-1])
    tiny = np.abs(points) < FLOAT32.smallest_normal
    np.testing.assert_array_equal(compiled_values(program, points)[~tiny], exact_values(program, points)[~tiny])


def checked(source, program, evidence):
    evidence = replace(evidence, max_ulp=3.0)
    test = written_test(program, evidence, "exp2.py", to_numpy.test_loader(program, evidence))
    check("numpy", program, evidence, "exp2.py", source, test, exact_values)


def test_a_file_whose_last_bits_differ_is_refused(program, evidence):
    source = to_numpy.source(program, evidence)
    checked(source, program, evidence)
    changed = source.replace("np.float32(0.2402265)", "np.float32(0.24022652)")
    assert changed != source
    with pytest.raises(ValueError, match=r"numpy export differs from the program on [0-9,]+ of .* inputs, first at"):
        checked(changed, program, evidence)


def test_a_file_that_does_not_run_is_refused_with_its_reason(program, evidence):
    source = to_numpy.source(program, evidence)
    with pytest.raises(ValueError, match="does not pass its test here: NameError: name 'fma' is not defined; nothing"):
        checked(source.replace("def fma(", "def fused("), program, evidence)
    with pytest.raises(ValueError, match="ModuleNotFoundError"):
        checked(source.replace("import numpy as np", "import numpy as np\nimport primitives"), program, evidence)
    with pytest.raises(ValueError, match="it returns float64, not float32"):
        checked(source.replace("    return v", "    return np.float64(1) * v"), program, evidence)
