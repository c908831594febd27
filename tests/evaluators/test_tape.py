import random

import mpmath
import pytest
from flint import arb

from evaluators.balls import precision
from evaluators.tape import Tape
from search_spaces.program import Program
from tests.evaluators.minimax_programs import random_program

MEANING = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "sqrt": mpmath.sqrt,
    "exp": mpmath.exp,
    "log": mpmath.log,
}


def _oracle(program, x, constants):
    return program.apply(x, constants, lambda name, *operands: MEANING[name](*operands))


def _check(program, x):
    with mpmath.workdps(60), precision(200):
        constants = [mpmath.mpf(high) for high, _ in program.constants]
        balls = [arb(high) for high, _ in program.constants]
        tape = Tape(program)
        expected = _oracle(program, mpmath.mpf(x), constants)
        assert float(tape.value(arb(x), balls)) == pytest.approx(float(expected), rel=1e-12)
        step = mpmath.mpf("1e-20")
        for k, slope in enumerate(tape.gradient(arb(x), balls)):
            moved = [[c + sign * step * (i == k) for i, c in enumerate(constants)] for sign in (1, -1)]
            wanted = (_oracle(program, mpmath.mpf(x), moved[0]) - _oracle(program, mpmath.mpf(x), moved[1])) / (
                2 * step
            )
            assert float(slope) == pytest.approx(float(wanted), rel=1e-12, abs=1e-25)


@pytest.mark.parametrize("seed", range(60))
def test_values_and_gradients_agree_with_finite_differences(seed):
    rng = random.Random(seed)
    program = random_program(rng, rng.randint(1, 9))
    try:
        _oracle(program, 0.37, [high for high, _ in program.constants])
    except ZeroDivisionError:
        return
    _check(program, 0.37)


def test_operations_of_one_operand():
    instructions = (("mul", 0, -1), ("exp", 1), ("add", 2, -2), ("sqrt", 3), ("log", 4), ("neg", 5), ("mul", 6, 6))
    _check(Program(instructions, ((0.7, 0.0), (1.3, 0.0))), 0.4)


def test_a_constant_without_influence_has_slope_zero():
    program = Program((("add", 0, -1), ("add", 0, -2)), ((1.0, 0.0), (2.0, 0.0)))
    gradient = Tape(program).gradient(arb(1), [arb(1), arb(2)])
    assert [float(slope) for slope in gradient] == [0.0, 1.0]
