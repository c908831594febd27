import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.batches import Batch
from evaluators.norm_act_layers.descent import Layout, cross_entropy, update
from evaluators.norm_act_layers.networks import Network, NetworkConfig
from evaluators.norm_act_layers.recipe import Recipe

RECIPE = Recipe(weight_decay=0.01, momentum=0.9)
RNG = np.random.default_rng(0)
START = {
    "weights": {"matrix": RNG.normal(size=(4, 3)).astype(np.float32), "bias": np.ones(3, np.float32)},
    "layers": {"a": {"gamma": np.ones(4, np.float32)}},
}


def _init(key):  # noqa: ARG001
    return START, {"a": {"calls": jnp.zeros(1)}}


def _forward(parameters, state, images, train):
    scaled = images * parameters["layers"]["a"]["gamma"]
    logits = scaled @ parameters["weights"]["matrix"] + parameters["weights"]["bias"]
    return logits, {"a": {"calls": state["a"]["calls"] + train}}


NETWORK = Network(NetworkConfig(), _init, _forward)
BATCHES = [Batch(RNG.normal(size=(5, 4)).astype(np.float32), RNG.integers(0, 3, 5)) for _ in range(4)]
RATES = (0.1, 0.1, 0.05, 0.01)


def _trained(steps=4):
    layout = Layout.of(*NETWORK.init(jax.random.key(0)))
    training, losses = layout.start(*NETWORK.init(jax.random.key(0))), []
    for batch, rate in zip(BATCHES[:steps], RATES, strict=False):
        training, loss = update(NETWORK, layout, RECIPE, training, batch, rate)
        losses.append(float(loss))
    return layout.model(training), losses


def test_steps_are_those_of_torchs_sgd_with_nesterov_and_decay_of_matrices_alone():
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    theirs = {
        "matrix": START["weights"]["matrix"],
        "bias": START["weights"]["bias"],
        "gamma": START["layers"]["a"]["gamma"],
    }
    theirs = {name: torch.from_numpy(array.copy()).requires_grad_() for name, array in theirs.items()}
    groups = [
        {"params": [theirs["matrix"]], "weight_decay": RECIPE.weight_decay},
        {"params": [theirs["bias"], theirs["gamma"]]},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True)
    losses = []
    for batch, rate in zip(BATCHES, RATES, strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate
        logits = torch.from_numpy(batch.images) * theirs["gamma"] @ theirs["matrix"] + theirs["bias"]
        loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(batch.labels))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    (parameters, _), our_losses = _trained()
    np.testing.assert_allclose(our_losses, losses, rtol=1e-5)
    for name, array in (parameters["weights"] | parameters["layers"]["a"]).items():
        np.testing.assert_allclose(array, theirs[name].detach(), rtol=1e-5, atol=1e-6)


def test_running_values_pass_from_step_to_step():
    (_, state), _ = _trained(3)
    assert state["a"]["calls"] == 3


def test_a_layout_gives_back_what_it_was_given():
    layout = Layout.of(*_init(None))
    parameters, state = layout.model(layout.start(*_init(None)))
    jax.tree.map(np.testing.assert_array_equal, parameters, START)
    assert state["a"]["calls"].shape == (1,)


def test_cross_entropy_is_minus_the_log_of_the_right_class():
    logits = jnp.log(jnp.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]))
    assert cross_entropy(logits, jnp.array([0, 2])) == pytest.approx(-(np.log(0.5) + np.log(0.8)) / 2, rel=1e-5)
