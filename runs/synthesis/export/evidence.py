"""What is known about a synthetic table, as plain values that an exported file carries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pprint import pformat
from typing import Any

from runs.export.evidence import one_line, table
from runs.job.source import command
from runs.privacy.explain import Cost, claim_text, cost_rows, spent_epsilon
from runs.synthesis.answered import answered, held_measurements, known_rows, total_loss
from runs.synthesis.run import SynthesisRun
from search_spaces.synthetic_data.schema import schema_data

_WIDTH = 116

NOT_COVERED = "the schema was read from the private data, which leaks its ranges and categories; the claim omits that"


def facts(run: SynthesisRun) -> dict[str, Any]:
    """Returns the evidence of a run: plain values only, none of which is private.

    Raises:
        ValueError: when the run is broken or has no table yet.
    """
    ledger, manifest, codes = run.ledger, run.manifest, run.codes
    budget, measurements = ledger.terms.budget, held_measurements(run)
    real_rows = known_rows(run, measurements)
    sizes = {measurement.query.name: measurement.query.size for measurement in measurements}
    costs = [Cost(found.what, found.mechanism, found.rho, sizes.get(found.what)) for found in ledger.releases]
    return {
        "rows": len(codes),
        "epsilon": budget.epsilon,
        "delta": budget.delta,
        "rho": budget.rho,
        "accounting": budget.accounting,
        "neighbours": ledger.terms.neighbours,
        "rho_spent": ledger.spent,
        "epsilon_spent": spent_epsilon(ledger),
        "not_covered": NOT_COVERED if run.job.data.trust_inferred_schema else "",
        "claim": [one_line(text) for text in claim_text(ledger.terms)],
        "measured": [
            {"what": row.what, "releases": row.releases, "answers": row.answers, "noise": row.noise, "rho": row.rho}
            for row in cost_rows(costs, budget)
        ],
        "loss": total_loss(answered(measurements, codes, real_rows or float(len(codes)))),
        "run": run.name,
        "seed": run.job.search.seed,
        "date": manifest.start[:10],
        "command": command(run.job) or f"primordia search {run.path / 'run.toml'}",
        "versions": dict(manifest.versions),
    }


def header(title: str, evidence: Mapping[str, Any], further: Mapping[str, str]) -> list[str]:
    """Returns the lines that an exported file begins with.

    Args:
        title: what the file is.
        evidence: as :func:`facts` returns it.
        further: lines of this file alone, by their labels.
    """
    loss = "nothing was measured" if evidence["loss"] is None else f"{evidence['loss']:.4g}, the noise alone being 1"
    spent = f"rho = {evidence['rho_spent']:.4g}, which alone claims epsilon = {evidence['epsilon_spent']:.4g}"
    measured = "; ".join(f"{row['what']}: {row['noise']}" for row in evidence["measured"][:4])
    pairs = [
        ("privacy", f"({evidence['epsilon']:g}, {evidence['delta']:g})-differential privacy, {evidence['neighbours']}"),
        *([("NOT COVERED", evidence["not_covered"])] if evidence["not_covered"] else []),
        ("spent", spent),
        ("measured", measured + ("; and more" if len(evidence["measured"]) > 4 else "")),
        ("loss", f"mean squared difference from the noisy answers over the noise's variance: {loss}"),
        *further.items(),
        ("run", f"{evidence['run']}, seed {evidence['seed']}, {evidence['date']}"),
        ("reproduce", f"{evidence['command']} (measures and spends again; noise is never the same)"),
    ]
    return [one_line(title), "", *table([(label, one_line(text)) for label, text in pairs])]


def schema_literal(run: SynthesisRun) -> str:
    """Returns the schema as a Python literal."""
    return literal(schema_data(run.schema))


def literal(value: Any) -> str:
    """Returns plain data as a Python literal over several lines."""
    return pformat(_plain(value), width=_WIDTH, sort_dicts=False)


def _plain(value: Any) -> Any:
    """Returns a copy without numbers that Python cannot read back."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
