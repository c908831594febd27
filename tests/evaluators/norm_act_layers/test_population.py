import numpy as np

from evaluators.norm_act_layers.interpreter import Capacity, layer_code
from evaluators.norm_act_layers.interpreter.opcodes import OPCODES
from evaluators.norm_act_layers.population import stacked_codes
from search_spaces.norm_act_layers import KNOWN_LAYERS


def test_all_codes_run_as_many_rows_as_the_longest_and_the_rest_changes_nothing():
    codes = [layer_code(KNOWN_LAYERS[name], Capacity()) for name in ("relu", "pau")]
    stacked = stacked_codes(codes)
    for name in ("forward", "backward", "inference", "inference_backward"):
        alone, together = [getattr(code, name) for code in codes], getattr(stacked, name)
        assert together.num_rows == alone[1].num_rows > alone[0].num_rows
        np.testing.assert_array_equal(together.rows, [code.rows for code in alone])
        filled = together.rows[0, alone[0].num_rows : together.num_rows]
        assert {tuple(row) for row in filled} == {(OPCODES["copy"], 0, 0, 0, 0)}
