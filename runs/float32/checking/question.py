"""What is checked: a program or a library's function, against a target in a format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from evaluators.float32_functions.chunk import Function
from evaluators.float32_functions.exhaustive import plain_numbers, read_target
from evaluators.float32_functions.peers.peer import peer
from evaluators.float32_functions.semantics import flushes_subnormals
from evaluators.float32_functions.targets import TARGETS, MachineTarget, target
from primitives.float_format import FLOAT32, FloatFormat
from search_spaces.float32_functions.typed_program import TypedProgram, decode, encode

FINGERPRINT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Question:
    """A function on a domain.

    Attributes:
        kind: what ``subject`` is.
        subject: an encoded program, or the name of a peer.
        target: what it is to compute, and where.
        device: where JAX runs it, be it a program or a function of jnp.
    """

    kind: Literal["program", "peer"]
    subject: str
    target: MachineTarget
    device: Literal["cpu", "gpu"] = "cpu"

    @property
    def format(self) -> FloatFormat:
        """The format of inputs and values."""
        return decode(self.subject).float_format if self.kind == "program" else FLOAT32

    @property
    def flush(self) -> bool:
        """Whether the subject's arithmetic flushes subnormal numbers, as XLA does on a CPU."""
        flushes = flushes_subnormals(self.format) if self.kind == "program" else peer(self.subject).flushes
        return flushes and self.device == "cpu"

    @property
    def title(self) -> str:
        """The question in a few words."""
        ends = "" if self.target == TARGETS[self.target.name] else f" on {self.target.lower:g},{self.target.upper:g}"
        return f"{self.target.name}{ends} by {'a program' if self.kind == 'program' else self.subject}"

    @property
    def fingerprint(self) -> str:
        """A name for files: what differs has another one."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return f"{self.target.name}-{hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_DIGITS]}"

    def load(self) -> Function:
        """Returns the function that is checked."""
        if self.kind == "peer":
            return peer(self.subject).evaluate(self.target.name)
        # JAX is imported by processes that run programs only
        from evaluators.float32_functions.compiled import compile_program

        compiled: Any = compile_program(decode(self.subject))
        return compiled  # type: ignore[no-any-return]

    def to_dict(self) -> dict[str, Any]:
        """Returns plain data."""
        data: dict[str, Any] = plain_numbers(asdict(self))
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Question:
        """Reads what :meth:`to_dict` wrote."""
        return cls(data["kind"], data["subject"], read_target(data["target"]), data["device"])


def of_program(program: TypedProgram, checked_target: MachineTarget) -> Question:
    """Returns the question how well a program computes a target."""
    return Question("program", encode(program), checked_target)


def of_peer(text: str) -> Question:
    """Returns the question how well a library computes a function in float32.

    Args:
        text: the peer's name and the function's, such as ``numpy:exp``.

    Raises:
        ValueError: when there is no such peer or function, or the peer is not here.
    """
    name, colon, function = text.partition(":")
    if not colon or not function:
        raise ValueError(f"a peer's function is named as in numpy:exp, not {text!r}")
    found = peer(name)
    if target(function).name not in found.functions:
        raise ValueError(f"{name} has no {function}; it has: {', '.join(sorted(found.functions))}")
    found.version()
    return Question("peer", name, target(function))
