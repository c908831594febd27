"""A found program on its way out: the evidence that it carries, and the file in its run folder."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from evaluators.balls import from_double_double, precision
from evaluators.reference import chebyshev_points, reference_values, weights
from evaluators.targets import Target
from runs.export import Evidence, suffix, write_export
from runs.functions.found_program import FoundProgram
from runs.functions.problem import domain_text
from runs.job.source import command

PROOF = "ball arithmetic (python-flint arb), Taylor models on an adaptive subdivision of the domain"
SCANNED_POINTS = 2_000
END_BITS = 192


def export_program(found: FoundProgram, language: str, path: Path | None = None) -> Path:
    """Writes a program as source code, proven first where it has no bound yet.

    Args:
        found: the program.
        language: one of :func:`runs.export.languages`.
        path: the file to create; by default ``NAME-OPERATIONSops-ID.SUFFIX`` in the run folder.

    Raises:
        ValueError: when the file exists, the language is unknown, or the file's values differ from the program's.
    """
    ending = suffix(language)
    if path is None:
        shared = f"-{language}" if ending == ".py" else ""
        name = f"{found.run.manifest.job.title}-{found.operations}ops-{found.id}{shared}{ending}"
        path = found.run.path / name
    write_export(found.program, language, evidence(found), path)
    return path


def evidence(found: FoundProgram) -> Evidence:
    """Returns what is known about a program; its bound is proven now unless the front holds it already."""
    target, manifest = found.run.target, found.run.manifest
    measured, bound = found.measured, found.proven
    if measured is None or bound is None:
        proof = found.prove()
        measured, bound = proof.measured, proof.bound
    lower, upper = double_ends(target)
    return Evidence(
        name=manifest.job.title,
        expression=target.expression,
        domain=domain_text(target),
        lower=lower,
        upper=upper,
        metric=f"maximum {target.metric} error" + ("" if target.weight == "1" else f", weight {target.weight}"),
        measured_error=measured,
        proven_bound=bound,
        proof=PROOF,
        float64_error=float64_error(found),
        run=found.run.name,
        program=str(found.id),
        seed=manifest.job.search.seed or 0,
        date=manifest.start[:10],
        command=command(manifest.job) or f"primordia search {found.run.path / 'run.toml'}",
        versions=tuple(manifest.versions.items()),
    )


def double_ends(target: Target) -> tuple[float, float]:
    """Returns the least and the greatest double in the domain."""
    with precision(END_BITS):
        lower, upper = target.ends()
        low, high = float(lower), float(upper)
        first, last = from_double_double((low, 0.0)), from_double_double((high, 0.0))
        if first < lower or (target.open_lower and not first > lower):
            low = math.nextafter(low, math.inf)
        if last > upper or (target.open_upper and not last < upper):
            high = math.nextafter(high, -math.inf)
    return low, high


def float64_error(found: FoundProgram) -> float | None:
    """Returns the largest error at Chebyshev points when the program runs in double precision, None if not finite."""
    points, _ = chebyshev_points(found.run.target, SCANNED_POINTS)
    exact = (points, np.zeros_like(points))
    high, low = reference_values(found.run.target, exact)
    factor, _ = weights(found.run.target, exact)
    error = float(np.max(np.abs(((found(points) - high) - low) * factor)))
    return error if math.isfinite(error) else None
