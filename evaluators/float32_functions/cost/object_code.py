"""The machine code that XLA makes of a function on the CPU."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jax
import numpy as np

_ELF = re.compile(rb"\x7fELF")


def object_code(function: Callable[[Any], Any], dtype: np.dtype[Any], num_elements: int, width: int) -> list[bytes]:
    """Returns the object files that XLA links for a function of an array.

    XLA keeps them in the serialized executable, one after another; a reader of ELF ignores what follows a file.

    Args:
        function: traceable.
        dtype: type of the elements.
        num_elements: of the array.
        width: the vectors that XLA prefers, in bits.
    """
    example = jax.ShapeDtypeStruct((num_elements,), dtype)  # type: ignore[no-untyped-call]
    found = _objects(function, example, width)
    # An executable from JAX's cache on disk has no object files any more; under another name it is compiled anew.
    return found or _objects(_renamed(function), example, width)


def _objects(function: Callable[[Any], Any], example: jax.ShapeDtypeStruct, width: int) -> list[bytes]:
    options: dict[str, str | bool] = {"xla_cpu_prefer_vector_width": str(width)}
    executable = jax.jit(function).lower(example).compile(compiler_options=options).runtime_executable()
    assert executable is not None, "JAX keeps the executable of what it has just compiled"
    serialized: bytes = executable.serialize()
    starts = [match.start() for match in _ELF.finditer(serialized)]
    return [serialized[start:end] for start, end in pairwise([*starts, len(serialized)])]


def _renamed(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def renamed(x: Any) -> Any:
        return function(x)

    renamed.__name__ = f"compiled_{uuid.uuid4().hex}"
    return renamed
