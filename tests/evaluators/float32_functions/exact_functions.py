"""The twelve functions by mpmath, which shares no code with what is tested."""

import math

import numpy as np
from mpmath import mp, mpf

from primitives.float_format import FloatFormat

BITS = 300

FUNCTIONS = {
    "exp2": lambda x: mpf(2) ** x,
    "exp": mp.exp,
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log": mp.log,
    "sin": mp.sin,
    "cos": mp.cos,
    "tanh": mp.tanh,
    "erf": mp.erf,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "gelu": lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    "expm1": mp.expm1,
    "log1p": mp.log1p,
}


def exact(name: str, x: float) -> mpf:
    """Returns a value to BITS bits."""
    with mp.workprec(BITS):
        return FUNCTIONS[name](mpf(x))


def rounded(value: mpf, fmt: FloatFormat) -> float:
    """Returns the number of a format nearest to a value, ties to even, by mpmath's own rounding."""
    with mp.workprec(BITS):
        if abs(value) < mpf(fmt.smallest_normal):
            scale = mpf(2) ** (fmt.bias - 1 + fmt.fraction_bits)
            return float(mp.nint(value * scale) / scale)
    with mp.workprec(fmt.fraction_bits + 1):
        result = +value
    return float(result) if abs(result) <= fmt.largest else math.copysign(math.inf, result)


def inputs(name: str, num_points: int, seed: int, fmt: FloatFormat) -> np.ndarray:
    """Returns inputs where the function is finite and no power of two: half over all binades, half near the middle."""
    rng = np.random.default_rng(seed)
    wide = np.exp2(rng.uniform(1 - fmt.bias, fmt.bias, num_points // 2))
    near = np.exp2(rng.uniform(-8, 7, num_points - num_points // 2))
    x = rng.choice([-1.0, 1.0], num_points) * np.concatenate([wide, near])
    if name in ("log", "log2"):
        x = np.abs(x)
        x[: num_points // 4] = 1 + rng.uniform(-0.1, 0.1, num_points // 4) ** 3
    if name == "log1p":
        x = np.where(x <= -1, -1 / (1 - x), x)
    if name in ("sin", "cos"):
        x = np.where(np.abs(x) > 8192, np.pi / 2 * rng.integers(1, 5000, num_points), x)
    if name in ("exp", "exp2", "sigmoid", "gelu", "expm1", "tanh", "erf"):
        x = np.where(np.abs(x) > 36, rng.uniform(-36, 36, num_points), x)
    return np.asarray(x.astype(fmt.dtype).astype(np.float64))
