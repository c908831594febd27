"""A layer on its way out: the evidence that it carries, and the file in its run folder."""

from __future__ import annotations

from pathlib import Path

from runs.job.source import command
from runs.layers.export import LayerEvidence, suffix, write_export
from runs.layers.found_layer import FoundLayer
from runs.layers.problem import images_text


def export_layer(found: FoundLayer, language: str, path: Path | None = None) -> Path:
    """Writes a layer as a module or a formula.

    Args:
        found: the layer.
        language: one of :func:`runs.layers.export.languages`.
        path: the file to create; by default ``NAME-LAYER-LANGUAGE.SUFFIX`` in the run folder.

    Raises:
        ValueError: when the file exists, the language is unknown, its package is missing, or what the file computes
            differs from the layer.
    """
    ending = suffix(language)
    if path is None:
        shared = f"_{language}" if ending == ".py" else ""
        path = found.run.path / f"{_name(found)}{shared}{ending}"
    write_export(found.layer, language, evidence(found), path)
    return path


def evidence(found: FoundLayer) -> LayerEvidence:
    """Returns what is known about a layer of a run."""
    run, manifest = found.run, found.run.manifest
    versions = tuple(manifest.versions.items())
    if found.id is None:
        return LayerEvidence(_name(found), versions=versions)
    return LayerEvidence(
        name=_name(found),
        run=run.name,
        program=found.name,
        seed=manifest.job.search.seed or 0,
        date=manifest.start[:10],
        command=command(run.job) or f"primordia search {run.path / 'run.toml'}",
        versions=versions,
        data=images_text(run.job.images, run.images),
        accuracies=_accuracies(found),
    )


def _name(found: FoundLayer) -> str:
    return found.name if found.id is None else f"{found.run.job.title}_{found.name}"


def _accuracies(found: FoundLayer) -> str:
    """Returns the accuracies of a candidate on the search images as a table."""
    networks = found.run.job.anchors.networks
    head = "".join(f"{network:>14}" for network in networks)
    row = "".join(f"{1 - found.objectives[f'error_{network}']:>14.1%}" for network in networks)
    return f"accuracy on the search images after {found.run.job.recipe.steps:,} steps, one training each\n{head}\n{row}"
