import random
from collections import Counter

import numpy as np
import pytest

from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.draft import Draft
from search_spaces.norm_act_layers.evonorm import evonorm_vocabulary
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Leaf, validate
from search_spaces.norm_act_layers.norm_act import norm_act_vocabulary
from search_spaces.norm_act_layers.vocabulary import Operation
from tests.search_spaces.norm_act_layers.layers import random_input, value


def draft(name=None, vocabulary=None):
    return Draft(vocabulary or norm_act_vocabulary(), random.Random(0), KNOWN_LAYERS[name] if name else None)


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_a_draft_of_a_layer_is_finished_to_the_same_layer(name):
    assert canonical(draft(name).finish()) == canonical(KNOWN_LAYERS[name])


def test_nodes_may_refer_to_later_ones_until_the_draft_is_finished():
    changed = draft("relu")
    late = changed.add(Operation("exp"), 0)
    changed.redirect(1, 0, late)
    layer = validate(changed.finish())
    x = random_input()
    np.testing.assert_allclose(value(layer, x), np.maximum(np.exp(x), 0))


def test_replacing_a_value_changes_all_its_users():
    changed = draft("bn_silu")
    affine = 6  # of which both the sigmoid and the last product make use
    assert changed.nodes[affine].inputs == (6,) or affine in changed.nodes[affine].inputs
    changed.replace_value(affine, 0)
    x = random_input()
    np.testing.assert_allclose(value(validate(changed.finish()), x), x / (1 + np.exp(-x)))


def test_replacing_the_output_moves_it():
    changed = draft("evonorm_s1")
    changed.replace_value(changed.output, 2)
    x = random_input()
    np.testing.assert_allclose(value(validate(changed.finish()), x), x / (1 + np.exp(-x)))


def test_an_output_that_is_no_node_is_no_layer():
    for output in (0, -1):
        changed = draft("relu")
        changed.output = output
        assert changed.finish() is None


def test_cones_hold_what_a_value_depends_on():
    # 1 = x * v, 2 = std, 3 = 1 + 2, 4 = std over the batch, 5 = max, 6 = x / 5
    b0 = draft("evonorm_b0")
    assert b0.cone(3) == {0, 1, 2, 3, -1}
    assert b0.cone(6) == {0, 1, 2, 3, 4, 5, 6, -1}
    assert b0.live_nodes() == [1, 2, 3, 4, 5, 6]
    assert b0.independent(3) == [1, 2, 4]
    assert (6, 1) in b0.edges()
    assert len(b0.edges()) == 10


def test_leaves_are_shared_where_the_space_has_a_fixed_set_of_them():
    fixed, free = draft(vocabulary=evonorm_vocabulary()), draft()
    for vocabulary_draft, expected in ((fixed, 1), (free, 2)):
        first, second = (vocabulary_draft.leaf(Leaf("vector", 1.0)) for _ in range(2))
        assert len({first, second}) == len(vocabulary_draft.leaves) == expected


def test_operands_are_the_input_leaves_and_the_values_at_hand():
    drawing = draft("evonorm_b0")
    kinds = Counter(int(np.sign(drawing.draw_operand([4, 5]))) for _ in range(4000))
    assert kinds[0] / 4000 == pytest.approx(0.55, abs=0.04)
    assert kinds[-1] / 4000 == pytest.approx(0.3, abs=0.04)
    assert {drawing.draw_operand([]) <= 0 for _ in range(100)} == {True}


def test_moments_are_a_quarter_of_the_operations_drawn():
    drawing = draft()
    words = [drawing.draw_operation() for _ in range(4000)]
    assert sum(bool(word.index_set) for word in words) / 4000 == pytest.approx(0.25, abs=0.03)
