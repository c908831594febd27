"""Machine programs for tests, and what they compute."""

from random import Random

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.float32_functions.compiled import traceable
from primitives.float_format import FORMATS
from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.space import Float32Functions

FUNCTIONS = ("exp2", "tanh", "log", "sin", "gelu")


def written(function, fmt="float32"):
    """Returns the program that a function of a builder and its x writes."""
    b = Builder(FORMATS[fmt])
    return b.program(function(b, b.x))


def grown(seed, steps=6, function="exp2", fmt="float32"):
    """Returns a program that a few mutations have made of one that was drawn."""
    rng, space = Random(seed), Float32Functions(function, ("polynomial", "rational"), format=fmt)
    program = space.random(rng)
    for _ in range(steps):
        program = space.mutate(program, rng)
    return program


def many(count, **kwargs):
    return [grown(seed, function=FUNCTIONS[seed % len(FUNCTIONS)], **kwargs) for seed in range(count)]


def outputs(program, x):
    """Runs a program in its exact-rounding semantics, its free constants as they are."""
    fmt = program.float_format
    x = np.asarray(x, fmt.dtype)
    constants = [np.full(x.shape, c.value, fmt.int_dtype if c.kind == "int" else fmt.dtype) for c in program.constants]
    with np.errstate(all="ignore"):
        values = program.run(x, constants, lambda name, *operands: np.asarray(MACHINE[name].exact(fmt, *operands)))
    assert {values[-1].dtype} == {fmt.dtype}
    return values[-1]


def compiled(programs, x):
    """Runs programs as XLA compiles them, all at once; each has an input of its own, so that they share nothing."""
    functions = [traceable(program) for program in programs]
    inputs = [jnp.asarray(x) for _ in programs]
    together = jax.jit(lambda *xs: [f(one) for f, one in zip(functions, xs, strict=True)])
    return [np.asarray(y) for y in together(*inputs)]
