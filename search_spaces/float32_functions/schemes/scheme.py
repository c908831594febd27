"""A scheme: a way to write a whole program, with choices that are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from search_spaces.float32_functions.builder import Builder, Value

FUNCTIONS = (
    "exp2",
    "exp",
    "expm1",
    "log2",
    "log",
    "log1p",
    "sin",
    "cos",
    "tanh",
    "erf",
    "sigmoid",
    "gelu",
)
"""The functions that schemes are written for."""

Draw: TypeAlias = Callable[[Builder, Random], Value]
"""Writes a program with a builder and returns its output; every choice comes from the generator."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to write a function: its reduction, its core and its ends.

    A program forgets which scheme wrote it: variation may change or drop any part.

    Attributes:
        name: the key of the row among those that suit a function.
        title: what it does, in a few words.
        functions: names of the functions that it suits.
        draw: writes a program; constants that are fitted may start at 0.
        weight: how often it is drawn, beside 1 for others; a core without its reduction is for short intervals only.
    """

    name: str
    title: str
    functions: tuple[str, ...]
    draw: Draw
    weight: float = 1.0
