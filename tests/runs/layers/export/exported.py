"""Exported modules, loaded and run in this process."""

import importlib
import types
from functools import cache

import jax
import pytest

from runs.layers.export import LayerEvidence, export
from runs.layers.export.drivers import jax_driver
from runs.layers.export.verification import compare, draw_inputs, expected
from search_spaces.norm_act_layers.canonical_form import canonical

EVIDENCE = LayerEvidence(
    name="found",
    run="norm_act-7",
    program="1234",
    seed=7,
    date="2026-11-22",
    command="primordia search norm_act --seed 7 --hours 1",
    versions=(("primordia", "0.1.0"), ("jax", "0.10.2")),
    data="digits, 1,200 images for training, 300 for the search",
    accuracies="layer       resnet  mobilenet\nfound        91.25      88.00\nbn_relu      90.10      87.12\n",
)

PYTHON = ("flax", "jax", "keras", "torch")


def skip_without(language, monkeypatch):
    """Skips a test where a language's package is missing; Keras gets the backend that is always there."""
    if language in ("flax", "keras", "torch"):
        if language == "keras":
            monkeypatch.setenv("KERAS_BACKEND", "jax")
        pytest.importorskip(language, reason=f"needs {language}")


def module_of(text):
    """Returns the module that a text is the source of."""
    module = types.ModuleType("exported")
    exec(compile(text, "exported.py", "exec"), module.__dict__)
    return module


def class_of(layer, language):
    """Returns the class that a layer is exported as."""
    return module_of(export(layer, language, EVIDENCE)).Found


@cache
def reference(layer, cases):
    """Returns inputs and what the evaluator gives for them."""
    inputs = draw_inputs(layer, cases)
    return inputs, expected(layer, inputs)


def require_parity(layer, language, cases=("tokens",), text=""):
    """Compares a layer's export, or another text, with the evaluator."""
    layer = canonical(layer)
    inputs, meant = reference(layer, cases)
    names = importlib.import_module(f"runs.layers.export.to_{language}").names(layer)
    module = module_of(text or export(layer, language, EVIDENCE))
    arguments = (language, module, "apply" if language == "jax" else "Found", names)
    if language == "torch":
        from runs.layers.export.drivers import torch_driver

        found = torch_driver.run(*arguments, inputs)
    else:
        with jax.enable_x64(True):
            found = jax_driver.run(*arguments, inputs)
    compare(language, found, meant)
