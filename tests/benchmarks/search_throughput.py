"""Candidates a second per core with their constants fitted: python -m tests.benchmarks.search_throughput

Random programs of 4 to 10 operations and mutants of them, as a search for 2^x sees them, against the 2 to 3
candidates a second of the published implementation (Real et al. 2023, arXiv 2312.08472: CMA-ES, validated in Python).
"""

import random
import time

from tests.benchmarks.timing import print_table, restart_on_one_core

PUBLISHED = 2.5
BATCH, NUM_BATCHES = 512, 8
SIZES = range(4, 11)


def candidates(space, count, rng):
    """Canonical programs of the sizes, half of them mutants of the other half."""
    found = []
    while len(found) < count:
        genome = space.mutate(rng.choice(found), rng) if len(found) >= count // 2 else space.random(rng)
        genome = space.canonical(genome)
        if genome.operations in SIZES:
            found.append(genome)
    return found


def main():
    from engine.verdict import Status
    from evaluators.real_functions import RealFunctionEvaluator
    from evaluators.targets import target
    from search_spaces.real_functions import RealFunctions

    rng = random.Random(0)
    space = RealFunctions(max_operations=SIZES[-1])
    evaluator = RealFunctionEvaluator(target("exp2"))
    evaluator.evaluate(candidates(space, 4 * BATCH, rng), key=0)  # compiles every size of fit
    batches = [candidates(space, BATCH, rng) for _ in range(NUM_BATCHES)]
    rows, total = [], 0.0
    for key, batch in enumerate(batches):
        start = time.process_time()
        verdicts = [evaluation.verdict for evaluation in evaluator.evaluate(batch, key)]
        taken = time.process_time() - start
        total += taken
        scored = [verdict.objectives[1] for verdict in verdicts if verdict.status is Status.SCORED]
        rate = f"{BATCH / taken:,.0f}"
        rows.append(
            [str(key), str(BATCH), str(len(scored)), f"{min(scored):.2e}", rate, f"{BATCH / taken / PUBLISHED:,.0f}"]
        )
    rate = NUM_BATCHES * BATCH / total
    rows.append(["all", str(NUM_BATCHES * BATCH), "", "", f"{rate:,.0f}", f"{rate / PUBLISHED:,.0f}"])
    starts = evaluator.fit.num_starts
    header = [
        "batch",
        "candidates",
        "scored",
        "best error",
        "candidates / s of CPU",
        f"times the published {PUBLISHED}",
    ]
    print_table(f"Evaluating programs of 4-10 operations, {starts} starts each, one core", header, rows)


if __name__ == "__main__":
    restart_on_one_core("tests.benchmarks.search_throughput")
    main()
