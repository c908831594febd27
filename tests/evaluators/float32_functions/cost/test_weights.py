"""Costs by weights: sums by hand, and what a chain adds."""

from __future__ import annotations

import pytest

from evaluators.float32_functions.cost.weights import DIVIDER_SLOTS, LATENCIES, WINDOW, WeightedCost, chain_cycles
from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder
from tests.evaluators.float32_functions.cost.small_programs import division, horner


def test_a_chain_costs_its_weights_and_its_waiting():
    assert chain_cycles(horner(10)) == 40
    assert WeightedCost()(horner(10)) == pytest.approx(10 + 40 * 10 / WINDOW)
    assert chain_cycles(division()) == 4 + 11


def test_a_division_is_nearly_free_beside_others():
    assert WeightedCost()(division()) == pytest.approx(DIVIDER_SLOTS + 15 * 2 / WINDOW)
    build = Builder()
    quotient = build.fixed(1.0) / build.x
    others = build.x
    for step in range(12):
        others = build("fma", others, build.x, 1.5 + step)
    program = build.program(build("fma", quotient, others, build.x))
    assert WeightedCost()(program) == pytest.approx(13 + MACHINE["div"].cost + 52 * 14 / WINDOW)


def test_side_by_side_is_cheaper_than_one_after_another():
    build = Builder()
    halves = [build("fma", build("fma", build.x, c, c + 1), build.x, c + 2) for c in (1.0, 5.0)]
    side_by_side = build.program(build("fma", *halves, build.x))
    assert side_by_side.cost == horner(5).cost == 5
    assert WeightedCost()(side_by_side) < WeightedCost()(horner(5))


def test_latencies_are_of_operations_that_there_are():
    assert set(LATENCIES) <= set(MACHINE)
