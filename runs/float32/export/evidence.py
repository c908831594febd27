"""What is known about a machine program, in the words that every exported file carries."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evaluators.float32_functions.targets import MachineTarget
from evaluators.float32_functions.ulp import Arithmetic
from runs.export.evidence import one_line
from search_spaces.float32_functions.typed_program import TypedProgram

ARITHMETIC = {
    "flushed": "subnormal inputs and results count as zero, as XLA has it on a CPU",
    "kept": "subnormal numbers are kept",
}
"""What happens to subnormal numbers, in words."""

_SCALE = 1000.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The claim of an export and how it was established.

    Attributes:
        target: the function and its domain.
        max_ulp: the greatest error found.
        arithmetic: what became of subnormal numbers when it was.
        exhaustive: whether every input of the domain was tried, or a sample.
        where: the input of the greatest error; NaN when it is not known.
        specials: whether zeros, infinities and NaN have the right images, signs of zeros included.
        facts: further findings as pairs (what, figure).
        cost: what the search's model says that the program costs.
        run: the run's name.
        program: the program's id in its run.
        seed: the seed of the run.
        date: the day of the search, as YYYY-MM-DD.
        command: the command that reproduces the run.
        versions: pairs (package, version).
    """

    target: MachineTarget
    max_ulp: float
    arithmetic: Arithmetic
    exhaustive: bool
    where: float = math.nan
    specials: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    cost: str = ""
    run: str = ""
    program: str = ""
    seed: int = 0
    date: str = ""
    command: str = ""
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def function(self) -> str:
        """The name of the exported function."""
        return self.target.name

    @property
    def bound(self) -> float:
        """The greatest error, rounded up to three digits behind the point."""
        if not math.isfinite(self.max_ulp):
            return math.inf
        return math.ceil(self.max_ulp * _SCALE) / _SCALE


def domain_text(target: MachineTarget, fmt: str) -> str:
    """Writes a domain: ``every float32``, ``every float32 in [-8192, 8192]``."""
    if target.full:
        return f"every {fmt}"
    return f"every {fmt} in [{target.lower:.9g}, {target.upper:.9g}]" + (" and NaN" if target.nan else "")


def title(program: TypedProgram, evidence: Evidence) -> str:
    """Writes the claim on one line."""
    tried = "all inputs tried" if evidence.exhaustive else "a sample of them tried"
    domain = domain_text(evidence.target, program.format)
    return f"{evidence.function}(x) for {domain}: at most {evidence.bound:g} ULP, {tried}"


def rows(program: TypedProgram, evidence: Evidence, verified: str) -> list[tuple[str, str]]:
    """Returns the evidence as pairs (label, one line of text).

    Args:
        program: the exported program.
        evidence: what is known about it.
        verified: how the file is compared with the program before it is written.
    """
    where = "" if math.isnan(evidence.where) else f", at x = {evidence.where!r} ({evidence.where.hex()})"
    pairs = [
        ("target", evidence.function),
        ("domain", domain_text(evidence.target, program.format)),
        ("checked", "every input of the domain" if evidence.exhaustive else "a sample of the inputs"),
        ("greatest error", f"{evidence.max_ulp:.6g} ULP{where}"),
        ("arithmetic", f"one rounding per operation, fma as one; {ARITHMETIC[evidence.arithmetic]}"),
        *evidence.facts,
        ("operations", str(len(program.instructions))),
        ("cost", evidence.cost),
        ("verified", verified),
        ("run", f"{evidence.run}, program {evidence.program}, seed {evidence.seed}, {evidence.date}"),
        ("versions", ", ".join(f"{package} {version}" for package, version in evidence.versions)),
        ("reproduce", evidence.command),
    ]
    return [(label, one_line(text)) for label, text in pairs if text]


def facts(program: TypedProgram, evidence: Evidence) -> dict[str, str | int | float | bool]:
    """Returns the evidence as plain values by name, for programs that read an export."""
    return {
        "target": evidence.function,
        "domain": domain_text(evidence.target, program.format),
        "format": program.format,
        "max_ulp": str(evidence.max_ulp) if math.isinf(evidence.max_ulp) else evidence.max_ulp,
        "exhaustive": evidence.exhaustive,
        "arithmetic": evidence.arithmetic,
        "specials": evidence.specials,
        "operations": len(program.instructions),
        "run": evidence.run,
        "program": evidence.program,
        "seed": evidence.seed,
        "date": evidence.date,
        "command": evidence.command,
    }
