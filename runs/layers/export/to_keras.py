"""Export to Keras: a layer for every backend of Keras 3."""

from __future__ import annotations

from types import MappingProxyType

from primitives.moments import GROUPS
from runs.export.python_module import require_package
from runs.layers.export.dialect import Dialect
from runs.layers.export.evidence import LayerEvidence
from runs.layers.export.layer_code import LayerCode, layer_code
from runs.layers.export.module_text import filled, module_text, names_of
from runs.layers.export.verification import VERIFIED, verify
from search_spaces.norm_act_layers.layer import Layer

SUFFIX = ".py"

_DIALECT = Dialect(
    notation="keras",
    affine=("gamma", "beta"),
    parameter="self.{0}",
    constant="ops.convert_to_tensor({0}, x.dtype)",
    statistics=MappingProxyType(
        {
            "mean": "ops.mean({0}, axis={axes}, keepdims=True)",
            "var": "ops.var({0}, axis={axes}, keepdims=True)",
            "meansq": "ops.mean(ops.square({0}), axis={axes}, keepdims=True)",
        }
    ),
    batch_statistics=MappingProxyType(
        {
            "mean": "ops.mean({0}, axis=(0, 1))",
            "var": "ops.var({0}, axis=(0, 1))",
            "meansq": "ops.mean(ops.square({0}), axis=(0, 1))",
        }
    ),
    square="ops.square({0})",
    root="ops.sqrt({0} + EPSILON)",
    lift="ops.reshape({0}, (1, 1, -1))",
    broadcast="ops.broadcast_to({0}, ops.shape(x))",
    running=(
        "if training and self.trainable:",
        "    {value} = {batch}",
        "    self.{name}.assign(self.momentum * self.{name} + (1 - self.momentum) * {value})",
        "else:",
        "    {value} = ops.convert_to_tensor(self.{name})",
    ),
)

_CLASS = '''
@keras.saving.register_keras_serializable(package="Primordia")
class {class_name}(keras.layers.Layer):
    """Applies the layer to x of shape (batch, ...space..., channels), with any number of space axes, tokens included.

    Args:
        momentum: {momentum}
        data_format: "channels_last", or "channels_first" for x of shape (batch, channels, ...space...).
        **kwargs: those of keras.layers.Layer.
    """

    def __init__(self, momentum=0.9, data_format="channels_last", **kwargs):
        super().__init__(**kwargs)
        if data_format not in ("channels_last", "channels_first"):
            raise ValueError(f"data_format must be 'channels_last' or 'channels_first', not {data_format!r}")
        self.momentum = momentum
        self.data_format = data_format
        self.supports_masking = True

    {build}
    def call(self, x, training=False):
        {entry}
        {body}
        {leaving}

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "data_format": self.data_format}
'''

_MOMENTUM = "share of a running statistic that stays."
_NO_MOMENTUM = "without effect, as this layer has no running statistics."

_BUILD = """
def build(self, input_shape):
    {shape}
    {weights}
"""

_SHAPE = 'shape = (input_shape[-1 if self.data_format == "channels_last" else 1],)'

_ENTRY = """
shape, dtype = ops.shape(x), x.dtype
x = ops.cast(x, keras.backend.result_type(dtype, "float32"))  # half precision is too narrow for moments
# The axes of the space become one: (batch, space, channels).
if self.data_format == "channels_last":
    x = ops.reshape(x, (shape[0], -1, shape[-1]))
else:
    x = ops.swapaxes(ops.reshape(x, (shape[0], shape[1], -1)), 1, 2)
"""

_ENTRY_WITHOUT_AXES = """
dtype = x.dtype
x = ops.cast(x, keras.backend.result_type(dtype, "float32"))
"""

_LEAVING = """
y = y if self.data_format == "channels_last" else ops.swapaxes(y, 1, 2)
return ops.cast(ops.reshape(y, shape), dtype)
"""

_MEAN_OVER_GROUPS = f'''
def mean_over_groups(x):
    """Averages over the space and over groups of adjacent channels; returns (batch, 1, channels)."""
    groups = math.gcd({GROUPS}, x.shape[-1])  # {GROUPS}, halved until it divides the channels
    size = x.shape[-1] // groups
    batch, space = ops.shape(x)[:2]
    mean = ops.mean(ops.reshape(x, (batch, space, groups, size)), axis=(1, 3))
    return ops.expand_dims(ops.repeat(mean, size, axis=1), 1)
'''


def source(layer: Layer, evidence: LayerEvidence) -> str:
    """Returns the module."""
    code = layer_code(layer, _DIALECT)
    parts = filled(
        _CLASS,
        class_name=evidence.class_name,
        momentum=_MOMENTUM if code.running else _NO_MOMENTUM,
        build=_build(code),
        entry=(_ENTRY if code.has_axes else _ENTRY_WITHOUT_AXES).strip(),
        body=code.body,
        leaving=_LEAVING.strip() if code.has_axes else "return ops.cast(y, dtype)",
    )
    helpers = [_MEAN_OVER_GROUPS] if code.has_groups else []
    imports = "import keras" + "\nfrom keras import ops" * ("ops." in parts)
    return module_text(layer, evidence, code, VERIFIED, imports, [parts, *helpers])


def check(source: str, layer: Layer, evidence: LayerEvidence) -> None:
    """Executes the module on Keras's JAX backend in a process of its own and compares it with the evaluator's layer."""
    require_package("keras", "primordia[keras]")
    verify("keras", source, layer, evidence.class_name, names(layer))


def names(layer: Layer) -> dict[str, str]:
    """Returns the module's names by the keys of the evaluator's parameters and state."""
    return names_of(layer_code(layer, _DIALECT), "running_{0}")


def _build(code: LayerCode) -> str | list[str]:
    vectors = [p for p in code.parameters if p.kind == "vector"]
    weights = [_weight(p.name, p.kind == "vector", p.initial, trained=True) for p in code.parameters]
    weights += [_weight(f"running_{r.name}", True, r.initial, trained=False) for r in code.running]
    if not weights:
        return ""
    return [*filled(_BUILD, shape=_SHAPE if vectors or code.running else "", weights=weights).splitlines(), ""]


def _weight(name: str, is_vector: bool, initial: float, trained: bool) -> str:
    initializer = '"ones"' if initial == 1.0 else '"zeros"'
    if initial not in (0.0, 1.0):
        initializer = f"keras.initializers.Constant({initial!r})"
    shape = "shape" if is_vector else "()"
    # Without autocast: the computation is at least in single precision.
    arguments = f'{shape}, {initializer}, {"" if trained else "trainable=False, "}autocast=False, name="{name}"'
    return f"self.{name} = self.add_weight({arguments})"
