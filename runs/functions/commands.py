"""The subcommands that only searches for functions have."""

from __future__ import annotations

import sys
from pathlib import Path

PROGRAM = "a candidate's id, or a size such as 8ops for the front's program of that size"


def prove(run: str, program: str | None) -> int:
    """Proves one program, or the front and notes its bounds in front.parquet."""
    from runs.functions.run import FunctionRun

    found = FunctionRun(Path(run))
    if program is None:
        from runs.command.tables import console
        from runs.functions.view.run_view import front_of

        console().print(front_of(found.prove()))
        return 0
    from runs.text import bound_text, error_text

    chosen = found.program(program)
    proof = chosen.prove()
    sys.stdout.write(
        f"program {chosen.id}: maximum {found.target.metric} error <= {bound_text(proof.bound, 7)} "
        f"on the whole domain, proven; measured {error_text(proof.measured, 7)}, ratio {proof.ratio:.4f}, "
        f"{proof.pieces} pieces, {proof.bits} bits, {proof.seconds:.2f} s\n"
    )
    return 0
