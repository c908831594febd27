import jax
import pytest

from evaluators.norm_act_layers import engines
from evaluators.norm_act_layers.engines import Engines, chosen_engine
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.small_images import noise

BATCHES = (Recipe(steps=3, batch_size=8), Recipe(steps=3, batch_size=4))


@pytest.fixture
def interpreters(monkeypatch):
    """The networks and recipes for which an interpreter was made; it has no room for the layer pau."""
    made = []

    def make_interpreter(config, recipe):
        made.append((config.name, config.width, config.image_size, recipe))

        def program(layer):
            if layer == KNOWN_LAYERS["pau"]:
                raise ValueError("no room")
            return layer

        return program

    monkeypatch.setattr(engines, "make_interpreter", make_interpreter)
    monkeypatch.setattr(engines, "_warm_up", lambda *_: None)
    return made


def test_there_is_one_interpreter_per_network_and_recipe(interpreters):
    found = Engines(noise(), AnchorsConfig(width=6, engine="interpreted"))
    for name in ("bn_relu", "gelu"):
        for network in ("resnet", "vit"):
            for recipe in BATCHES:
                assert found.program(KNOWN_LAYERS[name], network, recipe) == KNOWN_LAYERS[name]
    assert interpreters == [(network, 6, 4, recipe) for network in ("resnet", "vit") for recipe in BATCHES]


def test_a_layer_without_room_is_compiled(interpreters):
    program = Engines(noise(), AnchorsConfig(engine="interpreted")).program(KNOWN_LAYERS["pau"], "resnet", BATCHES[0])
    assert (program.network.config.name, program.recipe) == ("resnet", BATCHES[0])
    assert len(interpreters) == 1


def test_no_interpreter_is_made_where_none_is_asked_for(interpreters):
    Engines(noise(), AnchorsConfig(engine="compiled")).program(KNOWN_LAYERS["gelu"], "resnet", BATCHES[0])
    assert interpreters == []


@pytest.mark.parametrize(
    ("device", "fields", "engine"),
    [
        ("cpu", {}, "interpreted"),
        ("gpu", {}, "population"),
        ("gpu", {"train_eval_gap": True}, "interpreted"),
        ("gpu", {"engine": "compiled"}, "compiled"),
        ("cpu", {"engine": "population"}, "population"),
    ],
)
def test_the_engine_is_that_of_the_device_unless_it_is_named(device, fields, engine, monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: device)
    assert chosen_engine(AnchorsConfig(**fields)) == engine
