"""Layers an hour through the test of 100 steps: python -m tests.benchmarks.layer_quality [IMAGES [SECONDS]]

IMAGES is ``digits``, an .npz file or a folder; SECONDS of CPU time are spent by each of two processes per preset.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter

from evaluators.norm_act_layers.environment import layers_environment
from evaluators.norm_act_layers.evaluator import LayerEvaluator
from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig, ProtocolsConfig, QualityConfig, StabilityConfig
from runs.images import read_images
from search_spaces.norm_act_layers import KNOWN_LAYERS, NormActLayers
from tests.benchmarks.timing import print_table

MODULE = "tests.benchmarks.layer_quality"
SPACES = {
    "evonorm": NormActLayers(preset="evonorm", variation="paper"),
    "norm_act": NormActLayers(preset="norm_act", variation="rooted"),
}
SCORED = 1000
"""Images that survivors are scored on, twice: all that is asked here is whether they pass."""


def make_evaluator(source):
    whole = read_images(source)
    images = Images(whole.train, whole.search.take(slice(0, SCORED)), whole.validation, whole.test, whole.names)
    recipe = Recipe(steps=QualityConfig().steps, flips=source != "digits")
    return LayerEvaluator(
        images, AnchorsConfig(("resnet",)), recipe, ProtocolsConfig(), StabilityConfig(), QualityConfig()
    )


def end(evaluation):
    """Returns how a candidate's test ended."""
    protocol, metrics = evaluation.verdict.protocol, evaluation.metrics
    if protocol == "quality":
        return "by losses" if "quality_accuracy" not in metrics else "by accuracy"
    return {"": "passed", "training": "passed"}.get(protocol, protocol)


def work(name, seed, source, seconds):
    """Tests random layers that are not turned away before, each once, for so many seconds of CPU time."""
    evaluator, space, rng = make_evaluator(source), SPACES[name], random.Random(seed)
    evaluator.evaluate([KNOWN_LAYERS["bn_relu"]], 0)
    ends, seen = Counter(), set()
    start = time.process_time()
    while time.process_time() < start + seconds:
        layer = space.canonical(space.random(rng))
        behaviour = evaluator.behaviour(layer)
        if behaviour not in seen:
            seen.add(behaviour)
            ends[end(evaluator.evaluate([layer], seed)[0])] += 1
    return {"cpu": time.process_time() - start, "ends": ends}


def in_processes(name, source, seconds):
    """Works in two processes at once, each on a core of its own where the system has as many."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    environment = {**os.environ, **layers_environment()}
    processes = []
    for seed in range(2):
        core = str(cores[seed % len(cores)]) if cores else ""
        command = [sys.executable, "-m", MODULE, source, str(seconds), name, str(seed), core]
        processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
    return [json.loads(process.communicate()[0]) for process in processes]


def row(name, source, seconds):
    results = in_processes(name, source, seconds)
    tested = [
        sum(result["ends"].get(end, 0) for end in ("rehearsal", "by losses", "by accuracy", "passed"))
        for result in results
    ]
    rate = sum(number / result["cpu"] for number, result in zip(tested, results, strict=True)) * 3600
    shares = [
        sum(result["ends"].get(end, 0) for result in results) / sum(tested)
        for end in ("rehearsal", "by losses", "by accuracy", "passed")
    ]
    return [name, f"{sum(tested)}", f"{rate:,.0f}", *[f"{share:.0%}" for share in shares]]


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else "digits"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 300.0
    header = ["preset", "tested", "an hour on 2 cores", "ended by rehearsal", "by losses", "by accuracy", "passed"]
    rows = [row(name, source, seconds) for name in SPACES]
    print_table(f"Random layers of {source} through the test of quality, in CPU time", header, rows)


if __name__ == "__main__":
    if len(sys.argv) <= 3:
        main()
    else:
        if sys.argv[5]:
            os.sched_setaffinity(0, {int(sys.argv[5])})
        print(json.dumps(work(sys.argv[3], int(sys.argv[4]), sys.argv[1], float(sys.argv[2]))))
