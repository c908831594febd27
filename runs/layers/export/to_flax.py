"""Export to Flax: a Linen module with the arguments of its BatchNorm."""

from __future__ import annotations

from runs.export.python_module import require_package
from runs.layers.export.evidence import LayerEvidence
from runs.layers.export.jax_parts import entry, helpers, jax_dialect, jax_imports, leaving
from runs.layers.export.layer_code import Parameter, Running, layer_code
from runs.layers.export.module_text import filled, module_text, names_of
from runs.layers.export.verification import VERIFIED, verify
from search_spaces.norm_act_layers.layer import Layer

SUFFIX = ".py"

_DIALECT = jax_dialect(
    affine=("scale", "bias"),
    parameter="{0}",
    running=(
        "if use_running_average:",
        "    {value} = {name}.value",
        "else:",
        "    {value} = {batch}",
        "    if not self.is_initializing():",
        "        {name}.value = self.momentum * {name}.value + (1 - self.momentum) * {value}",
    ),
)

_CLASS = '''
class {class_name}(nn.Module):
    """Applies the layer to x of shape (batch, ...space..., channels), with any number of space axes, tokens included.

    Attributes:
        {training}
        channels_last: False for x of shape (batch, channels, ...space...).
        param_dtype: the type of parameters and running statistics.
    """

    use_running_average: bool | None = None
    momentum: float = 0.9
    axis_name: str | None = None
    channels_last: bool = True
    param_dtype: Any = jnp.float32

    @nn.compact
    def __call__(self, x, use_running_average=None):
        {mode}
        {entry}
        {parameters}
        {running}
        {body}
        {leaving}
        return {result}
'''

_TRAINING = """
use_running_average: whether to use the running statistics, kept in the collection batch_stats, or those of the
    batch, and update the running ones; may be given at the call instead.
momentum: share of a running statistic that stays.
axis_name: the mapped axis of the replicas that share the batch.
"""

_NO_TRAINING = "use_running_average, momentum, axis_name: without effect, as this layer has no running statistics."

_MODE = """
use_running_average = nn.merge_param("use_running_average", self.use_running_average, use_running_average)
axis_name = None if self.is_initializing() else self.axis_name
"""


def source(layer: Layer, evidence: LayerEvidence) -> str:
    """Returns the module."""
    code = layer_code(layer, _DIALECT)
    undo, result = leaving(code, "self.channels_last")
    shape = "(x.shape[-1],)"
    parts = filled(
        _CLASS,
        class_name=evidence.class_name,
        training=(_TRAINING if code.running else _NO_TRAINING).strip(),
        mode=_MODE.strip() if code.running else "",
        entry=entry(code, "self.channels_last"),
        parameters=[_parameter(parameter, shape) for parameter in code.parameters],
        running=[_running(running, shape) for running in code.running],
        body=code.body,
        leaving=undo,
        result=result,
    )
    imports = f"from typing import Any\n\nimport flax.linen as nn\n{jax_imports(code, parts)}"
    return module_text(layer, evidence, code, VERIFIED, imports, [parts, *helpers(code)])


def check(source: str, layer: Layer, evidence: LayerEvidence) -> None:
    """Executes the module in a process of its own and compares it with the evaluator's layer."""
    require_package("flax", "primordia[flax]")
    verify("flax", source, layer, evidence.class_name, names(layer))


def names(layer: Layer) -> dict[str, str]:
    """Returns the module's names by the keys of the evaluator's parameters and state."""
    return names_of(layer_code(layer, _DIALECT), "{0}")


def _parameter(parameter: Parameter, shape: str) -> str:
    name, _, kind, initial = parameter
    initializer = _initializer(initial)
    return f'{name} = self.param("{name}", {initializer}, {shape if kind == "vector" else "()"}, self.param_dtype)'


def _running(running: Running, shape: str) -> str:
    create = "jnp.ones" if running.initial else "jnp.zeros"
    arguments = f'"batch_stats", "{running.name}", {create}, {shape}, self.param_dtype'
    return f"running_{running.name} = self.variable({arguments})"


def _initializer(value: float) -> str:
    if value in (0.0, 1.0):
        return f"nn.initializers.{'ones' if value else 'zeros'}"
    return f"nn.initializers.constant({value!r})"
