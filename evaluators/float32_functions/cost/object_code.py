"""The machine code that XLA makes of a function on the CPU."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jax
import numpy as np

_ELF = re.compile(rb"\x7fELF")


def compiled(function: Callable[[Any], Any], example: jax.ShapeDtypeStruct, width: int) -> Any:
    """Returns a function as XLA compiles it for one type of array.

    Args:
        function: traceable.
        example: shape and type of its argument.
        width: the vectors that XLA prefers, in bits.
    """
    return jax.jit(function).lower(example).compile(compiler_options={"xla_cpu_prefer_vector_width": str(width)})


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
    executable = compiled(function, example, width)
    serialized: bytes = executable.runtime_executable().serialize()
    starts = [match.start() for match in _ELF.finditer(serialized)]
    return [serialized[start:end] for start, end in pairwise([*starts, len(serialized)])]
