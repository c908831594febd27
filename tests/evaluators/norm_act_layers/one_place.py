"""A network with a single place for the layer, compiled in no time."""

from functools import cache

from evaluators.norm_act_layers import population, training
from evaluators.norm_act_layers.interpreter import program
from evaluators.norm_act_layers.networks import NetworkConfig, network
from evaluators.norm_act_layers.recipe import Recipe


def describe(parts, images, width, depth):  # noqa: ARG001
    return parts.layer("only", parts.convolution("stem", images, width))


def one_place(monkeypatch):
    """Makes it known under its name, and has it compiled without optimisation, until the end of the test."""
    for module in (population, program, training):
        monkeypatch.setattr(module, "compiler_options", lambda: {"xla_backend_optimization_level": 0})
    monkeypatch.setattr(network, "NETWORKS", {"one_place": describe})
    return NetworkConfig("one_place", width=6, image_size=4, num_classes=2)


def one_place_population(config, recipe):
    """A population, compiled once for all tests: its recipe may differ from the default in what is not compiled in."""
    return _population(config)._replace(recipe=recipe)


@cache
def _population(config):
    return population.make_population(config, Recipe())
