"""Ranking a population by dominance, moocore beside DEAP: python -m tests.benchmarks.ranking"""

import warnings

import moocore
import numpy as np

from tests.benchmarks.timing import print_table, restart_on_one_core, seconds

SIZES = (500, 2_000)


def contenders(points):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from deap import base, tools

    class Fitness(base.Fitness):
        weights = (-1.0, -1.0)

    class Individual:
        def __init__(self, values):
            self.fitness = Fitness(values)

    population = [Individual(tuple(row)) for row in points.tolist()]

    def ranks_of_deap():
        fronts = tools.sortNondominated(population, len(population))
        return {id(member): rank for rank, front in enumerate(fronts) for member in front}

    ranks = ranks_of_deap()
    same = [ranks[id(member)] for member in population] == moocore.pareto_rank(points).tolist()
    return {"moocore": lambda: moocore.pareto_rank(points), "DEAP": ranks_of_deap}, same


def main():
    rows = []
    for size in SIZES:
        pair, same = contenders(np.random.default_rng(0).standard_normal((size, 2)))
        taken = seconds(pair, repeats=3)
        milliseconds = [f"{taken[name] * 1e3:,.2f}" for name in pair]
        rows.append([f"{size:,}", *milliseconds, f"{taken['DEAP'] / taken['moocore']:,.0f}", "yes" if same else "no"])
    header = ["points", "moocore ms", "DEAP ms", "ratio of medians", "same ranks"]
    print_table("Non-dominated ranks of two objectives", header, rows)


if __name__ == "__main__":
    restart_on_one_core("tests.benchmarks.ranking")
    main()
