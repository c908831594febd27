import jax
import numpy as np
import pytest

from evaluators.constant_fitting import Samples, fit_constants, max_errors
from evaluators.settings import FitConfig
from search_spaces.program import Program
from tests.evaluators.random_programs import from_code, numpy_values, programs

POINTS = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 32) / 32)
EXP2 = Samples(POINTS, np.exp2(-POINTS), np.ones_like(POINTS))
CONFIG = FitConfig(num_starts=8, num_points=31, iterations=40)


@pytest.fixture(autouse=True)
def _doubles():
    with jax.enable_x64():
        yield


def fitted(chosen, samples=EXP2, seed=0, **options):
    return fit_constants(chosen, samples, CONFIG, np.random.default_rng(seed), **options)


def rms(program, samples):
    return np.sqrt(np.mean((samples.weights * numpy_values(program, samples.points) - samples.goals) ** 2))


@pytest.mark.parametrize("batched", [False, True])
def test_errors_are_those_of_the_programs_returned(batched):
    chosen = programs(40, operations=("add", "sub", "mul", "div"), seed=21, max_constants=4)
    found, errors = fitted(chosen, batched=batched)
    for before, after, error in zip(chosen, found, errors, strict=True):
        assert after.instructions == before.instructions
        assert len(after.constants) == len(before.constants)
        if np.isfinite(error):
            points = EXP2.for_constants(max(4, len(before.constants)))
            assert error == pytest.approx(rms(after, points), rel=1e-6, abs=1e-13)


def test_a_fit_is_never_worse_than_the_constants_it_came_with():
    chosen = programs(60, operations=("add", "sub", "mul", "div", "exp"), seed=22, max_constants=4)
    _, errors = fitted(chosen)
    for program, error in zip(chosen, errors, strict=True):
        before = rms(program, EXP2.for_constants(max(4, len(program.constants))))
        assert not before < error * (1 - 1e-9)


def test_one_constant_is_enough_to_fit():
    (program,), (error,) = fitted([from_code("add(x,c0)", [40.0])])
    weights, points = EXP2.for_constants(4).weights, EXP2.for_constants(4).points
    expected = np.sum(weights * (1 - weights * points)) / np.sum(weights**2)
    assert program.constants[0][0] == pytest.approx(expected)
    assert error == pytest.approx(rms(program, EXP2.for_constants(4)))


def test_no_constant_is_measured_as_it_is():
    (program,), (error,) = fitted([from_code("mul(x,x)")])
    assert program.constants == ()
    assert error == pytest.approx(rms(program, EXP2.for_constants(4)))


def test_nothing_to_fit_is_no_error():
    assert fitted([])[0] == []
    assert max_errors([], EXP2).shape == (0,)


@pytest.mark.parametrize("batched", [False, True])
def test_nan_neither_wins_nor_sticks(batched):
    quotient = from_code("add(x,c0);div(c1,v1);add(v2,c2)", [np.nan, np.nan, np.nan])
    never = from_code("sub(x,x);div(c0,v1)", [1.0])
    (program, _), (error, hopeless) = fitted([quotient, never], batched=batched)
    assert np.isfinite([high for high, _ in program.constants]).all()
    assert error < 0.05
    assert np.isinf(hopeless)


def test_finds_the_constants_of_a_program_from_its_values():
    truth = Program(from_code("add(x,c0);div(c1,v1);add(v2,c2)").instructions, ((1.7, 0.0), (-2.0, 0.0), (0.6, 0.0)))
    samples = Samples(POINTS, np.ones_like(POINTS), numpy_values(truth, POINTS))
    (found,), (error,) = fitted([Program(truth.instructions, ((1.0, 0.0),) * 3)], samples)
    assert error < 1e-13
    np.testing.assert_allclose(found.constants, truth.constants, rtol=1e-9)


def test_equal_keys_give_equal_bits_and_programs_do_not_disturb_each_other():
    chosen = programs(30, operations=("add", "mul", "div"), seed=23, max_constants=4)
    first, second = fitted(chosen), fitted(chosen)
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])
    assert fitted(chosen, seed=1)[0] != first[0]


def test_all_sizes_of_a_batch_come_back_in_order():
    def sum_of(count):
        return from_code(";".join(["add(x,c0)", *[f"add(v{k},c{k})" for k in range(1, count)]]), [0.0] * count)

    chosen = [sum_of(count) for count in (8, 1, 4, 5, 3, 6, 7)]
    found, errors = fitted(chosen)
    assert [len(program.constants) for program in found] == [8, 1, 4, 5, 3, 6, 7]
    np.testing.assert_allclose(errors, errors[0], rtol=0.1)  # 8 constants are fitted at other points


@pytest.mark.parametrize("batched", [False, True])
def test_max_errors_agree_with_numpy(batched):
    chosen = programs(70, seed=24)
    points = np.linspace(0.1, 2.0, 257)
    samples = Samples(points, np.cos(points), np.sin(points))
    with np.errstate(all="ignore"):
        expected = np.array([np.abs(numpy_values(p, points) * samples.weights - samples.goals).max() for p in chosen])
    found = max_errors(chosen, samples, batched)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    finite = np.isfinite(expected) & (expected < 1e100)
    np.testing.assert_allclose(found[finite], expected[finite], rtol=1e-9, atol=1e-12)


def test_few_constants_are_fitted_at_every_second_point():
    half = EXP2.for_constants(4)
    np.testing.assert_allclose(half.points, 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 16) / 16), atol=1e-15)
    assert EXP2.for_constants(12) is EXP2
    even = Samples(*(0.5 - 0.5 * np.cos(np.pi * np.arange(1, 33) / 33) for _ in range(3))).for_constants(8)
    np.testing.assert_allclose(even.points, 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 33, 2) / 33), atol=1e-15)
    assert len(even.points) == 16


def test_fits_side_by_side_are_as_good_as_one_by_one():
    chosen = programs(32, operations=("add", "sub", "mul", "div"), seed=25, max_constants=4)
    one_by_one, together = fitted(chosen, batched=False)[1], fitted(chosen, batched=True)[1]
    np.testing.assert_array_equal(np.isfinite(together), np.isfinite(one_by_one))
    finite = np.isfinite(one_by_one)
    # Stray rounding may send a start into another basin; most end alike, and the work is not less thorough.
    alike = np.isclose(together[finite], one_by_one[finite], rtol=1e-3, atol=1e-12)
    assert alike.mean() > 0.9
    assert np.median(together[finite] / np.maximum(one_by_one[finite], 1e-300)) < 1.001
