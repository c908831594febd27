"""Errors and times on the Adult census: python -m tests.benchmarks.synthetic_data ADULT.csv [NAME ...]

ADULT.csv is the coded table of private-pgm (48,842 rows, 14 columns). NAMES choose parts: adult9, adult14, noiseless,
time, numeric, rows, blocks. Noise is real, so that figures differ from run to run; each row is the median of three
runs. Seconds are of CPU time on one core, which leaves out what other processes of a busy machine take. The part large,
a million rows through the command with two workers, is run on its own and does not read ADULT.csv.
"""

import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.benchmarks.large_table import large
from tests.benchmarks.timing import print_table, restart_on_one_core

SIZES = {
    "age": 85, "workclass": 9, "fnlwgt": 100, "education-num": 16, "marital-status": 7, "occupation": 15,
    "relationship": 6, "race": 5, "sex": 2, "capital-gain": 100, "capital-loss": 100, "hours-per-week": 99,
    "native-country": 42, "income>50K": 2,
}  # fmt: skip
NUMERIC = ("age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week")
ADULT9 = [
    "workclass", "education-num", "marital-status", "occupation", "relationship", "race", "sex", "native-country",
    "income>50K",
]  # fmt: skip
ADULT14 = list(SIZES)
DELTA = 1e-5
RUNS = 3


class Problem:
    """Some columns of the census, their workload and the exact answers."""

    def __init__(self, path, names, specs):
        from evaluators.queries import build_queries
        from evaluators.queries.query import answer_all
        from search_spaces.synthetic_data.column import Column
        from search_spaces.synthetic_data.schema import Schema

        header = path.read_text().split("\n", 1)[0].split(",")
        places = [header.index(name) for name in names]
        self.codes = np.ascontiguousarray(np.loadtxt(path, np.int32, delimiter=",", skiprows=1)[:, places])
        self.schema = Schema(tuple(map(_column(Column), names)))
        self.queries = build_queries(specs, self.schema)
        self.exact = answer_all(self.queries, self.codes)

    def errors(self, codes, queries=None):
        """Returns the largest, the mean and the mean total variation error of a table's answers, as shares of rows."""
        from evaluators.queries.query import answer_all

        queries = queries or self.queries
        exact = answer_all(queries, self.codes) if queries is not self.queries else self.exact
        found = answer_all(queries, codes)
        errors = [
            np.abs(a / len(codes) - b / len(self.codes)) / peak(q)
            for q, a, b in zip(queries, found, exact, strict=True)
        ]
        together = np.concatenate(errors)
        return together.max(), together.mean(), statistics.mean(error.sum() / 2 for error in errors)


def peak(query):
    """Returns what a row contributes at most, so that counts and sums of products have one scale."""
    return max(getattr(form, "peak", 1) if hasattr(form, "factors") else 1 for form in query.forms)


def _column(make):
    def column(name):
        if name in NUMERIC:
            return make(name, "integer", lower=0, upper=SIZES[name] - 1)
        return make(name, "categorical", categories=tuple(map(str, range(SIZES[name]))))

    return column


def measure(problem, epsilon, neighbours="add_remove", accounting="zcdp"):
    """Measures a workload once with fresh noise, paid for from a ledger that is thrown away."""
    from runs.privacy.budget import pld_budget, zcdp_budget
    from runs.privacy.curator import Curator
    from runs.privacy.ledger import Ledger
    from runs.privacy.ledger_text import Terms
    from runs.privacy.one_shot import measure_all

    units = sum(query.unit_changes[neighbours] for query in problem.queries) if accounting == "pld" else 0
    budget = pld_budget(epsilon, DELTA, units) if units else zcdp_budget(epsilon, DELTA)
    terms = Terms(budget, neighbours, "benchmark", "benchmark")
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder), terms) as ledger:
        curator = Curator(problem.codes, ledger, problem.queries)
        return measure_all(curator, problem.queries, budget)


def exact(problem):
    """Returns the answers without noise."""
    from evaluators.synthetic_data.measurement import Measurement

    return [Measurement(query, answers, 0.0) for query, answers in zip(problem.queries, problem.exact, strict=True)]


