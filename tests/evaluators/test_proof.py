import random

import pytest

from evaluators.baselines import quotient
from evaluators.exchange import sharpen
from evaluators.proof import PoleError, prove
from evaluators.targets import make_target, target
from search_spaces.program import Program
from tests.evaluators.minimax_programs import horner, random_program

EXP2 = target("exp2")
FLOAT_MEANING = {"add": float.__add__, "sub": float.__sub__, "mul": float.__mul__, "div": float.__truediv__}


def _value(program, x):
    constants = [high for high, _ in program.constants]
    return program.apply(x, constants, lambda name, a, b: FLOAT_MEANING[name](a, b))


def _scan(program, num_points=3001):
    xs = [k / (num_points - 1) for k in range(num_points)]
    return max(abs(_value(program, x) / 2**x - 1) for x in xs)


@pytest.mark.parametrize("seed", range(60))
def test_bounds_of_random_programs_hold_and_are_tight(seed):
    rng = random.Random(seed)
    program = random_program(rng, rng.randint(1, 8))
    try:
        proof = prove(program, EXP2)
    except PoleError as pole:
        assert 0 <= pole.lower <= pole.upper <= 1 + 1e-12 or pole.lower < 0 < pole.upper
        _check_pole(program, pole)
        return
    try:
        scanned = _scan(program)
    except ZeroDivisionError:
        assert proof.undefined or _limit_at_the_open_end_only(program)
        return
    assert proof.bound >= scanned * (1 - 1e-10)
    assert proof.bound >= proof.measured * (1 - 1e-15)
    assert proof.ratio <= 1.011


def _limit_at_the_open_end_only(program):
    return all(abs(_value(program, k / 3000)) < 1e9 for k in range(1, 3001))


def _check_pole(program, pole):
    """Values grow without bound towards a pole, or the program divides by zero everywhere."""
    sizes = []
    for distance in (1e-3, 1e-6, 1e-9):
        for x in (pole.lower - distance, pole.upper + distance):
            if 0 <= x <= 1:
                try:
                    sizes.append(abs(_value(program, x)))
                except ZeroDivisionError:
                    return
    assert max(sizes) > 100 * min(sizes)
    assert max(sizes) > 1e3


@pytest.mark.parametrize("degree", [1, 3, 5, 7])
def test_minimax_polynomials_are_proven_within_one_percent(degree):
    sharpened = sharpen(horner(degree), EXP2)
    proof = prove(sharpened.program, EXP2)
    assert 1 <= proof.ratio <= 1.011
    assert proof.measured == pytest.approx(sharpened.max_error, rel=1e-4)
    assert proof.seconds < 2
    assert prove(sharpened.program, EXP2, tolerance=1e-4).ratio <= 1.00011


@pytest.mark.parametrize("name", ["sin", "gamma", "airy_ai", "bessel_j0", "gelu", "sigmoid", "tan", "sqrt"])
def test_every_kind_of_target_can_be_proven(name):
    sharpened = sharpen(horner(5), target(name))
    assert prove(sharpened.program, target(name)).ratio <= 1.011


def test_constants_count_with_both_parts():
    goal = make_target("1", "0,1")
    program = Program((("mul", -1, -2),), ((1.0, 1e-25), (1.0, 0.0)))
    proof = prove(program, goal)
    assert 1e-25 <= proof.bound <= 1.02e-25


def test_a_program_without_error_is_proven_to_be_exact():
    proof = prove(Program((("mul", 0, 0),), ()), make_target("x**2", "1,2"))
    assert proof.bound < 1e-29
    assert proof.ratio == 1.0


def test_a_narrow_spike_between_the_scanned_points_is_not_missed():
    # 1e-3 + 1e-16 / ((x - c)^2 + 1e-13): a spike of height 1e-3 and width 3e-7 where no scanned point lies.
    constants = ((-0.123456789, 0.0), (1e-13, 0.0), (1e-16, 0.0), (1e-3, 0.0))
    instructions = (("add", 0, -1), ("mul", 1, 1), ("add", 2, -2), ("div", -3, 3), ("add", 4, -4))
    proof = prove(Program(instructions, constants), make_target("0", "0,1", "absolute"))
    assert 2e-3 <= proof.bound <= 2.03e-3
    assert proof.measured == pytest.approx(2e-3, rel=1e-2)


