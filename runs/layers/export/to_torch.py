"""Export to PyTorch: a module with the arguments of its BatchNorm."""

from __future__ import annotations

from types import MappingProxyType

from primitives.moments import GROUPS
from runs.export.python_module import require_package
from runs.layers.export.dialect import Dialect
from runs.layers.export.evidence import LayerEvidence
from runs.layers.export.layer_code import LayerCode, Parameter, layer_code
from runs.layers.export.module_text import filled, module_text, names_of
from runs.layers.export.verification import VERIFIED, verify
from search_spaces.norm_act_layers.layer import Layer

SUFFIX = ".py"

_DIALECT = Dialect(
    notation="torch",
    affine=("weight", "bias"),
    parameter="self.{0}",
    constant="x.new_tensor({0})",
    statistics=MappingProxyType(
        {
            "mean": "{0}.mean({axes}, keepdim=True)",
            "var": "{0}.var({axes}, correction=0, keepdim=True)",
            "meansq": "{0}.square().mean({axes}, keepdim=True)",
        }
    ),
    batch_statistics=MappingProxyType(
        {
            "mean": "{0}.mean((0, 1))",
            "var": "{0}.var((0, 1), correction=0)",
            "meansq": "{0}.square().mean((0, 1))",
        }
    ),
    square="torch.square({0})",
    root="torch.sqrt({0} + EPSILON)",
    lift="{0}.reshape(1, 1, -1)",
    broadcast="{0}.expand(x.shape)",
    running=(
        "if self.training:",
        "    {value} = {batch}",
        "    self._track(self.{name}, {value})",
        "else:",
        "    {value} = self.{name}",
    ),
)

_CLASS = '''
class {class_name}(nn.Module):
    """Applies the layer to x of shape (batch, channels, ...space...), with any number of space axes.

    Args:
        num_features: the number of channels.
        momentum: {momentum}
        channels_last: True for x of shape (batch, ...space..., channels), tokens included.
        device: of parameters and running statistics.
        dtype: of parameters and running statistics.
    """

    def __init__(self, num_features, momentum=0.1, channels_last=False, device=None, dtype=None):
        super().__init__()
        self.num_features = num_features
        self.momentum = momentum
        self.channels_last = channels_last
        {parameters}

    def forward(self, x):
        {entry}
        {body}
        {leaving}

    {track}
    def extra_repr(self):
        return f"{self.num_features}, momentum={self.momentum}, channels_last={self.channels_last}"
'''

_MOMENTUM = "share of a running statistic that each batch replaces, as in torch.nn.BatchNorm2d."
_NO_MOMENTUM = "without effect, as this layer has no running statistics."

_TRACK = """
@torch.no_grad()
def _track(self, running, statistic):
    running.copy_((1 - self.momentum) * running + self.momentum * statistic)
"""

_ENTRY = """
shape, dtype = x.shape, x.dtype
x = x.to(torch.promote_types(dtype, torch.float32))  # half precision is too narrow for moments
# The axes of the space become one: (batch, space, channels).
x = x.reshape(shape[0], -1, shape[-1]) if self.channels_last else x.reshape(*shape[:2], -1).transpose(1, 2)
"""

_ENTRY_WITHOUT_AXES = """
dtype = x.dtype
x = x.to(torch.promote_types(dtype, torch.float32))
"""

_LEAVING = """
y = y if self.channels_last else y.transpose(1, 2)
return y.reshape(shape).to(dtype)
"""

_MEAN_OVER_GROUPS = f'''
def mean_over_groups(x):
    """Averages over the space and over groups of adjacent channels; returns (batch, 1, channels)."""
    groups = math.gcd({GROUPS}, x.shape[-1])  # {GROUPS}, halved until it divides the channels
    size = x.shape[-1] // groups
    mean = x.reshape(*x.shape[:2], groups, size).mean((1, 3))
    return mean.repeat_interleave(size, 1).unsqueeze(1)
'''


def source(layer: Layer, evidence: LayerEvidence) -> str:
    """Returns the module."""
    code = layer_code(layer, _DIALECT)
    parts = filled(
        _CLASS,
        class_name=evidence.class_name,
        momentum=_MOMENTUM if code.running else _NO_MOMENTUM,
        parameters=_parameters(code),
        entry=(_ENTRY if code.has_axes else _ENTRY_WITHOUT_AXES).strip(),
        body=code.body,
        leaving=_LEAVING.strip() if code.has_axes else "return y.to(dtype)",
        track=[*_TRACK.strip().splitlines(), ""] if code.running else "",
    )
    helpers = [_MEAN_OVER_GROUPS] if code.has_groups else []
    return module_text(layer, evidence, code, VERIFIED, "import torch\nfrom torch import nn", [parts, *helpers])


def check(source: str, layer: Layer, evidence: LayerEvidence) -> None:
    """Executes the module in a process of its own and compares it with the evaluator's layer."""
    require_package("torch", "primordia[torch]")
    verify("torch", source, layer, evidence.class_name, names(layer))


def names(layer: Layer) -> dict[str, str]:
    """Returns the module's names by the keys of the evaluator's parameters and state."""
    return names_of(layer_code(layer, _DIALECT), "running_{0}")


def _parameters(code: LayerCode) -> list[str]:
    lines = ['factory = {"device": device, "dtype": dtype}'] if code.parameters or code.running else []
    lines += [f"self.{p.name} = nn.Parameter({_full(p)})" for p in code.parameters]
    for name, _, initial in code.running:
        create = "ones" if initial else "zeros"
        lines.append(f'self.register_buffer("running_{name}", torch.{create}(num_features, **factory))')
    return lines


def _full(parameter: Parameter) -> str:
    if parameter.kind == "scalar":
        return f"torch.tensor({parameter.initial!r}, **factory)"
    if parameter.initial in (0.0, 1.0):
        return f"torch.{'ones' if parameter.initial else 'zeros'}(num_features, **factory)"
    return f"torch.full((num_features,), {parameter.initial!r}, **factory)"