def evolve(problem, measurements, num_rows, seed, enough=None, **settings):
    """Evolves a table; returns its codes, and the seconds from the second table on, when all is compiled.

    With ``enough``, a mean error, it stops as soon as the table is that exact.
    """
    from evaluators.synthetic_data.evaluator import TableEvaluator
    from evaluators.synthetic_data.measurement import estimated_rows
    from evaluators.synthetic_data.settings import EvolutionConfig
    from search_spaces.synthetic_data.table import Table

    config = EvolutionConfig(**settings)
    rows = estimated_rows(measurements) or len(problem.codes)
    evaluator = TableEvaluator(problem.schema, measurements, rows, config)
    rng = np.random.default_rng(seed)
    codes = np.stack([rng.integers(0, size, num_rows) for size in problem.schema.sizes], axis=1).astype(np.int32)
    evaluator.evaluate([Table(codes)], seed)
    table, taken = Table(codes), 0.0
    while table.sweeps < config.sweeps:
        start = time.process_time()
        table = evaluator.evaluate([table], seed + table.sweeps)[0].genome
        taken += time.process_time() - start
        if enough is not None and problem.errors(table.codes)[1] <= enough:
            break
    return table.codes, taken


def adult9(path):
    """Two-way marginals of the nine categorical columns, and what becomes of the three-way ones."""
    from evaluators.queries import build_queries

    problem = Problem(path, ADULT9, [{"kind": "marginals", "order": 2}])
    three = build_queries([{"kind": "marginals", "order": 3}], problem.schema)
    kinds = [("add_remove", "zcdp"), ("add_remove", "pld"), ("replace", "zcdp"), ("replace", "pld")]
    rows = []
    for epsilon, (neighbours, accounting) in itertools.product((0.1, 1.0, 10.0), kinds):
        runs = []
        for seed in range(RUNS):
            codes, taken = evolve(problem, measure(problem, epsilon, neighbours, accounting), 48_842, seed)
            runs.append((taken, *problem.errors(codes), *problem.errors(codes, three)[:2]))
        rows.append([f"{epsilon:g}", neighbours, accounting, *figures(runs)])
    print_table(
        "adult9, all 36 two-way marginals in one shot, 48,842 rows",
        ["epsilon", "neighbours", "accounting", *HEADINGS],
        rows,
    )


HEADINGS = ("seconds", "2-way max", "2-way mean", "2-way TVD", "3-way max", "3-way mean")


def figures(runs):
    """Returns medians as texts: seconds, then errors."""
    seconds, *errors = (statistics.median(values) for values in zip(*runs, strict=True))
    return [f"{seconds:.2f}", *(f"{error:.3g}" for error in errors)]


def adult14(path):
    """Two-way marginals of all columns: 148,137 cells."""
    problem = Problem(path, ADULT14, [{"kind": "marginals", "order": 2}])
    rows = []
    for neighbours, num_rows in itertools.product(("add_remove", "replace"), (2_000, 48_842)):
        runs = []
        for seed in range(RUNS):
            codes, taken = evolve(problem, measure(problem, 1.0, neighbours), num_rows, seed)
            runs.append((taken, *problem.errors(codes)))
        rows.append(["1", neighbours, f"{num_rows:,}", *figures(runs)])
    print_table("adult14, all 91 two-way marginals in one shot", ["epsilon", "neighbours", "rows", *HEADINGS[:4]], rows)


def noiseless(path):
    """The largest error on all two-way marginals when nothing is hidden."""
    problem = Problem(path, ADULT9, [{"kind": "marginals", "order": 2}])
    rows = []
    for sweeps in (30, 60, 100):
        codes, taken = evolve(problem, exact(problem), 48_842, 0, sweeps=sweeps, last_inverse_temperature=3000.0)
        rows.append([str(sweeps), *figures([(taken, *problem.errors(codes))])])
    print_table("adult9 without noise, 48,842 rows", ["sweeps", *HEADINGS[:4]], rows)


def until(path):
    """Seconds until a table is as exact as Private-GSD's final one (the figures of its published code, two cores)."""
    rows = []
    for name, columns, epsilon, goal, reference in (
        ("adult9", ADULT9, 0.1, 1.13e-3, 179), ("adult9", ADULT9, 1.0, 2.59e-4, 175),
        ("adult9", ADULT9, 10.0, 1.50e-4, 181), ("adult14", ADULT14, 1.0, 7.4e-4, 221),
    ):  # fmt: skip
        problem = Problem(path, columns, [{"kind": "marginals", "order": 2}])
        for num_rows in (2_000, 48_842):
            runs = []
            for seed in range(RUNS):
                measurements = measure(problem, epsilon, "replace")
                codes, taken = evolve(problem, measurements, num_rows, seed, enough=goal)
                runs.append((taken, problem.errors(codes)[1]))
            taken, error = (statistics.median(values) for values in zip(*runs, strict=True))
            reached = f"{taken:.2f}" if error <= goal else "not reached"
            rows.append([name, f"{epsilon:g}", f"{num_rows:,}", f"{goal:.3g}", f"{error:.3g}", reached, str(reference)])
    header = ["data", "epsilon", "rows", "goal", "2-way mean", "seconds", "Private-GSD's seconds"]
    print_table("time to Private-GSD's final error, replace-one neighbours, compiled", header, rows)


