"""What is known about a program, in the words that every exported file carries."""

from __future__ import annotations

import keyword
import re
import textwrap
from collections import Counter
from dataclasses import dataclass

from runs.text import bound_text, error_text
from search_spaces.program import Program

_TEXT_WIDTH = 96

_TAKEN_NAMES = frozenset({"x", "np", "jnp", "jax", "torch", "mp", "mpf"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """The claim of an export and how it was established.

    Attributes:
        name: the target's name, which becomes the exported function's name.
        expression: the target as an expression in x.
        domain: the closed domain as the job states it: ``[0, pi/4]``.
        lower: the least double in the domain.
        upper: the greatest double in the domain.
        metric: what the errors are: ``maximum relative error``.
        measured_error: the largest error found over the reals; a lower bound on the truth.
        proven_bound: an upper bound on the error over the whole domain and the reals; None when there is no proof.
        proof: how the bound was proven; empty without one.
        float64_error: the largest error seen when evaluated in double precision, roundings included; None when unknown.
        run: the run's name.
        program: the program's id in its run.
        seed: the seed of the run.
        date: the day of the search, as YYYY-MM-DD.
        command: the command that reproduces the run.
        versions: pairs (package, version).
    """

    name: str
    expression: str
    domain: str
    lower: float
    upper: float
    metric: str
    measured_error: float
    proven_bound: float | None = None
    proof: str = ""
    float64_error: float | None = None
    run: str = ""
    program: str = ""
    seed: int = 0
    date: str = ""
    command: str = ""
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def function(self) -> str:
        """The name as an identifier in Python and C that no exported file uses for something else."""
        name = re.sub(r"\W+", "_", self.name, flags=re.ASCII).strip("_")
        if not name or name[0].isdigit():
            name = f"f_{name}".rstrip("_")
        is_taken = keyword.iskeyword(name) or name in _TAKEN_NAMES or re.fullmatch(r"[cCv]\d+", name)
        return f"{name}_" if is_taken or name.isupper() else name

    @property
    def max_error(self) -> float:
        """The error to rely on: the proven bound, or else the measured one."""
        return self.measured_error if self.proven_bound is None else self.proven_bound


def title(evidence: Evidence) -> str:
    """Writes the claim on one line."""
    known = "measured" if evidence.proven_bound is None else "proven"
    error = (error_text if evidence.proven_bound is None else bound_text)(evidence.max_error)
    claim = f"{evidence.expression} on {evidence.domain}, {evidence.metric} {error} ({known})"
    return one_line(f"{evidence.function}(x): {claim}")


def rows(program: Program, evidence: Evidence, verified: str) -> list[tuple[str, str]]:
    """Returns the evidence as pairs (label, one line of text).

    Args:
        program: the exported program.
        evidence: what is known about it.
        verified: how the language compares the file with the program before it is written.
    """
    counts = Counter(name for name, *_ in program.instructions)
    operations = ", ".join(f"{count} {name}" for name, count in counts.items())
    proven = "no proof"
    if evidence.proven_bound is not None:
        proven = f"{bound_text(evidence.proven_bound, 7)} on the whole domain, over the reals; {evidence.proof}"
    versions = ", ".join(f"{package} {version}" for package, version in evidence.versions)
    pairs = [
        ("target", evidence.expression),
        ("domain", evidence.domain),
        ("metric", evidence.metric),
        ("operations", f"{program.operations} ({operations})"),
        ("measured", f"{error_text(evidence.measured_error, 7)} over the reals"),
        ("proven", proven),
    ]
    if evidence.float64_error is not None:
        pairs.append(
            ("float64", f"{error_text(evidence.float64_error, 7)} measured in double precision, roundings included")
        )
    pairs += [
        ("verified", verified),
        ("run", f"{evidence.run}, program {evidence.program}, seed {evidence.seed}, {evidence.date}"),
        ("versions", versions),
        ("reproduce", evidence.command),
    ]
    return [(label, one_line(text)) for label, text in pairs]


def table(pairs: list[tuple[str, str]]) -> list[str]:
    """Returns the lines of a table of two columns, long texts wrapped."""
    indent = max(len(label) for label, _ in pairs) + 2
    lines = []
    for label, text in pairs:
        wrapped = textwrap.wrap(text, _TEXT_WIDTH, break_on_hyphens=False, break_long_words=False) or [""]
        lines += [f"{label:{indent}}{wrapped[0]}".rstrip(), *(" " * indent + rest for rest in wrapped[1:])]
    return lines


def facts(program: Program, evidence: Evidence) -> dict[str, str | int | float | None]:
    """Returns the evidence as plain values by name, for programs that read an export."""
    return {
        "target": evidence.expression,
        "domain": evidence.domain,
        "metric": evidence.metric,
        "operations": program.operations,
        "measured_error": evidence.measured_error,
        "proven_bound": evidence.proven_bound,
        "float64_error": evidence.float64_error,
        "run": evidence.run,
        "program": evidence.program,
        "seed": evidence.seed,
        "date": evidence.date,
        "command": evidence.command,
    }


def one_line(text: str) -> str:
    """Returns text with every run of white space and control characters replaced by one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
