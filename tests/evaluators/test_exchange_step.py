import itertools
import random
from dataclasses import dataclass

import pytest
from flint import arb

from evaluators.balls import precision
from evaluators.error_curve import samples
from evaluators.exchange_step import Exchange, alternating
from evaluators.targets import target
from search_spaces.program import Program
from tests.evaluators.minimax_programs import horner


@dataclass
class _Peak:
    error: arb


@pytest.mark.parametrize("seed", range(30))
def test_alternating_extrema_alternate_and_hold_the_largest(seed):
    rng = random.Random(seed)
    sizes = [rng.choice((-1, 1)) * rng.uniform(0.5, 2) for _ in range(rng.randint(1, 9))]
    longest = 1 + sum(a * b < 0 for a, b in itertools.pairwise(sizes))
    for count in range(2, longest + 1):
        chosen = alternating([_Peak(arb(size)) for size in sizes], count)
        assert len(chosen) in (count, count - 1) or longest < count
        assert chosen == sorted(set(chosen))
        assert all(sizes[i] * sizes[j] < 0 for i, j in itertools.pairwise(chosen))
    everything = alternating([_Peak(arb(size)) for size in sizes], len(sizes))
    assert len(everything) == longest
    assert max(map(abs, sizes)) == max(abs(sizes[i]) for i in everything)


def test_one_step_solves_a_linear_program_on_the_points_it_sees():
    goal = target("exp2")
    with precision(192):
        exchange = Exchange(horner(3), goal, samples(goal, 193, 192))
        start = exchange.state([arb(0.1)] * 4)
        step = exchange.step(start)
        after = exchange.along(start, step, arb(1))
    assert all(abs(float(bend)) < 1e-25 for bend in step.bend)
    assert after.max_error == pytest.approx(7.48e-5, rel=3e-2)
    assert step.predicted <= after.max_error


def test_the_bend_is_half_the_acceleration_of_the_errors():
    goal = target("exp2")
    # c0 c1 + x has half second derivative v0 v1 along v, which the bend b cancels by c1 b0 + c0 b1.
    program = Program((("mul", -1, -2), ("add", 1, 0)), ((1.2, 0.0), (0.7, 0.0)))
    with precision(192):
        exchange = Exchange(program, goal, samples(goal, 65, 192))
        start = exchange.state([arb(1.2), arb(0.7)])
        step = exchange.step(start)
    v, b = [float(e) for e in step.velocity], [float(e) for e in step.bend]
    assert v[0] * v[1] + 0.7 * b[0] + 1.2 * b[1] == pytest.approx(0, abs=1e-9)
    assert 0.0 in v, "one of two dependent constants is held"


def test_a_program_that_is_not_finite_has_no_state():
    goal = target("exp")
    with precision(128):
        exchange = Exchange(Program((("div", -1, 0),), ((1.0, 0.0),)), goal, samples(goal, 33, 128))
        assert exchange.state([arb(1)]) is None
