"""What a check of every input found, in words."""

from __future__ import annotations

from evaluators.float32_functions.exhaustive import CheckResult
from evaluators.float32_functions.specials import Special
from runs.float32.problem import domain_text
from runs.text import count_text

ARITHMETIC = {
    "flushed": "subnormal numbers count as zero, as XLA has it on a CPU",
    "kept": "subnormal numbers are kept",
}


def check_facts(check: CheckResult) -> tuple[tuple[str, str], ...]:
    """Returns the figures of a check as pairs (what, figure).

    Args:
        check: of one program.
    """
    figures = check.figures
    return (
        ("inputs", f"{count_text(figures.inputs)}: {domain_text(check.target)}"),
        ("greatest error", f"{check.max_ulp:.7g} ULP at x = {number_text(check.where)}"),
        ("mean error", f"{figures.mean_ulp:.4g} ULP"),
        ("correctly rounded", f"{figures.share_correct:.3%}"),
        ("steps the wrong way", _falls(check)),
        ("special inputs", _specials(check)),
        ("arithmetic", ARITHMETIC[check.arithmetic]),
        ("time", f"{check.seconds:.1f} s"),
        ("made with", ", ".join(f"{name} {value}" for name, value in check.environment.items())),
    )


def compiled_fact(share: float | None) -> tuple[tuple[str, str], ...]:
    """Returns whether XLA's code computes what the operations say, as pairs (what, figure); none where it is unknown.

    Args:
        share: of the inputs that the search tried at which it does not.
    """
    if share is None:
        return ()
    if share == 0:
        return (("as compiled", "the same bits as its operations rounded once each, on the inputs of the search"),)
    return (("as compiled", f"XLA's code differs from its operations rounded once each, on {share:.2g} of the inputs"),)


def special_lines(check: CheckResult) -> list[str]:
    """Returns one line for each special input that is wrong."""
    return [f"wrong at {special.name}: {_values(special)}" for special in check.specials if not special.ok]


def number_text(value: float) -> str:
    """Writes a number so that it is read back: in decimal and in hexadecimal."""
    return f"{value!r} ({value.hex()})"


def _falls(check: CheckResult) -> str:
    figures = check.figures
    if not figures.falls:
        return "none: monotone where the function is"
    assert figures.first_fall is not None
    return f"{count_text(figures.falls)}, the first to x = {number_text(figures.first_fall)}"


def _specials(check: CheckResult) -> str:
    wrong = [special for special in check.specials if not special.ok]
    if not wrong:
        return f"all {len(check.specials)} right"
    return f"{len(wrong)} of {len(check.specials)} wrong: {', '.join(special.name for special in wrong)}"


def _values(special: Special) -> str:
    return f"{special.got:.9g} instead of {special.expected:.9g}"
