"""Seconds to compile, and milliseconds a step, of the anchor networks: python -m tests.benchmarks.anchors"""

import time
from itertools import islice
from statistics import median

import jax
import numpy as np

from evaluators.norm_act_layers.batches import SCORED_AT_ONCE, training_batches
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.networks.network import listing
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from evaluators.norm_act_layers.trial import anchor_config, anchor_program
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.benchmarks.timing import print_table, restart_on_one_core

LAYERS = ("bn_relu", "evonorm_b0", "evonorm_s0")
STEPS = 12


def noise(count=300, size=16):
    """Images like those of CIFAR-10 in shape."""
    rng = np.random.default_rng(0)
    labels = (np.arange(count) % 10).astype(np.int32)
    parts = [Part(rng.integers(0, 256, (count, size, size, 3), dtype=np.uint8), labels) for _ in range(4)]
    return Images(*parts, tuple("0123456789"))


def measure(network, layer, images):
    recipe, anchors = Recipe(steps=STEPS), AnchorsConfig()
    program = anchor_program(KNOWN_LAYERS[layer], network, images, anchors, recipe)
    training = program.start(jax.random.key(0))
    spent = []
    for batch in islice(training_batches(images, recipe, images.size, jax.random.key(1)), STEPS):
        jax.block_until_ready(batch)
        start = time.process_time()
        training, loss = program.step(training, batch, 0.1)
        loss.block_until_ready()
        spent.append(time.process_time() - start)
    scored = np.zeros((SCORED_AT_ONCE, images.size, images.size, 3), np.float32)
    start = time.process_time()
    program.logits(training, scored).block_until_ready()
    compiled = time.process_time()
    program.logits(training, scored).block_until_ready()
    again = time.process_time() - compiled
    places = len(listing(anchor_config(network, images, anchors)).places)
    step = median(spent[1:])
    seconds = [f"{spent[0] - step:.1f}", f"{compiled - start - again:.1f}"]
    return [network, layer, str(places), *seconds, f"{step * 1e3:.0f}", f"{again * 1e3:.0f}"]


def main():
    # What an earlier run left on the disk would not be compiled.
    jax.config.update("jax_enable_compilation_cache", False)
    images = noise()
    rows = [measure(network, layer, images) for network in AnchorsConfig().networks for layer in LAYERS]
    header = [
        "network",
        "layer",
        "places",
        "compile step s",
        "compile scoring s",
        "step ms",
        f"score {SCORED_AT_ONCE} ms",
    ]
    print_table("Anchors as candidates are trained in them, in CPU time of one core", header, rows)


if __name__ == "__main__":
    restart_on_one_core("tests.benchmarks.anchors")
    main()
