"""The cost models of machine programs beside the clock: python -m tests.benchmarks.float32_costs

Random programs of the operations that schemes are made of, timed at arrays of 4,096. It prints how well each model
tells their times, and the weight of each operation that fits the times best. A slot is what one more fused multiply-add
takes beside others.
"""

import os
import random
import sys
from collections import Counter

NUM_PROGRAMS = 120
ROUNDS = 41
WIDTH = 512
FREQUENCIES = {
    "fma": 40, "mul": 8, "add": 8, "sub": 6, "max": 3, "min": 3, "abs": 2, "neg": 1, "copysign": 2, "select": 6,
    "div": 2, "round": 1, "floor": 1, "round_shift": 3, "insert_exponent": 3, "int_add": 3, "int_sub": 2, "int_and": 2,
    "int_or": 1, "int_xor": 2, "shift_left": 2, "shift_right": 2, "to_float": 2, "to_int": 1,
}  # fmt: skip


def random_program(rng, num_steps):
    """A program of one strand or several that end in one; no two operations undo or repeat each other."""
    from search_spaces.float32_functions.builder import Builder

    build = Builder()
    strands = [
        build("fma", build.x, build.fixed(rng.random()), build.fixed(rng.random())) for _ in range(rng.randint(1, 4))
    ]
    earlier = [build.x, *strands]
    for _ in range(num_steps):
        name = rng.choices(list(FREQUENCIES), list(FREQUENCIES.values()))[0]
        place = rng.randrange(len(strands))
        strands[place] = step(build, name, strands[place], earlier, rng)
        earlier.append(strands[place])
    value = strands[0]
    for strand in strands[1:]:
        value = build("fma", value, strand, build.x)
    return build.program(value)


def step(build, name, value, earlier, rng):
    """One operation on a value, with what it takes to come back to a float."""
    from primitives.machine import MACHINE

    constant = build.fixed(rng.uniform(0.5, 2.0))
    other = rng.choice([*earlier[-4:], constant])
    if name == "select":
        return build("select", build("less", value, other), build.fixed(rng.uniform(0.5, 2.0)), value)
    if name == "round_shift":
        return build("round_shift", value, constant, 12582912.0) - other
    if name == "insert_exponent":
        return build("insert_exponent", value, build("bits", other))
    kinds = MACHINE[name].operands
    if name in ("shift_left", "shift_right"):
        return build("number", build(name, build("bits", value), rng.randint(1, 8)))
    if kinds[0] == "int":
        operands = [build("bits", value), build.integer(rng.randint(1, 2**23))][: len(kinds)]
        result = build(name, *operands)
        return result if result.kind == "float" else build("number", result)
    operands = [value, other, build.fixed(rng.uniform(0.5, 2.0))][: len(kinds)]
    result = build(name, *operands)
    return result if result.kind == "float" else build("to_float", result)


def polynomials(num_strands):
    """The sum of so many polynomials of degree 8, side by side: 9 fused multiply-adds for each but the first."""
    from search_spaces.float32_functions.builder import Builder

    rng = random.Random(0)
    build = Builder()
    total = build.x
    for _ in range(num_strands):
        value = build.fixed(1.0)
        for _ in range(8):
            value = build("fma", value, build.x, build.fixed(rng.uniform(0.5, 2.0)))
        total = build("fma", value, build.x, total)
    return build.program(total)


def timed(programs):
    """Nanoseconds per element of each program, and of one more fused multiply-add."""
    import numpy as np

    from evaluators.float32_functions.compiled import compile_program
    from evaluators.float32_functions.cost.looped import looped_contender
    from evaluators.float32_functions.cost.timing import alternate

    x = np.linspace(0.5, 2.0, 4096, dtype=np.float32)
    everything = {"one": polynomials(1), "four": polynomials(4), **dict(enumerate(programs))}
    contenders = {k: looped_contender(compile_program(p), x, WIDTH) for k, p in everything.items()}
    taken = {k: float(np.median(s)) / x.size * 1e9 for k, s in alternate(contenders, ROUNDS).items()}
    return np.array([taken[i] for i in range(len(programs))]), (taken["four"] - taken["one"]) / 27


def fitted_weights(programs, slots):
    """The weights, none negative, and those of the chain and of any program that fit best in relative terms."""
    import numpy as np
    from scipy.optimize import nnls

    from evaluators.float32_functions.cost.weights import WINDOW, chain_cycles

    counts = [Counter(name for name, *_ in program.instructions) for program in programs]
    names = sorted({name for count in counts for name in count})
    chains = [chain_cycles(program) * len(program.instructions) / WINDOW for program in programs]
    matrix = np.array([[*(count[n] for n in names), chain, 1.0] for count, chain in zip(counts, chains, strict=True)])
    solution, _ = nnls(matrix / slots[:, None], np.ones(len(slots)))
    return dict(zip([*names, "(chain)", "(fixed)"], solution, strict=True)), Counter(
        n for c in counts for n in c.elements()
    )


def agreement(name, predicted, measured):
    """A model's row: correlation of ranks, and its error after the best scale."""
    import numpy as np
    from scipy.stats import spearmanr

    matrix = np.stack([predicted, np.ones_like(predicted)], 1) / measured[:, None]
    scale, _, _, _ = np.linalg.lstsq(matrix, np.ones_like(measured), rcond=None)
    error = np.abs(matrix @ scale - 1)
    rank = float(spearmanr(predicted, measured).statistic)
    return [name, f"{rank:.3f}", f"{np.median(error):.1%}", f"{np.percentile(error, 90):.1%}", f"{scale[0]:.2f}"]


def main():
    import numpy as np

    from evaluators.float32_functions.cost.static import StaticCost
    from evaluators.float32_functions.cost.weights import WeightedCost
    from primitives.machine import MACHINE
    from tests.benchmarks.timing import print_table

    rng = random.Random(0)
    programs = [random_program(rng, rng.randint(8, 40)) for _ in range(NUM_PROGRAMS)]
    nanoseconds, slot = timed(programs)
    slots = nanoseconds / slot
    models = {"weights": WeightedCost(), "static": StaticCost(WIDTH)}
    rows = [agreement(name, np.array([model(p) for p in programs]), slots) for name, model in models.items()]
    header = ["model", "rank correlation", "median error", "90th percentile", "measured slots per slot"]
    print_table(f"{NUM_PROGRAMS} random programs, a slot is {slot:.4f} ns per element", header, rows)
    weights, used = fitted_weights(programs, slots)
    rows = [
        [
            name,
            str(used[name]),
            f"{MACHINE[name].cost:g}" if name in MACHINE else "1" if name == "(chain)" else "",
            f"{weight:.2f}",
        ]
        for name, weight in weights.items()
    ]
    print_table("Weights in slots", ["operation", "times used", "weight", "fitted"], rows)


if __name__ == "__main__":
    if os.environ.get("PRIMORDIA_BENCHMARK") != "float32_costs":
        from evaluators.float32_functions.cost.flags import measuring_environment

        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        environment = {**measuring_environment(), "PRIMORDIA_BENCHMARK": "float32_costs"}
        os.execve(sys.executable, [sys.executable, "-m", "tests.benchmarks.float32_costs"], environment)
    main()
