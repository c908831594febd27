import pytest

from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Leaf
from search_spaces.norm_act_layers.vocabulary import make_vocabulary


def words(series="", max_nodes=4):
    leaves = (Leaf("constant", 0.0),)
    return make_vocabulary(("div", "max"), ("std", "mean"), ("bwh", "wh"), leaves, False, max_nodes, series)


def test_each_moment_is_taken_over_each_index_set():
    assert words().operations == (
        ("div", ""),
        ("max", ""),
        ("std", "bwh"),
        ("std", "wh"),
        ("mean", "bwh"),
        ("mean", "wh"),
    )


def test_a_layer_is_in_the_words_if_all_its_nodes_are():
    assert words().has(KNOWN_LAYERS["relu"])
    assert not words().has(KNOWN_LAYERS["silu"])
    assert not words("S").has(KNOWN_LAYERS["batch_norm"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"series": "X"}, "series must be B, S or empty, not 'X'"),
        ({"max_nodes": 0}, "max_nodes must be at least 1, not 0"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        words(**settings)
