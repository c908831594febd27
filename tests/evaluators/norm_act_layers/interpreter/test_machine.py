import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.interpreter.code import Code
from evaluators.norm_act_layers.interpreter.lanes import split
from evaluators.norm_act_layers.interpreter.machine import run
from evaluators.norm_act_layers.interpreter.opcodes import OPCODES

ROWS = [
    ("fetch_x", (), 1),
    ("load", (2,), 2),
    ("multiply_from", (1, 2, 1), 3),
    ("average_s", (3,), 4),
    ("sub", (3, 4), 0),
]
"""x - x * v, centred within each sample: written by hand for registers 0 to 4."""


def code():
    rows = np.zeros((8, 5), np.int32)
    rows[:, 0] = OPCODES["copy"]
    for line, (name, operands, out) in zip(rows, ROWS, strict=False):
        line[0], line[4] = OPCODES[name], out
        line[1 : 1 + len(operands)] = operands
    runs = np.asarray([[0, 1, 2], [2, 3, 4], [4, 5, 5]], np.int32)
    sections = np.asarray([[0, 3, 2]], np.int32)
    return Code(rows, runs, sections, np.int32(len(ROWS)), np.int32(1), np.asarray([-1, 2], np.int32))


def test_rows_run_in_order_on_each_block():
    x = np.random.default_rng(0).standard_normal((4, 5, 4)).astype(np.float32)
    table = jnp.asarray([[0.0] * 4, [0.0] * 4, [0.5, 1.0, 2.0, -1.0]], jnp.float32)
    lanes = split(x.shape, 8)
    blocks = jnp.asarray(x.reshape(lanes.num_blocks, lanes.num_lanes))
    y, vectors = jax.jit(run, static_argnames=("lanes", "registers", "adjoints"))(
        code(), table, blocks, jnp.zeros_like(blocks), lanes=lanes, registers=5, adjoints=False
    )
    product = x - x * np.asarray(table[2])
    np.testing.assert_allclose(y.reshape(x.shape), product - product.mean(1, keepdims=True), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(vectors, [[0, 0, 0, 0], table[2]])
