from random import Random

import numpy as np
import pytest

from primitives.float_format import FLOAT32
from primitives.machine import MACHINE
from search_spaces.float32_functions.space import Float32Functions


@pytest.mark.parametrize("scheme", ["polynomial", "rational"])
@pytest.mark.parametrize(("function", "sign"), [("sin", -1), ("erf", -1), ("cos", 1)])
def test_symmetric_functions_get_symmetric_programs(function, sign, scheme):
    space, rng = Float32Functions(function, (scheme,)), Random(1)
    x = np.linspace(0.1, 1, 20)
    for _ in range(10):
        program = space.random(rng)
        constants = [c.value or rng.uniform(-1, 1) for c in program.constants]
        values = program.run(x, constants, meaning)[-1]
        np.testing.assert_allclose(program.run(-x, constants, meaning)[-1], sign * values, rtol=1e-12)


def meaning(name, *operands):
    return MACHINE[name].real(FLOAT32, *operands)


def test_degrees_and_forms_are_drawn():
    space, rng = Float32Functions("exp2", ("polynomial",)), Random(2)
    drawn = [space.random(rng) for _ in range(150)]
    assert {len(program.constants) for program in drawn} == set(range(3, 12))
    assert {len(p.instructions) for p in drawn if len(p.constants) == 8} == {7, 8, 9}
