from random import Random

import numpy as np
import pytest

from search_spaces.float32_functions.space import Float32Functions
from tests.search_spaces.float32_functions.programs import outputs


@pytest.mark.parametrize("function", ["exp2", "tanh", "cos"])
def test_the_lower_polynomial_is_one_at_zero_and_off_one_elsewhere(function):
    space, rng = Float32Functions(function, ("rational",)), Random(1)
    for _ in range(20):
        program = space.random(rng)
        (division,) = [i for i, (name, *_) in enumerate(program.instructions, 1) if name == "div"]
        below = program.instructions[division - 1][2]
        lower = type(program)(program.instructions[:below], program.constants)
        assert outputs(lower, 0.0) == 1
        assert np.all(outputs(lower, [0.5, 1.0]) != 1)
