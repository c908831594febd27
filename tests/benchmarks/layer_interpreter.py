"""Training steps interpreted and compiled: python -m tests.benchmarks.layer_interpreter [NETWORK ...]"""

import math
import sys
import time
from statistics import median

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.batches import Batch
from evaluators.norm_act_layers.interpreter import make_interpreter
from evaluators.norm_act_layers.networks import LayerFunctions, NetworkConfig, build
from evaluators.norm_act_layers.networks.network import listing
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import make_step
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.benchmarks.timing import print_table, restart_on_one_core

LAYERS = ("gelu", "bn_relu", "evonorm_b0", "evonorm_s0", "sau", "pau")
RECIPE = Recipe(batch_size=64)
STEPS = 15


def random_batch(config):
    rng = np.random.default_rng(0)
    shape = (RECIPE.batch_size, config.image_size, config.image_size, config.channels)
    labels = rng.integers(0, config.num_classes, RECIPE.batch_size)
    return Batch(jnp.asarray(rng.standard_normal(shape), jnp.float32), jnp.asarray(labels, jnp.int32))


def measure(program, batch):
    """Returns the CPU seconds of the first step and the median of those that follow."""
    training, taken = program.start(jax.random.key(0)), []
    for _ in range(1 + STEPS):
        start = time.process_time()
        training, loss = program.step(training, batch, 0.01)
        loss.block_until_ready()
        taken.append(time.process_time() - start)
    return taken[0], median(taken[1:])


def row(name, interpreter, config, batch):
    compile_seconds, compiled = measure(make_step(build(config, LayerFunctions.of(KNOWN_LAYERS[name])), RECIPE), batch)
    encode_seconds, interpreted = measure(interpreter(KNOWN_LAYERS[name]), batch)
    saved = compiled - interpreted
    steps = math.inf if saved >= 0 else (compile_seconds - encode_seconds) / -saved
    figures = [f"{compile_seconds:.1f}", f"{1e3 * compiled:.0f}", f"{1e3 * interpreted:.0f}"]
    return [name, *figures, "any" if steps == math.inf else f"{steps:.0f}"]


def compare(network):
    config = NetworkConfig(network, width=8, depth=0.1, image_size=16)
    batch = random_batch(config)
    interpreter = make_interpreter(config, RECIPE)
    once, _ = measure(interpreter(KNOWN_LAYERS["relu"]), batch)
    rows = [row(name, interpreter, config, batch) for name in LAYERS]
    title = f"{network}, {len(listing(config).places)} places of the layer, 16x16, width 8, batch 64; CPU time"
    header = ["layer", "compiling s", "compiled ms/step", "interpreted ms/step", "interpreting wins up to steps"]
    print_table(f"{title}; the interpreter is compiled once in {once:.1f} s", header, rows)


def main(networks):
    jax.config.update("jax_enable_compilation_cache", False)
    for network in networks:
        compare(network)


if __name__ == "__main__":
    restart_on_one_core("tests.benchmarks.layer_interpreter")
    main(sys.argv[1:] or ["resnet"])