@pytest.mark.parametrize(
    ("instructions", "constants", "place"),
    [
        ((("add", 0, -1), ("div", -2, 1)), (-0.3, 1.0), 0.3),
        ((("add", 0, -1), ("mul", 1, 1), ("div", -2, 2)), (-0.3, 1.0), 0.3),
        ((("div", -1, 0),), (1.0,), 0.0),
        ((("sub", -1, 0), ("div", 0, 1)), (1.0,), 1.0),
        ((("sub", 0, -1), ("sqrt", 1)), (1e-20,), 0.0),
        ((("add", 0, -1), ("log", 1)), (0.0,), 0.0),
    ],
)
def test_poles_are_refused_with_the_interval_that_holds_them(instructions, constants, place):
    with pytest.raises(PoleError, match=r"in \[") as refusal:
        prove(Program(instructions, tuple((c, 0.0) for c in constants)), EXP2)
    assert refusal.value.lower <= place <= refusal.value.upper
    assert refusal.value.upper - refusal.value.lower < 1e-9
    assert "\n" not in str(refusal.value)


def test_a_sign_change_is_told_from_what_is_only_not_excluded():
    with pytest.raises(PoleError, match="operation 2 changes its sign"):
        prove(Program((("add", 0, -1), ("div", -2, 1)), ((-0.3, 0.0), (1.0, 0.0))), EXP2)
    with pytest.raises(PoleError, match="operation 3 is not shown to differ from zero"):
        prove(Program((("add", 0, -1), ("mul", 1, 1), ("div", -2, 2)), ((-0.3, 0.0), (1.0, 0.0))), EXP2)


def test_an_inner_infinity_that_is_divided_away_is_no_pole_but_named():
    # 1 + 1 / (x + 5 - 1 / (x - 0.5)) = 1 + (x - 1/2) / ((x + 5) (x - 1/2) - 1): its pole nearest to 0.5 is at 0.68.
    instructions = (("add", 0, -1), ("div", -2, 1), ("add", 0, -3), ("sub", 3, 2), ("div", -2, 4), ("add", 5, -2))
    program = Program(instructions, ((-0.5, 0.0), (1.0, 0.0), (5.0, 0.0)))
    goal = target("exp2", domain="0.3,0.6")
    proof = prove(program, goal)
    assert proof.undefined == "near x = 0.5"
    xs = [0.3 + 0.3 * k / 998 for k in range(999)]
    assert proof.bound >= max(abs(_value(program, x) / 2**x - 1) for x in xs if x != 0.5)
    assert proof.ratio <= 1.011
    with pytest.raises(PoleError, match="operation 5 changes its sign"):
        prove(program, EXP2)


def test_an_open_end_may_be_undefined():
    # v = x + 3 / x; 1 / (v + 1) has the limit 0 at 0, which the domain (0, 1] leaves out.
    instructions = (("div", -1, 0), ("add", 0, 1), ("add", 2, -2), ("div", -2, 3))
    program = Program(instructions, ((3.0, 0.0), (1.0, 0.0)))
    proof = prove(program, EXP2)
    assert proof.undefined == ""
    assert 1 <= proof.bound <= 1.01
    assert prove(program, target("exp")).undefined == "near x = 0"


def test_a_pole_at_an_open_end_is_refused():
    with pytest.raises(PoleError):
        prove(Program((("div", -1, 0),), ((3.0, 0.0),)), EXP2)


def test_a_quotient_is_proven_like_any_program():
    # The [1/1] Pade quotient of 2^x at 0, (2 + x log 2) / (2 - x log 2), made monic below and negated.
    h = 0.6931471805599453
    program = Program(quotient((1, 1)), ((-2 / h, 0.0), (-1.0, 0.0), (-2 / h, 0.0)))
    sharpened = sharpen(program, EXP2)
    assert sharpened.max_error == pytest.approx(8.67e-4, rel=1e-2)
    proof = prove(sharpened.program, EXP2)
    assert proof.ratio <= 1.011
    assert proof.undefined == ""
