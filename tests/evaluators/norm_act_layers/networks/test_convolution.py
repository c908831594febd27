import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.networks import convolution

SHAPES = [  # height and width, channels, new channels, size of the kernel, stride
    (8, 3, 5, 3, 1),
    (8, 6, 4, 3, 2),
    (7, 6, 4, 3, 2),
    (7, 6, 4, 5, 1),
    (2, 6, 4, 3, 1),
    (1, 6, 4, 5, 2),
    (5, 6, 4, 1, 1),
    (5, 6, 4, 1, 2),
]


def _arrays(size, channels, new_channels, kernel_size, depthwise=False):
    rng = np.random.default_rng(size)
    kernel_shape = (kernel_size, kernel_size, 1 if depthwise else channels, channels if depthwise else new_channels)
    return (rng.normal(size=shape).astype(np.float32) for shape in ((2, size, size, channels), kernel_shape))


def _torch(x, kernel, stride, groups):
    """Output and gradients of the sum of its squares, by torch."""
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    x, kernel = torch.from_numpy(x.transpose(0, 3, 1, 2).copy()), torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy())
    x.requires_grad_(), kernel.requires_grad_()
    y = torch.nn.functional.conv2d(x, kernel, None, stride, kernel.shape[-1] // 2, groups=groups)
    (y**2).sum().backward()
    return (
        y.detach().numpy().transpose(0, 2, 3, 1),
        x.grad.numpy().transpose(0, 2, 3, 1),
        kernel.grad.numpy().transpose(2, 3, 1, 0),
    )


def _ours(function, x, kernel):
    def squares(x, kernel):
        y = function(x, kernel)
        return (y**2).sum(), y

    (_, y), slopes = jax.jit(jax.value_and_grad(squares, (0, 1), has_aux=True))(x, kernel)
    return y, *slopes


@pytest.mark.parametrize("form", convolution.FORMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_dense_convolutions_and_their_gradients_are_torchs(shape, form):
    x, kernel = _arrays(*shape[:4])
    found = _ours(lambda x, kernel: convolution.dense(x, kernel, shape[4], form), x, kernel)
    for ours, theirs in zip(found, _torch(x, kernel, shape[4], 1), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("form", convolution.FORMS)
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape[3] > 1])
def test_depthwise_convolutions_and_their_gradients_are_torchs(shape, form):
    x, kernel = _arrays(*shape[:4], depthwise=True)
    found = _ours(lambda x, kernel: convolution.depthwise(x, kernel, shape[4], form), x, kernel)
    for ours, theirs in zip(found, _torch(x, kernel, shape[4], shape[1]), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", [(6, 3, 3, 3, 2), (6, 3, 3, 5, 1)])
@pytest.mark.parametrize("kind", ["dense", "depthwise"])
def test_gradients_of_gradients_are_those_of_the_library(shape, kind):
    x, kernel = _arrays(*shape[:4], depthwise=kind == "depthwise")

    def roughness(form, kernel):
        def loss(kernel):
            return jnp.sin(getattr(convolution, kind)(x, kernel, shape[4], form)).sum()

        return (jax.grad(loss)(kernel) ** 2).sum()

    slopes = {form: jax.jit(jax.grad(lambda k, f=form: roughness(f, k)))(kernel) for form in convolution.FORMS}
    for slope in slopes.values():
        np.testing.assert_allclose(slope, slopes["library"], rtol=1e-3, atol=1e-3)


def test_a_population_of_kernels_is_convolved_under_vmap():
    x, kernel = _arrays(4, 3, 3, 3, depthwise=True)
    kernels = jnp.stack([kernel, 2 * kernel])
    together = jax.vmap(
        lambda kernel: jax.grad(lambda k: (convolution.depthwise(x, k, 1, "products") ** 2).sum())(kernel)
    )
    alone = jax.grad(lambda k: (convolution.depthwise(x, k, 1, "library") ** 2).sum())(kernels[1])
    np.testing.assert_allclose(together(kernels)[1], alone, rtol=1e-4, atol=1e-4)
