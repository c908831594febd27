"""Layers an hour through the training-free protocols: python -m tests.benchmarks.layer_screening"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter

from evaluators.norm_act_layers.protocols.training_free import TrainingFree
from evaluators.norm_act_layers.settings import TRAINING_FREE
from evaluators.settings import worker_environment
from search_spaces.norm_act_layers.space import NormActLayers
from tests.benchmarks.timing import print_table

MODULE = "tests.benchmarks.layer_screening"
SPACES = {
    "evonorm": NormActLayers(preset="evonorm", variation="paper"),
    "norm_act": NormActLayers(preset="norm_act", variation="rooted"),
}
BATCHES = {"evonorm": 40, "norm_act": 4}
BATCH = 1_000


def screen(name, seed):
    """Draws layers and screens them, and returns the seconds of either and what was found."""
    space, protocols, rng = SPACES[name], TrainingFree(), random.Random(seed)
    known, verdicts, spent = set(), Counter(), Counter()
    cpu = {"drawing": 0.0, "screening": 0.0}
    began = time.perf_counter()
    for _ in range(BATCHES[name]):
        start = time.process_time()
        layers = [space.random(rng) for _ in range(BATCH)]
        drawn = time.process_time()
        found = protocols.screen(layers, known)
        cpu["screening"] += time.process_time() - drawn
        cpu["drawing"] += drawn - start
        known.update(candidate.behaviour for candidate in found.candidates if not candidate.protocol)
        verdicts.update(candidate.protocol for candidate in found.candidates)
        spent.update(found.seconds)
    return {"cpu": cpu, "wall": time.perf_counter() - began, "verdicts": verdicts, "spent": spent}


def in_processes(name, count):
    """Screens in so many processes at once, each on a core of its own where the system has as many."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    environment = {**os.environ, **worker_environment()}
    processes = []
    for seed in range(count):
        core = str(cores[seed % len(cores)]) if cores else ""
        command = [sys.executable, "-m", MODULE, name, str(seed), core]
        processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
    return [json.loads(process.communicate()[0]) for process in processes]


def throughput(name):
    number = BATCHES[name] * BATCH
    (alone,), pair = in_processes(name, 1), in_processes(name, 2)
    cpu = [sum(result["cpu"].values()) for result in (alone, *pair)]
    microseconds = [f"{alone['cpu'][part] / number * 1e6:,.0f}" for part in ("drawing", "screening")]
    millions = [number / cpu[0], sum(number / seconds for seconds in cpu[1:])]
    millions += [2 * number / max(result["wall"] for result in pair)]
    return alone, [name, f"{number:,}", *microseconds, *[f"{rate * 3600 / 1e6:,.1f}" for rate in millions]]


def shares(name, result):
    left = number = BATCHES[name] * BATCH
    rows = []
    for protocol in TRAINING_FREE:
        turned_away, spent = result["verdicts"].get(protocol, 0), result["spent"][protocol]
        each = f"{spent / left * 1e6:,.0f}"
        rows.append([protocol, f"{left:,}", f"{turned_away / number:.2%}", each, f"{spent / number * 1e6:,.1f}"])
        left -= turned_away
    return [*rows, ["survive", f"{left:,}", f"{left / number:.2%}", "", ""]]


def main():
    results = {name: throughput(name) for name in SPACES}
    rates = ["million an hour: 1 core", "2 processes", "2 processes by the clock"]
    header = ["preset", "candidates", "draw us", "screen us", *rates]
    print_table("Random layers drawn and screened, in CPU time", header, [row for _, row in results.values()])
    for name, (result, _) in results.items():
        header = ["protocol", "tested", "turned away", "us each", "us a candidate"]
        print_table(f"Turned away of {name}; times by the clock", header, shares(name, result))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        if sys.argv[3]:
            os.sched_setaffinity(0, {int(sys.argv[3])})
        print(json.dumps(screen(sys.argv[1], int(sys.argv[2]))))
