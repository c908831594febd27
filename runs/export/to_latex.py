"""Export to LaTeX: the formula, the operations in order and the constants in full."""

from __future__ import annotations

import re
from fractions import Fraction

from primitives import primitive
from runs.export.evidence import Evidence, rows, table, title
from runs.export.verification import BIT_FOR_BIT, check_points, float64_values, require_same_bits
from search_spaces.formula import constant_text, operand_name, to_latex
from search_spaces.program import Constant, Instruction, Program, Reference

SUFFIX = ".tex"

_VERIFIED = f"the operations and constants as printed, read back and executed, are {BIT_FOR_BIT}"

_TEMPLATES = {
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": r"{0} \cdot {1}",
    "div": "{0} / {1}",
    "neg": "-{0}",
    "sqrt": r"\sqrt{{{0}}}",
    "exp": r"\exp({0})",
    "log": r"\log({0})",
}

_OPERAND = r"(x|[vc]_\{\d+\})"
_TOLERANCE = Fraction(1, 10**33)


def source(program: Program, evidence: Evidence) -> str:
    """Returns a fragment for a document that loads amsmath."""
    lines = [
        f"% {title(evidence)}",
        "%",
        *(f"% {line}" for line in table(rows(program, evidence, _VERIFIED))),
        r"\begin{align*}",
        rf"f(x) &\approx {to_latex(program)}",
        r"\end{align*}",
        "in exactly these operations:",
        r"\begin{align*}",
        " \\\\\n".join(_operations(program)),
        r"\end{align*}",
        "with the constants",
        r"\begin{align*}",
        " \\\\\n".join(_constants(program)),
        r"\end{align*}",
    ]
    return "\n".join(lines) + "\n"


def check(source: str, program: Program, evidence: Evidence) -> None:
    """Reads the printed operations and constants back and compares their values with the evaluator, bit for bit.

    Raises:
        ValueError: when an operation or a constant reads differently, or a bit differs.
    """
    printed = _read_back(source)
    if printed.instructions != program.instructions:
        raise ValueError("the operations in the latex export read back differently; nothing was written")
    for number, (read, meant) in enumerate(zip(printed.constants, program.constants, strict=True)):
        if abs(_exact(read) - _exact(meant)) > _TOLERANCE * abs(_exact(meant)):
            raise ValueError(f"constant c{number} in the latex export reads back as {read}; nothing was written")
    points = check_points(evidence.lower, evidence.upper)
    require_same_bits("latex", program, points, float64_values(printed, points))


def _operations(program: Program) -> list[str]:
    lines = []
    for position, (name, *references) in enumerate(program.instructions, 1):
        if name not in _TEMPLATES:
            raise ValueError(f"operation {name!r} has no LaTeX form; export to another language")
        lines.append(f"v_{{{position}}} &= {_TEMPLATES[name].format(*map(_printed_operand, references))}")
    return lines


def _constants(program: Program) -> list[str]:
    return [f"c_{{{number}}} &= {_number(constant)}" for number, constant in enumerate(program.constants)]


def _number(constant: Constant) -> str:
    mantissa, _, exponent = constant_text(constant).partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def _printed_operand(reference: Reference) -> str:
    return re.sub(r"(\d+)", r"_{\1}", operand_name(reference))


def _read_back(source: str) -> Program:
    operations = re.findall(r"^v_\{\d+\} &= (.*?)(?: \\\\)?$", source, re.MULTILINE)
    constants = re.findall(r"^c_\{\d+\} &= (.*?)(?: \\\\)?$", source, re.MULTILINE)
    return Program(tuple(map(_read_operation, operations)), tuple(map(_read_number, constants)))


def _read_operation(text: str) -> Instruction:
    for name, template in _TEMPLATES.items():
        pattern = re.escape(template.format(*["\0"] * primitive(name).arity)).replace(re.escape("\0"), _OPERAND)
        if match := re.fullmatch(pattern, text):
            return (name, *map(_read_operand, match.groups()))
    raise ValueError(f"the latex export holds an operation that does not read back: {text!r}; nothing was written")


def _read_operand(text: str) -> Reference:
    number = int(re.sub(r"\D", "", text) or 0)
    return -1 - number if text.startswith("c") else number


def _read_number(text: str) -> Constant:
    exact = Fraction(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text))
    high = float(exact)
    return high, float(exact - Fraction(high))


def _exact(constant: Constant) -> Fraction:
    return Fraction(constant[0]) + Fraction(constant[1])
