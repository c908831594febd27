"""A layer on its way out: the evidence that it carries, and the file in its run folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runs.job.source import command
from runs.layers.export import LayerEvidence, suffix, write_export
from runs.layers.found_layer import FoundLayer
from runs.layers.problem import images_text
from runs.layers.ranking.view import difference_text, interval_text


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
    """Returns the accuracies of a candidate beside known layers where it was ranked, or else on the search images."""
    ranking = found.run.ranking
    if ranking and any(row.name == found.name for row in ranking.standings):
        chosen = [row for row in ranking.standings if row.name == found.name or row.is_known]
        head = f"test accuracy in %, {ranking.seeds} trainings of {ranking.steps:,} steps each, 95 % intervals"
        lines = [_line("", [*ranking.networks, "mean", "to bn_relu"])]
        for row in chosen:
            figures = [interval_text(row.accuracies.get(network)) for network in ranking.networks]
            lines.append(_line(row.name, [*figures, interval_text(row.accuracy), difference_text(row.difference)]))
        return "\n".join([head, *lines])
    networks = found.run.job.anchors.networks
    figures = [f"{1 - found.objectives[f'error_{network}']:.1%}" for network in networks]
    head = f"accuracy on the search images after {found.run.job.recipe.steps:,} steps, one training each"
    return "\n".join([head, _line("", networks), _line(found.name, figures)])


def _line(name: str, figures: Sequence[str]) -> str:
    """Returns a row of a table in columns of one width."""
    return f"{name:<14}" + "".join(f"{figure:>14}" for figure in figures[:-1]) + f"{figures[-1]:>22}"
