"""A check of every input in one loop, for tests to compare with."""

from evaluators.float32_functions.chunk import ChunkCheck, Function, merged
from evaluators.float32_functions.exhaustive import CheckResult, chunks
from evaluators.float32_functions.specials import check_specials
from evaluators.float32_functions.targets import MachineTarget
from primitives.float_format import FloatFormat


def whole_check(function: Function, target: MachineTarget, fmt: FloatFormat, *, flush: bool) -> CheckResult:
    """Returns the result of a check, in this process."""
    check = ChunkCheck(function, target, fmt, flush)
    figures = merged(check.measure(chunk.places, chunk.follows) for chunk in chunks(target, fmt))
    specials = check_specials(function, target, fmt, flush)
    return CheckResult(target, fmt.name, "flushed" if flush else "kept", figures, specials, 0.0, {})
