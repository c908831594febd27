import numpy as np

from evaluators.float32_functions.free_constants import all_values, free_places, free_values, with_free_values
from search_spaces.float32_functions.builder import Builder


def test_only_constants_marked_free_change_and_they_are_numbers_of_the_format():
    b = Builder()
    program = b.program(b("fma", b.x, b.free(1.5), b.fixed(2.0)) * b.free(-3.0))
    assert free_places(program) == (0, 2)
    np.testing.assert_array_equal(free_values(program), [1.5, -3.0])
    changed = with_free_values(program, [0.1, 7.0])
    assert [c.value for c in changed.constants] == [float(np.float32(0.1)), 2.0, 7.0]
    assert [c.free for c in changed.constants] == [True, False, True]
    assert all_values(program, ["a", "b"], lambda constant: constant.value) == ["a", 2.0, "b"]
