"""The process that measures: ``python -m evaluators.float32_functions.cost.measuring``.

It reads one request as JSON and writes one line of JSON per function as it is done. It is started by
:mod:`evaluators.float32_functions.cost.measured`, since XLA reads its flags, and counts its cores, when it is imported.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any


def main() -> None:
    """Answers the request on standard input."""
    request: dict[str, Any] = json.load(sys.stdin)
    if hasattr(os, "sched_setaffinity"):
        # On one core XLA does not split an array among threads.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for function in request["functions"]:
        answer = _answer(function, request["programs"].get(function), request)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _answer(function: str, program: str | None, request: Mapping[str, Any]) -> dict[str, Any]:
    from evaluators.float32_functions.cost.timing import Contender, alternate

    contenders: dict[tuple[str, int], Contender] = {}
    absent: dict[str, str] = {}
    if program is not None:
        contenders |= _programs(function, program, request)
    for name in request["peers"]:
        for key, make in _peers(function, name, request).items():
            try:
                contenders[key] = make()
            except ValueError as error:
                absent[name] = str(error)
    taken = alternate(contenders, request["rounds"])
    timings = [{"name": n, "width": w, "seconds": spent.tolist()} for (n, w), spent in taken.items()]
    return {"function": function, "timings": timings, "absent": absent}


def _programs(function: str, program: str, request: Mapping[str, Any]) -> dict[tuple[str, int], Any]:
    from evaluators.float32_functions.compiled import traceable
    from evaluators.float32_functions.cost.inputs import timing_inputs
    from evaluators.float32_functions.cost.looped import looped_contender
    from search_spaces.float32_functions.typed_program import decode

    genome = decode(program)
    x = timing_inputs(function, request["num_elements"], genome.float_format.dtype)
    return {("primordia", w): looped_contender(traceable(genome), x, w) for w in request["widths"]}


def _peers(function: str, name: str, request: Mapping[str, Any]) -> dict[tuple[str, int], Callable[[], Any]]:
    """Returns what makes a peer's contenders, and raises ValueError where the peer is not here."""
    from evaluators.float32_functions.cost.inputs import timing_inputs
    from evaluators.float32_functions.peers.peer import peer
    from primitives.float_format import FORMATS

    found = peer(name)
    if function not in found.functions:
        return {}
    x = timing_inputs(function, request["num_elements"], FORMATS[request["format"]].dtype)
    widths: Sequence[int] = request["widths"] if found.has_widths else (0,)

    def contender(width: int) -> Any:
        found.version()
        return found.contender(function, x, width)

    return {(name, width): partial(contender, width) for width in widths}


if __name__ == "__main__":
    main()
