"""Target expressions: read safely as sympy, evaluated rigorously on balls and power series.

No text is ever executed: Python's own parser gives the syntax tree, and only numbers, x, pi, E, the
arithmetic operators and calls of known functions are translated.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import sympy
from flint import arb, fmpq

from evaluators.functions import FUNCTIONS, ArbOrSeries

X = sympy.Symbol("x", real=True)
MAX_TEXT_LENGTH = 1000
MAX_EXPONENT = 1000
MAX_ARGUMENT = 1000
MAX_NUMBER_BITS = 4096

_NAMES = {"x": X, "pi": sympy.pi, "E": sympy.E}
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A function of x over the reals.

    Attributes:
        text: what the user wrote.
        symbol: the same as a sympy expression in the real symbol x.
        enclose: maps a ``flint.arb`` or ``flint.arb_series`` to an enclosure of the function at the working precision;
            a constant expression returns a ``flint.arb`` for either.
    """

    text: str
    symbol: Any
    enclose: Callable[[ArbOrSeries], ArbOrSeries]


@lru_cache(maxsize=256)
def parse(text: str) -> Expression:
    """Reads an expression in x such as ``exp(-x**2) / 3``.

    Args:
        text: numbers (taken exactly), x, pi, E, ``+ - * / **`` and the known functions.

    Raises:
        ValueError: naming what cannot be read, what is not known, or where the expression is not a real number.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise ValueError(f"an expression may have at most {MAX_TEXT_LENGTH} characters, this one has {len(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        symbol = sympy.sympify(_read(tree.body, text.strip()))
    except (SyntaxError, MemoryError, RecursionError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply"
        raise ValueError(f"cannot read the expression {text!r}: {reason}; write it as in exp(-x**2)/3") from None
    if symbol.has(sympy.I, sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise ValueError(f"the expression {text!r} is not a finite real function: it simplifies to {symbol}")
    return Expression(text, symbol, _translate(symbol, text))


def _read(node: ast.AST, text: str) -> Any:
    """Translates one node of Python's syntax tree to sympy."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            # The literal's own digits, because 0.1 means one tenth and not the nearest double.
            return _read_number(str(ast.get_source_segment(text, node)), value)
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_read(operand, text)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _read(operand, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            first, second = _read(left, text), _read(right, text)
            if isinstance(op, ast.Pow):
                _check_power(first, second, ast.unparse(node))
            return _OPERATORS[type(op)](first, second)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _read_call(name, [_read(argument, text) for argument in arguments])
        case ast.Name(id=name):
            raise ValueError(f"unknown name {name!r} in {text!r}{_nearest(name)}; known are x, pi, E and functions")
        case _:
            raise ValueError(
                f"cannot read {ast.unparse(node)!r} in {text!r}: "
                "only numbers, x, pi, E, + - * / ** (power) and calls of known functions are allowed"
            )


def _read_number(literal: str, value: float) -> Any:
    if isinstance(value, float) and (math.isinf(value) or (value == 0 and literal.strip("0._eE+-") != "")):
        raise ValueError(f"the number {literal} lies outside the range of a double; write it as a product of powers")
    return sympy.Rational(literal.replace("_", "") if isinstance(value, float) else value)


def _check_power(base: Any, exponent: Any, text: str) -> None:
    """Refuses powers of numbers that sympy would take forever to write out."""
    if exponent.is_number and not abs(exponent) <= MAX_EXPONENT:
        raise ValueError(f"the exponent in {text!r} must lie within +-{MAX_EXPONENT}")
    if base.is_Rational and exponent.is_number:
        bits = max(int(base.p).bit_length(), int(base.q).bit_length()) * abs(exponent)
        if bits > MAX_NUMBER_BITS:
            raise ValueError(f"the number {text!r} has more than {MAX_NUMBER_BITS} bits; use smaller numbers")


def _read_call(name: str, arguments: list[Any]) -> Any:
    if name not in FUNCTIONS:
        raise ValueError(f"unknown function {name!r}{_nearest(name)}; known are: {', '.join(FUNCTIONS)}")
    row = FUNCTIONS[name]
    if len(arguments) != row.arity:
        raise ValueError(f"{name} takes {row.arity} argument(s), not {len(arguments)}")
    if any(argument.is_number and not abs(argument) <= MAX_ARGUMENT for argument in arguments):
        raise ValueError(f"the constant argument of {name} must lie within +-{MAX_ARGUMENT}: {arguments}")
    if name == "besselj" and not arguments[0].is_Integer:
        raise ValueError(f"besselj(n, x) needs an integer order n, not {arguments[0]}")
    return row.symbol(*arguments)


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, [*FUNCTIONS, *_NAMES], n=1)
    return f", did you mean {near[0]!r}?" if near else ""


def _translate(node: Any, text: str) -> Callable[[ArbOrSeries], ArbOrSeries]:
    """Compiles a sympy tree to a function on balls and power series."""
    if node == X:
        return lambda x: x
    if node.is_Rational:
        ratio = fmpq(int(node.p), int(node.q))
        return lambda _: arb(ratio)
    if node == sympy.pi:
        return lambda _: arb.pi()
    if node == sympy.E:
        return lambda _: arb.const_e()
    if node.is_Pow:
        return _translate_power(node, text)
    operands = [_translate(argument, text) for argument in node.args]
    if node.is_Add or node.is_Mul:
        combine = operator.add if node.is_Add else operator.mul
        return lambda x: reduce(combine, [operand(x) for operand in operands])
    row = FUNCTIONS.get(type(node).__name__)
    if row is None or row.enclose is None:
        raise ValueError(f"no enclosure is known for {node} in {text!r}; known functions are: {', '.join(FUNCTIONS)}")
    enclose = row.enclose
    return lambda x: enclose(*[operand(x) for operand in operands])


def _translate_power(node: Any, text: str) -> Callable[[ArbOrSeries], ArbOrSeries]:
    base = _translate(node.base, text)
    if node.exp.is_Integer:
        power = int(node.exp)
        return lambda x: base(x) ** power
    if node.exp == sympy.Rational(1, 2):
        return lambda x: base(x).sqrt()
    if node.exp == sympy.Rational(-1, 2):
        return lambda x: base(x).rsqrt()
    exponent = _translate(node.exp, text)
    return lambda x: base(x) ** exponent(x)
