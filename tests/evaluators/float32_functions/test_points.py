import math
from typing import Any

import numpy as np
import pytest
from scipy import special

from evaluators.float32_functions.points import Inputs, critical_inputs, spread, survey, vicinity
from evaluators.float32_functions.targets import TARGETS, target
from primitives.float_format import FLOAT32, FORMATS
from tests.evaluators.float32_functions.typed_programs import patterns

EXP = TARGETS["exp"]


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("name", ["exp2", "log1p", "cos", "gelu"])
def test_inputs_are_distinct_numbers_of_the_domain(name: str, fmt: Any) -> None:
    inputs = survey(TARGETS[name], fmt, 4000, flush=True)
    assert inputs.x.dtype == fmt.dtype
    with np.errstate(invalid="ignore"):  # some are signalling
        assert TARGETS[name].contains(inputs.x.astype(np.float64)).all()
    numbers = inputs.x.view(fmt.int_dtype)
    assert len(numbers) == len({*numbers.tolist()}) > 2000


def test_exact_values_are_the_functions() -> None:
    inputs = spread(TARGETS["erf"], FLOAT32, 3000, flush=True)
    normal = np.abs(inputs.x) >= FLOAT32.smallest_normal
    np.testing.assert_allclose(inputs.exact[normal], special.erf(inputs.x[normal].astype(np.float64)), rtol=1e-14)


def test_a_survey_has_inputs_in_every_binade_of_either_sign() -> None:
    x = survey(EXP, FLOAT32, 20_000, flush=True).x
    x = x[np.isfinite(x) & (np.abs(x) >= FLOAT32.smallest_normal)]
    binades = np.frexp(x)[1] + np.where(x > 0, 1000, 0)
    counts = np.unique(binades, return_counts=True)[1]
    assert len(counts) == 2 * 254
    assert counts.min() >= 10


@pytest.mark.parametrize("name", ["exp", "log", "sin"])
def test_the_special_numbers_are_critical(name: str) -> None:
    x = critical_inputs(TARGETS[name], FLOAT32, flush=True)
    wanted = [0.0, -0.0, 1.0, -1.0, 2.0**-149, -(2.0**-149), 2.0**-126, np.nan]
    wanted += [math.inf, -math.inf, FLOAT32.largest] if name != "sin" else [8192.0, -8192.0]
    assert np.isin(patterns(np.array(wanted, np.float32)), patterns(x)).all()


def test_both_sides_of_overflow_and_of_the_least_normal_value_are_critical() -> None:
    x = critical_inputs(EXP, FLOAT32, flush=True)
    near = [math.log(FLOAT32.largest), math.log(FLOAT32.smallest_normal)]
    for edge in near:
        below = np.float32(edge) if np.float32(edge) <= edge else np.nextafter(np.float32(edge), np.float32(-np.inf))
        assert np.isin([below, np.nextafter(below, np.float32(np.inf))], x).all()


@pytest.mark.parametrize("name", ["exp2", "tanh", "sigmoid", "log"])
def test_every_change_of_kind_in_half_precision_is_critical(name: str) -> None:
    fmt = FORMATS["float16"]
    bits = np.arange(2**15 - 2**10 + 1).astype(np.uint16)
    positive = bits.view(np.float16)
    x = np.concatenate([-positive[:0:-1], positive]).astype(np.float64)
    with np.errstate(all="ignore"):
        value = {"exp2": np.exp2, "tanh": np.tanh, "sigmoid": special.expit, "log": np.log}[name](x)
        kinds = np.stack([np.isnan(value), np.abs(value) > fmt.largest, np.abs(value) < fmt.smallest_normal])
    changes = np.flatnonzero((kinds[:, 1:] != kinds[:, :-1]).any(axis=0))
    assert len(changes)
    critical = critical_inputs(TARGETS[name], fmt, flush=False).astype(np.float64)
    assert np.isin(x[changes], critical).all()
    assert np.isin(x[changes + 1], critical).all()


def test_the_numbers_nearest_to_zeros_of_sin_are_critical() -> None:
    x = critical_inputs(TARGETS["sin"], FLOAT32, flush=True)
    assert np.isin(np.float32(np.arange(-2607, 2608) * math.pi), x).all()


def test_a_bounded_domain_has_its_ends() -> None:
    chosen = target("exp", -1.5, 0.7)
    x = critical_inputs(chosen, FLOAT32, flush=True)
    assert x.min() == -1.5
    assert x.max() == np.nextafter(np.float32(0.7), np.float32(0)) or x.max() == np.float32(0.7)
    assert not np.isnan(x).any()


def test_errors_are_in_units_of_the_last_place_and_zeros_have_signs() -> None:
    inputs = Inputs(np.array([0.0, -0.0, 1.0], np.float32), np.array([0.0, -0.0, 0.75]), FLOAT32, True)
    np.testing.assert_array_equal(inputs.errors(np.array([0.0, -0.0, 0.75 + 2.0**-24], np.float32)), [0, 0, 1])
    np.testing.assert_array_equal(inputs.errors(np.array([-0.0, 0.0, np.nan], np.float32)), [np.inf] * 3)


def test_flushed_arithmetic_takes_subnormal_inputs_for_zeros() -> None:
    chosen = TARGETS["log"]
    x = critical_inputs(chosen, FLOAT32, flush=True)
    for flush, smallest in ((True, -math.inf), (False, math.log(2.0**-149))):
        inputs = survey(chosen, FLOAT32, 1024, flush=flush)
        at = np.flatnonzero(inputs.x == np.float32(2.0**-149))[0]
        assert inputs.exact[at] == pytest.approx(smallest)
    assert np.float32(2.0**-149) in x


def test_only_normal_exact_values_are_fitted() -> None:
    fitted = survey(EXP, FLOAT32, 4000, flush=True).fitted
    assert (fitted.reference >= FLOAT32.smallest_normal).all()
    assert (fitted.reference <= FLOAT32.largest).all()
    assert len(fitted.x) > 1000


def test_the_vicinity_is_all_numbers_around_the_worst_inputs() -> None:
    inputs = spread(EXP, FLOAT32, 3000, flush=True)
    errors = np.zeros(len(inputs.x))
    worst = [int(np.flatnonzero(inputs.x < -2)[-1]), int(np.flatnonzero(inputs.x > 5)[0])]
    errors[worst] = 0.7, 0.9
    found = vicinity(inputs, errors, EXP, cells=2, cell_size=64)
    assert len(found.x) == 128
    for chosen in inputs.x[worst]:
        bits = int(chosen.view(np.int32))
        cell = bits // 64 * 64 + np.arange(64, dtype=np.int64)
        assert set(cell.astype(np.int32).tolist()) <= set(found.x.view(np.int32).tolist())
    np.testing.assert_allclose(found.exact, np.exp(found.x.astype(np.float64)), rtol=1e-14)
    only = vicinity(inputs, errors, EXP, cells=1, cell_size=64)
    assert inputs.x[worst[1]] in only.x
    assert inputs.x[worst[0]] not in only.x


def test_the_vicinity_stays_in_the_domain() -> None:
    part = target("exp2", 0.0, 0.998)
    inputs = spread(part, FLOAT32, 1000, flush=True)
    found = vicinity(inputs, (inputs.x == inputs.x.max()).astype(np.float64), part, cells=1, cell_size=2**20)
    assert (found.x.min(), found.x.max()) == (0.9375, np.nextafter(np.float32(0.998), np.float32(0)))
