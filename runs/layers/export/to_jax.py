"""Export to JAX: two functions, ``init`` and ``apply``."""

from __future__ import annotations

from runs.layers.export.evidence import LayerEvidence
from runs.layers.export.jax_parts import entry, helpers, jax_dialect, jax_imports, leaving
from runs.layers.export.layer_code import Parameter, layer_code
from runs.layers.export.module_text import filled, module_text, names_of
from runs.layers.export.verification import VERIFIED, verify
from search_spaces.norm_act_layers.layer import Layer

SUFFIX = ".py"

_DIALECT = jax_dialect(
    affine=("gamma", "beta"),
    parameter='params["{0}"]',
    running=(
        "if train:",
        "    {value} = {batch}",
        '    new_state["{name}"] = momentum * state["{name}"] + (1 - momentum) * {value}',
        "else:",
        '    {value} = state["{name}"]',
    ),
)

_INIT = '''
def init(num_channels, dtype=jnp.float32):
    """Returns the parameters and the running statistics of an untrained layer."""
    {params}
    {state}
    return params, state
'''

_APPLY = '''
def apply(params, state, x, train, momentum=0.9, axis_name=None, channels_last=True):
    """Applies the layer.

    Args:
        params: the parameters.
        state: the running statistics.
        x: of shape (batch, ...space..., channels), with any number of space axes, tokens and none included.
        {train}
        channels_last: False for x of shape (batch, channels, ...space...).

    Returns:
        the output, of the shape and type of x, and the new running statistics.
    """
    {entry}
    {body}
    {leaving}
    return {result}, {state}
'''

_TRAIN = """
train: whether to use the statistics of the batch and update the running ones, or to use the running ones.
momentum: share of a running statistic that stays.
axis_name: the mapped axis of the replicas that share the batch.
"""

_NO_TRAIN = "train, momentum, axis_name: without effect, as this layer has no running statistics."


def source(layer: Layer, evidence: LayerEvidence) -> str:
    """Returns the module."""
    code = layer_code(layer, _DIALECT)
    undo, result = leaving(code, "channels_last")
    copy = ["new_state = dict(state)"] if code.running else []
    apply = filled(
        _APPLY,
        train=_TRAIN.strip() if code.running else _NO_TRAIN,
        entry=entry(code, "channels_last") + copy,
        body=code.body,
        leaving=undo,
        result=result,
        state="new_state" if code.running else "state",
    )
    running = [f'"running_{name}": {_full("num_channels", initial)}' for name, _, initial in code.running]
    init = filled(
        _INIT,
        params=_dictionary("params", [_parameter(p) for p in code.parameters]),
        state=_dictionary("state", running),
    )
    parts = [init, apply, *helpers(code)]
    return module_text(layer, evidence, code, VERIFIED, jax_imports(code, apply), parts)


def check(source: str, layer: Layer, evidence: LayerEvidence) -> None:  # noqa: ARG001 - as in all languages
    """Executes the module in a process of its own and compares it with the evaluator's layer."""
    verify("jax", source, layer, "apply", names(layer))


def names(layer: Layer) -> dict[str, str]:
    """Returns the module's names by the keys of the evaluator's parameters and state."""
    return names_of(layer_code(layer, _DIALECT), "running_{0}")


def _parameter(parameter: Parameter) -> str:
    shape = "num_channels" if parameter.kind == "vector" else "()"
    return f'"{parameter.name}": {_full(shape, parameter.initial)}'


def _full(shape: str, value: float) -> str:
    if value in (0.0, 1.0):
        return f"jnp.{'ones' if value else 'zeros'}({shape}, dtype)"
    return f"jnp.full({shape}, {value!r}, dtype)"


def _dictionary(name: str, items: list[str]) -> list[str]:
    if not items:
        return [f"{name} = {{}}"]
    return [f"{name} = {{", *(f"    {item}," for item in items), "}"]
