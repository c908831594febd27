import random
from itertools import pairwise

import pytest

from evaluators.norm_act_layers.interpreter.adjoints import add_adjoints
from evaluators.norm_act_layers.interpreter.lowering import Statistics, lower
from evaluators.norm_act_layers.interpreter.registers import allocate
from evaluators.norm_act_layers.interpreter.rows import OUTPUT, Row, Run
from evaluators.norm_act_layers.interpreter.schedule import Addend, Section, schedule
from search_spaces.norm_act_layers import KNOWN_LAYERS, NormActLayers


def backward(layer):
    lowered = lower(layer, Statistics.GIVEN, len(layer.leaves))
    adjoints = add_adjoints(lowered)
    addends = {level: Addend(*addend) for level, addend in adjoints.of_x.items()}
    return schedule(lowered.graph, addends, adjoints.of_parameters.values())


def check(sections, kept):
    """Runs the rows on names of values, sections per block three times, and looks whether each finds its operands."""
    registers = allocate(sections, set(kept))
    held = {}
    for section in sections:
        for _ in range(3 if section.per_block else 1):
            for row in section.rows:
                for key in row.operands:
                    assert key[0] == "slot" or held[registers[key]] == key
                held[registers[row.out]] = row.out
    assert all(held[registers[key]] == key for key in kept)
    return registers


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_values_of_known_layers_are_there_until_their_last_use(name):
    sections, kept = backward(KNOWN_LAYERS[name])
    assert len(set(check(sections, kept).values())) < sum(len(section.rows) for section in sections) + 1


def test_so_are_those_of_random_ones():
    space, rng = NormActLayers(), random.Random(0)
    for _ in range(100):
        check(*backward(space.canonical(space.random(rng))))


def test_registers_are_used_again():
    chain = [("value", number) for number in range(10)]
    rows = [Row("fetch_x", (), chain[0])]
    rows += [Row("tanh", (first,), second) for first, second in pairwise(chain)]
    registers = allocate([Section(True, False, [Run(rows, [])])], {chain[-1]})
    assert set(registers.values()) == {0, 1}
    assert registers[OUTPUT] == 0
