"""Fronts of finished runs beside the best minimax baselines: python -m tests.benchmarks.fronts RUN [RUN ...]

The minimax polynomials, rational functions and continued fractions are computed live for each run's function; an
error stands for a size when it is the best of at most so many operations.
"""

import sys
from pathlib import Path

import primordia
from evaluators.baselines import baselines
from evaluators.error_curve import measured_error
from search_spaces.program import decode
from tests.benchmarks.timing import print_table

SIZES = range(4, 15)


def best_up_to(errors, size):
    """The least error of at most so many operations, among (operations, error) pairs."""
    return min(error for operations, error in errors if operations <= size)


def main():
    fronts, targets = {}, {}
    for path in sys.argv[1:]:
        run = primordia.open_run(path)
        targets.setdefault(run.target, []).append(path)
        fronts[path] = [(f.operations, measured_error(decode(f.genome), run.target)[0]) for f in run.front]
    for target, paths in targets.items():
        limits = [(baseline.operations, baseline.max_error) for baseline in baselines(target, SIZES[-1])]
        rows = []
        for size in SIZES:
            limit = best_up_to(limits, size)
            found = [best_up_to(fronts[path], size) for path in paths]
            rows.append([str(size), f"{limit:.2e}", *(f"{error:.3e} ({limit / error:.3g}x)" for error in found)])
        title = f"{target.name}: maximum {target.metric} error, and how many times better than the best baseline"
        print_table(title, ["operations", "baseline", *(Path(path).name for path in paths)], rows)


if __name__ == "__main__":
    main()
