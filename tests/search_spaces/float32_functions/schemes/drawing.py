"""Draws the programs of a scheme and fits them, for the tests of all schemes of exponential kind."""

from random import Random

import numpy as np

from evaluators.float32_functions.fitting import fit
from evaluators.float32_functions.semantics import run_exact
from search_spaces.float32_functions.builder import Builder
from tests.search_spaces.float32_functions.schemes.exact_values import exact

ZEROS = np.array([0.0, -0.0, 1e-40, -1e-40], np.float32)


def drawn(row, seed):
    builder = Builder()
    return builder.program(row.draw(builder, Random(seed)))


def outputs(row, seed, x):
    """Returns what a program gives before anything is fitted."""
    return run_exact(drawn(row, seed), np.asarray(x, np.float32), flush=True)[-1]


def log_uniform(lowest, highest, size, rng):
    return (np.exp2(rng.uniform(lowest, highest, size)) * rng.choice([-1, 1], size)).astype(np.float32)


def least_error(row, x, seeds):
    """Returns the smallest largest error, in ULPs, among programs of a scheme that are fitted on some inputs."""
    (function,) = row.functions
    reference = exact(function, x)
    return min(fit(drawn(row, seed), x, reference).max_ulp for seed in seeds)