def numeric(path):
    """Half-spaces and prefixes: exact moves against the preset that evolves as Private-GSD does, in equal time."""
    rows = []
    for spec in ({"kind": "half_spaces", "count": 500}, {"kind": "prefixes", "count": 500}):
        problem = Problem(path, ADULT14, [spec])
        for epsilon in (1.0,):
            measurements = measure(problem, epsilon, "replace")
            codes, taken = evolve(problem, measurements, 2_000, 0, sweeps=10)
            rows.append([spec["kind"], f"{epsilon:g}", "exact_moves", *figures([(taken, *problem.errors(codes)[:2])])])
            for factor in (1, 10):
                codes, spent = until_seconds(problem, measurements, factor * taken)
                row = [spec["kind"], f"{epsilon:g}", "private_gsd", *figures([(spent, *problem.errors(codes)[:2])])]
                rows.append(row)
    print_table(
        "adult14, 500 queries of a class, 2,000 rows",
        ["queries", "epsilon", "preset", "seconds", "max", "mean"],
        rows,
    )


def until_seconds(problem, measurements, limit):
    """Evolves as Private-GSD does for so many seconds; returns the codes and the seconds."""
    from evaluators.synthetic_data.evaluator import TableEvaluator
    from evaluators.synthetic_data.settings import EvolutionConfig
    from search_spaces.synthetic_data.table import Table

    evaluator = TableEvaluator(problem.schema, measurements, len(problem.codes), EvolutionConfig(preset="private_gsd"))
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, size, 2_000) for size in problem.schema.sizes], axis=1).astype(np.int32)
    evaluator.evaluate([Table(codes)], 0)
    table, taken, key = Table(codes), 0.0, 0
    while taken < limit:
        start = time.process_time()
        table = evaluator.evaluate([table], key)[0].genome
        taken, key = taken + time.process_time() - start, key + 1
    return table.codes, taken


def rows(path):
    """What a sweep costs as the private table grows, and as queries that a move does not touch are added."""
    table = []
    for copies in (1, 4, 16):
        problem = Problem(path, ADULT9, [{"kind": "marginals", "order": 2}])
        problem.codes = np.repeat(problem.codes, copies, axis=0)
        problem.exact = [answers * copies for answers in problem.exact]
        _, taken = evolve(problem, measure(problem, 1.0), 20_000, 0)
        table.append([f"{len(problem.codes):,}", "36 two-way marginals", f"{1e6 * taken / (14 * 20_000 * 9):.3f}"])
    print_table("microseconds a move, tables of 20,000 rows", ["private rows", "queries", "us"], table)


def blocks(path):
    """One population of whole tables against two islands that evolve half of the rows each, on the same answers."""
    rows = []
    for name, columns in (("adult9", ADULT9), ("adult14", ADULT14)):
        problem = Problem(path, columns, [{"kind": "marginals", "order": 2}])
        runs = {}
        for seed in range(RUNS):
            measurements = measure(problem, 1.0)
            for layout, sweeps in (("one population", 14), ("2 row blocks", 14), ("2 row blocks", 28)):
                islands = 2 if layout == "2 row blocks" else 1
                parts = [
                    evolve(problem, measurements, 48_842 // islands, 2 * seed + island, sweeps=sweeps)
                    for island in range(islands)
                ]
                codes = np.concatenate([part for part, _ in parts])
                cores = [taken for _, taken in parts]
                runs.setdefault((layout, sweeps), []).append((sum(cores), max(cores), *problem.errors(codes)))
        for (layout, sweeps), figures_of in runs.items():
            total, longest, *errors = (statistics.median(values) for values in zip(*figures_of, strict=True))
            texts = [f"{total:.2f}", f"{longest:.2f}", *(f"{error:.3g}" for error in errors)]
            rows.append([name, layout, str(sweeps), *texts])
    header = ["data", "layout", "sweeps", "seconds, all cores", "seconds, longest", *HEADINGS[1:4]]
    print_table("row blocks on 2 cores, epsilon 1, 48,842 rows", header, rows)


def main():
    path, *chosen = sys.argv[1:]
    if chosen == ["large"]:  # its workers take the cores that there are
        large()
        return
    restart_on_one_core("tests.benchmarks.synthetic_data")
    parts = {
        "adult9": adult9,
        "adult14": adult14,
        "noiseless": noiseless,
        "time": until,
        "numeric": numeric,
        "rows": rows,
        "blocks": blocks,
    }
    for name in chosen or parts:
        parts[name](Path(path))


if __name__ == "__main__":
    main()
