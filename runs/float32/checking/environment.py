"""What a check runs with, as far as its result may depend on it."""

from __future__ import annotations

from collections.abc import Mapping

from evaluators.float32_functions.peers.peer import peer
from runs.float32.checking.parallel import environment_of
from runs.float32.checking.question import Question
from runs.float32.timing import processor
from runs.versions import versions

LIBRARIES = ("primordia", "python", "jax", "jaxlib", "numpy", "python-flint")


def environment(question: Question) -> Mapping[str, str]:
    """Returns versions, flags and device by name."""
    found = versions()
    result = {name: found[name] for name in LIBRARIES if name in found}
    result |= {"XLA_FLAGS": environment_of(question)["XLA_FLAGS"], "device": question.device, "processor": processor()}
    return result if question.kind == "program" else {**result, "peer": peer(question.subject).version()}
