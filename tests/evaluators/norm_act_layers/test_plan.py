import jax

from evaluators.norm_act_layers.plan import plan
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig

RECIPE = Recipe(steps=100, batch_size=64, learning_rate=0.32)


def test_every_network_is_trained_and_the_first_at_a_small_batch_too():
    anchors = AnchorsConfig(("vit", "resnet"), small_batch=4)
    *networks, small = plan(anchors, RECIPE)
    assert [tuple(training) for training in networks] == [
        ("accuracy_vit", "vit", RECIPE),
        ("accuracy_resnet", "resnet", RECIPE),
    ]
    assert small == ("accuracy_batch_4", "vit", Recipe(steps=400, batch_size=4, learning_rate=0.02))


def test_keys_differ_by_network_and_by_evaluation():
    vit, resnet = plan(AnchorsConfig(("vit", "resnet")), RECIPE)
    keys = [vit.key(1), vit.key(2), resnet.key(1), resnet.key(2)]
    assert len({jax.random.key_data(key).tobytes() for key in keys}) == 4
    assert vit.key(1) == plan(AnchorsConfig(("vit",)), Recipe())[0].key(1)
