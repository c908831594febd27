"""What a peer is."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.cost.timing import Contender
from evaluators.float32_functions.peers import PEERS

Floats: TypeAlias = NDArray[np.float32]
Function: TypeAlias = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Peer:
    """A library that ships some of the functions in float32.

    Attributes:
        name: the key of the row.
        functions: those that it ships.
        version: returns which version is here; raises ValueError, naming what lacks, when it is not here.
        evaluate: from a function's name to the function of an array.
        contender: from a function's name, an array and the bits of a vector to what is timed.
        has_widths: whether the width of the vectors can be chosen.
        flushes: whether it takes subnormals for zeros.
    """

    name: str
    functions: frozenset[str]
    version: Callable[[], str]
    evaluate: Callable[[str], Function]
    contender: Callable[[str, Floats, int], Contender]
    has_widths: bool = False
    flushes: bool = False


def peer(name: str) -> Peer:
    """Returns a peer by its name.

    Raises:
        ValueError: naming the peers when there is none of this name.
    """
    if name not in PEERS:
        raise ValueError(f"the peer must be one of {', '.join(PEERS)}, not {name!r}")
    module, _, attribute = PEERS[name].partition(":")
    found: Peer = getattr(importlib.import_module(module), attribute)
    return found


def called(function: Callable[..., Any], x: Any, **arguments: Any) -> Callable[[int], None]:
    """Returns what calls a function on an array as often as it is told to.

    Args:
        function: of one array.
        x: its argument.
        **arguments: further ones.
    """

    def repeated(times: int) -> None:
        for _ in range(times):
            function(x, **arguments)

    return repeated
