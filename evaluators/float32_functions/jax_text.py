"""Programs as text for JAX: the one text that is judged, measured and exported."""

from __future__ import annotations

import math
import re

from primitives.float_format import FloatFormat
from primitives.machine import MACHINE
from search_spaces.float32_functions.typed_program import Constant, Reference, TypedProgram, X

_ZEROS = re.compile("0+p")

IMPORTS = ("import jax.numpy as jnp", "import numpy as np", "from jax import lax")
"""What stands at the head of every module, those of formats that NumPy lacks apart."""

_HELPERS = {
    "insert_exponent": '''def insert_exponent(a, n):
    """Returns a * 2^n by adding n to the bits of the exponent, which must neither overflow nor reach 0."""
    bits = lax.bitcast_convert_type(a, jnp.{int})
    return lax.bitcast_convert_type(bits + (n << np.{int}({fraction})), jnp.{float})
''',
    "copysign": '''def copysign(a, b):
    """Returns the magnitude of a with the sign of b."""
    magnitude = lax.bitcast_convert_type(a, jnp.{int}) & np.{int}({largest_integer})
    sign = lax.bitcast_convert_type(b, jnp.{int}) & np.{int}({least_integer})
    return lax.bitcast_convert_type(magnitude | sign, jnp.{float})
''',
}
"""Functions that templates of operations call, by the operation's name."""


def module_text(program: TypedProgram, name: str = "f", docstring: str = "") -> str:
    """Returns a module with the program as a traceable function of an array of the program's format.

    Args:
        program: what is written.
        name: of the function.
        docstring: of the function, one line or more; none when empty.
    """
    fmt = program.float_format
    imports = [*IMPORTS[:1], "import ml_dtypes", *IMPORTS[1:]] if fmt.name == "bfloat16" else IMPORTS
    parts = ["\n".join(imports) + "\n", *helpers(program), function_text(program, name, docstring)]
    return "\n\n".join(parts)


def helpers(program: TypedProgram) -> list[str]:
    """Returns the definitions of the functions that the program's text calls."""
    fmt = program.float_format
    used = {instruction[0] for instruction in program.instructions}
    return [text.format_map(_symbols(fmt)) for name, text in _HELPERS.items() if name in used]


def function_text(program: TypedProgram, name: str = "f", docstring: str = "") -> str:
    """Returns the definition of the function alone; :func:`helpers` must stand before it."""
    body = [f'"""{docstring}"""'] if docstring else []
    body += [*constant_lines(program), *statements(program)]
    body.append(f"return v{len(program.instructions)}")
    return "\n".join([f"def {name}(x):", *(f"    {line}" if line else "" for line in body)]) + "\n"


def constant_lines(program: TypedProgram) -> list[str]:
    """Returns the definitions of the constants that the program uses, the exact value of a fraction beside it."""
    used = {r for _, *references in program.instructions for r in references if r < 0}
    return [
        f"c{index} = {constant_text(constant, program.float_format)}{_remark(constant)}"
        for index, constant in enumerate(program.constants)
        if -1 - index in used
    ]


def statements(program: TypedProgram) -> list[str]:
    """Returns one assignment for every instruction."""
    symbols = _symbols(program.float_format)
    return [
        f"v{position} = {MACHINE[name].code['jax'].format(*map(operand_text, references), **symbols)}"
        for position, (name, *references) in enumerate(program.instructions, 1)
    ]


def operand_text(reference: Reference) -> str:
    """Names an operand: ``x``, the result ``v1`` of the first instruction, the first constant ``c0``."""
    if reference == X:
        return "x"
    return f"v{reference}" if reference > 0 else f"c{-1 - reference}"


def constant_text(constant: Constant, fmt: FloatFormat) -> str:
    """Writes a constant as a scalar of its type, such as ``np.float32(1.5)``."""
    if constant.kind == "int":
        return f"np.{fmt.integers}({constant.value})"
    module = "ml_dtypes" if fmt.name == "bfloat16" else "np"
    return f"{module}.{fmt.name}({_decimal(float(constant.value), fmt)})"


def _decimal(value: float, fmt: FloatFormat) -> str:
    """Returns the shortest decimal that is read back as the value, by way of a double."""
    if not math.isfinite(value):
        return f'"{value}"'
    decimals = (float(f"{value:.{digits}g}") for digits in range(1, 18))
    return repr(next(decimal for decimal in decimals if fmt.nearest(decimal) == value))


def _remark(constant: Constant) -> str:
    if constant.kind == "int" or not math.isfinite(constant.value) or constant.value == round(constant.value):
        return ""
    return f"  # {_ZEROS.sub('p', float(constant.value).hex())}"


def _symbols(fmt: FloatFormat) -> dict[str, str]:
    return {
        "float": fmt.name,
        "int": fmt.integers,
        "exponent": str(fmt.exponent_bits),
        "fraction": str(fmt.fraction_bits),
        "largest_integer": str(2 ** (fmt.bits - 1) - 1),
        "least_integer": str(-(2 ** (fmt.bits - 1))),
    }
