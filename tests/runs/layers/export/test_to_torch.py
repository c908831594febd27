"""The exports to PyTorch against its own modules."""

import importlib.util
import io
import warnings

import numpy as np
import pytest

from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.runs.layers.export.exported import class_of

torch = pytest.importorskip("torch", reason="needs torch")

SHAPES = {"features": (8, 48), "tokens": (4, 48, 7), "images": (4, 48, 3, 2), "volumes": (2, 48, 3, 2, 4)}


def reference(name, num_axes):
    """Returns torch's own module."""
    nn = torch.nn
    batch_norm = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}[num_axes]
    modules = {
        "bn_relu": [batch_norm(48), nn.ReLU()],
        "gn_relu": [nn.GroupNorm(16, 48), nn.ReLU()],
        "layer_norm": [nn.GroupNorm(1, 48)],
        "gelu": [nn.GELU()],
        "mish": [nn.Mish()],
    }
    return nn.Sequential(*modules[name])


def batches(shape, count=4):
    generator = torch.Generator().manual_seed(0)
    return [0.5 + 1.5 * torch.randn(shape, generator=generator) for _ in range(count)]


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("name", ["bn_relu", "gn_relu", "layer_norm", "gelu", "mish"])
def test_layers_are_torchs_own_in_training_and_at_inference(name, kind):
    shape = SHAPES[kind]
    layer, theirs = class_of(KNOWN_LAYERS[name], "torch")(48), reference(name, len(shape))
    size = np.prod(shape) / 48
    for x in batches(shape):
        torch.testing.assert_close(layer(x), theirs(x), rtol=1e-5, atol=1e-5)
    if name == "bn_relu":
        torch.testing.assert_close(layer.running_mean, theirs[0].running_mean)
        # torch keeps the unbiased variance running, of which the initial 1 is no part.
        unbiased = (layer.running_var - 0.9**4) * size / (size - 1) + 0.9**4
        torch.testing.assert_close(unbiased, theirs[0].running_var)
        theirs[0].running_var.copy_(layer.running_var)
    layer.eval()
    theirs.eval()
    torch.testing.assert_close(layer(x), theirs(x), rtol=1e-5, atol=1e-5)


def test_tokens_with_channels_last_are_layer_norm():
    layer = class_of(KNOWN_LAYERS["layer_norm_tokens"], "torch")(48, channels_last=True)
    x = batches((4, 7, 48))[0]
    torch.testing.assert_close(layer(x), torch.nn.LayerNorm(48)(x), rtol=1e-5, atol=1e-5)


def test_both_layouts_agree_and_keep_shape_type_and_layout():
    cls = class_of(KNOWN_LAYERS["evonorm_b0"], "torch")
    first, last = cls(48), cls(48, channels_last=True)
    for x in batches((4, 48, 3, 2)):
        y = first(x)
        torch.testing.assert_close(y, last(x.movedim(1, -1)).movedim(-1, 1))
        assert y.shape == x.shape
        half = cls(48)(x.to(torch.bfloat16))
        assert half.dtype == torch.bfloat16
    torch.testing.assert_close(first.running_var, last.running_var)


def test_half_precision_does_not_overflow_in_the_moments():
    layer = class_of(KNOWN_LAYERS["rms_norm"], "torch")(48)
    y = layer(torch.full((2, 48, 3, 3), 1000.0, dtype=torch.float16))
    torch.testing.assert_close(y, torch.ones_like(y))


def test_the_state_is_loaded_and_momentum_is_in_torchs_sense():
    cls = class_of(KNOWN_LAYERS["batch_norm"], "torch")
    layer, other = cls(48, momentum=1.0), cls(48)
    x = batches((4, 48, 3, 2))[0]
    layer(x)
    torch.testing.assert_close(layer.running_mean, x.mean((0, 2, 3)))
    other.load_state_dict(layer.state_dict())
    torch.testing.assert_close(other.eval()(x), layer.eval()(x))
    assert set(layer.state_dict()) == {"weight", "bias", "running_mean", "running_var"}
    assert not any(p.requires_grad for p in layer.buffers())
    assert repr(other) == "Found(48, momentum=0.1, channels_last=False)"


def test_inference_leaves_the_state_alone():
    layer = class_of(KNOWN_LAYERS["evonorm_b0"], "torch")(48).eval()
    layer(batches((4, 48, 3, 2))[0])
    torch.testing.assert_close(layer.running_var, torch.ones(48))


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_onnxruntime_runs_the_module_at_any_batch_size(name):
    missing = [p for p in ("onnx", "onnxruntime", "onnxscript") if importlib.util.find_spec(p) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    import onnxruntime

    layer = class_of(KNOWN_LAYERS[name], "torch")(48)
    for x in batches((4, 48, 3, 2)):
        layer(x)
    layer.eval()
    file = io.BytesIO()
    with warnings.catch_warnings():
        # torch's exporter uses what torch deprecates.
        warnings.simplefilter("ignore")
        shapes = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(layer, (x,), dynamo=True, dynamic_shapes=shapes, verbose=False).save(file)
    session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
    for size in (4, 1, 7):
        x = batches((size, 48, 3, 2))[0]
        y = session.run(None, {session.get_inputs()[0].name: x.numpy()})[0]
        expected = layer(x).detach().numpy()
        np.testing.assert_allclose(y, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
