"""Primitives: one row per operation, with every meaning that the rest of the house needs."""

from primitives.arithmetic import PRIMITIVES as PRIMITIVES
from primitives.arithmetic import primitive as primitive
from primitives.primitive import Primitive as Primitive
