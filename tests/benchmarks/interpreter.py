"""GPops/s of the byte-code interpreter beside pyoperon's: python -m tests.benchmarks.interpreter

1,000 random trees of 20 operations, float32, one thread. GPops/s = operations x points / second / 1e9. Pyoperon
evaluates the trees; ours evaluates them and takes each one's largest error as well, which is what a search asks for.
Needs the extra "bench".
"""

import random

import numpy as np

from tests.benchmarks.timing import print_table, restart_on_one_core, seconds

NUM_PROGRAMS, OPERATIONS = 1000, 20
ARITHMETIC = ("add", "sub", "mul", "div")
SETS = {"mixed": (*ARITHMETIC, "exp", "log", "sqrt"), "arithmetic": ARITHMETIC}
POINTS = (100, 1_000, 10_000)


def random_tree(names, operations, rng):
    """A program in which every value is used once; leaves are x or a constant."""
    from primitives import primitive
    from search_spaces.program import Program

    instructions, constants = [], []

    def grow(size):
        if size == 0:
            if rng.random() < 0.5:
                return 0
            constants.append((rng.uniform(0.1, 2.0), 0.0))
            return -len(constants)
        name = rng.choice(names)
        if primitive(name).arity == 1:
            operands = (grow(size - 1),)
        else:
            left = rng.randint(0, size - 1)
            operands = (grow(left), grow(size - 1 - left))
        instructions.append((name, *operands))
        return len(instructions)

    grow(operations)
    return Program(tuple(instructions), tuple(constants))


def operon_tree(program, variable):
    """The same program as a tree of pyoperon: postfix order, the first operand last."""
    import pyoperon

    nodes = []

    def emit(reference):
        if reference < 0:
            nodes.append(pyoperon.Node.Constant(program.constants[-1 - reference][0]))
        elif reference == 0:
            node = pyoperon.Node(pyoperon.NodeType.Variable)
            node.HashValue, node.Value = variable, 1.0
            nodes.append(node)
        else:
            name, *operands = program.instructions[reference - 1]
            for operand in reversed(operands):
                emit(operand)
            nodes.append(getattr(pyoperon.Node, name.capitalize())())

    emit(len(program.instructions))
    return pyoperon.Tree(nodes).UpdateNodes()


def contenders(programs, num_points):
    """Both evaluators on the same programs and points, and the share of programs on which their errors agree."""
    import jax.numpy as jnp
    import pyoperon

    from evaluators.bytecode import stack, value_block
    from evaluators.interpreter import largest_errors

    x = np.linspace(0.1, 1.0, num_points, dtype=np.float32)
    weights, goals = np.ones_like(x), np.zeros_like(x)
    blocks = [value_block(program.instructions) for program in programs]
    code, lengths = stack(blocks, len(blocks), max(map(len, blocks)))
    constants = np.zeros((len(programs), OPERATIONS + 1), np.float32)
    for row, program in zip(constants, programs, strict=True):
        row[: len(program.constants)] = [high for high, _ in program.constants]
    arrays = [jnp.asarray(a) for a in (code, lengths, len(programs), constants, x, weights, goals)]

    data = pyoperon.Dataset(np.asfortranarray(x[:, None]))
    trees = [operon_tree(program, data.Variables[0].Hash) for program in programs]
    values = np.zeros((len(programs), num_points), np.float32)

    def primordia():
        return np.asarray(largest_errors(*arrays, False))

    def operon():
        pyoperon.EvaluateTrees(trees, data, pyoperon.Range(0, num_points), values, 1)

    operon()
    with np.errstate(all="ignore"):
        expected = np.abs(values).max(1)
    agreement = float(np.isclose(primordia(), expected, rtol=1e-3, equal_nan=True).mean())
    return {"primordia": primordia, "pyoperon": operon}, agreement


def main():
    rows = []
    for kind, names in SETS.items():
        rng = random.Random(0)
        programs = [random_tree(names, OPERATIONS, rng) for _ in range(NUM_PROGRAMS)]
        for num_points in POINTS:
            pair, agreement = contenders(programs, num_points)
            taken = seconds(pair)
            speed = {name: NUM_PROGRAMS * OPERATIONS * num_points / time / 1e9 for name, time in taken.items()}
            ratio = speed["primordia"] / speed["pyoperon"]
            figures = [f"{speed['primordia']:.2f}", f"{speed['pyoperon']:.2f}", f"{ratio:.1f}", f"{agreement:.1%}"]
            rows.append([kind, f"{num_points:,}", *figures])
    header = ["operations", "points", "primordia GPops/s", "pyoperon GPops/s", "ratio of medians", "same errors"]
    print_table("Interpreting 1,000 programs of 20 operations, float32, one thread", header, rows)


if __name__ == "__main__":
    restart_on_one_core("tests.benchmarks.interpreter")
    main()
