import math

import pytest

from runs.report.mathml import formula
from runs.report.text import MINUS
from search_spaces.program import Program


def python_text(tree) -> str:
    """Reads presentation MathML back as Python."""
    children = [python_text(child) for child in tree]
    if tree.tag in ("mn", "mi", "mo"):
        return {"·": "*", "\u2062": "*", "e": "math.e"}.get(tree.text, tree.text.replace(MINUS, "-"))
    if tree.tag == "mfrac":
        return f"(({children[0]})/({children[1]}))"
    if tree.tag == "msup":
        return f"({children[0]})**({children[1]})"
    if tree.tag == "msqrt":
        return f"math.sqrt({''.join(children)})"
    if tree.tag == "msub":
        return "".join(children)
    return "".join(children)


def value(program: Program, x: float) -> float:
    names = {"math": math, "x": x}
    for equation in reversed(list(formula(program, 12))):
        left, right = python_text(equation).replace("f(x)≈", "f=").split("=", 1)
        names[left] = eval(right, names)
    return names["f"]


def test_the_typeset_formulas_have_the_values_of_the_programs(programs):
    for program in programs:
        assert value(program, 0.3) == pytest.approx(2**0.3, rel=0.05)
        direct = program.apply(
            0.3, [high for high, _ in program.constants],
            lambda name, a, b: {"add": a + b, "mul": a * b}[name] if name != "div" else a / b,
        )  # fmt: skip
        assert value(program, 0.3) == pytest.approx(direct, rel=1e-10)


def test_small_constants_roots_and_named_values():
    program = Program(
        (("mul", 0, 0), ("add", 1, -1), ("mul", 0, 2), ("sub", 2, 3), ("add", 2, 3), ("div", 5, 4), ("sqrt", 6),
         ("mul", 7, -2)),
        ((20.5, 0.0), (-2.5e-9, 0.0)),
    )  # fmt: skip
    x = 0.4
    u = x * x + 20.5
    assert value(program, x) == pytest.approx(math.sqrt((u + x * u) / (u - x * u)) * -2.5e-9, rel=1e-10)
