"""What ``primordia show RUN LAYER`` prints: one layer in full."""

from __future__ import annotations

from rich.console import Group, RenderableType

from runs.command.sections import lineage_lines, sections_text
from runs.folder.lookup import RowData, RowLookup
from runs.layers.found_layer import FoundLayer
from runs.layers.ranking.view import difference_text, interval_text
from runs.layers.view.analysis_view import analysis_view
from runs.layers.view.front_view import mean_accuracy
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer, live_references, reference_text, statements


def layer_view(found: FoundLayer) -> RenderableType:
    """Returns one layer: figures, formula, graph, lineage, analysis."""
    sections = [
        ("", [f"layer {found.name} of {found.run.path}", *_accuracies(found), *_ranked(found)]),
        ("formula", [found.formula]),
        ("graph", graph_lines(found.layer)),
    ]
    if found.id is not None:
        sections += [
            ("figures", _figures(_row(found))),
            ("lineage, youngest first", _lineage(found)),
        ]
    return Group(sections_text(sections), analysis_view(found.analyse()))


def graph_lines(layer: Layer) -> list[str]:
    """Returns the live part of a graph, one value per line, operands before their users."""
    simple = canonical(layer)
    live = live_references(simple)
    leaves = [
        f"{reference_text(-1 - i)} = {leaf.kind} {leaf.value:.6g}"
        for i, leaf in enumerate(simple.leaves)
        if -1 - i in live
    ]
    nodes = [text.replace("=", " = ", 1).replace(",", ", ") for text in statements(simple)]
    output = reference_text(len(simple.nodes))
    return [*leaves, *nodes, f"output = gamma * {output} + beta" if simple.affine else f"output = {output}"]


def _row(found: FoundLayer) -> RowData:
    assert found.id is not None
    row = RowLookup(found.run.folder.evaluations).find(found.id)
    assert row is not None
    return row


def _accuracies(found: FoundLayer) -> list[str]:
    if not found.objectives:
        return ["a known layer"]
    errors = [(name.removeprefix("error_"), value) for name, value in found.objectives.items() if name.startswith("er")]
    others = [f"{name.replace('_', ' ')} {value:.3g}" for name, value in found.objectives.items() if name[:2] != "er"]
    texts = [f"{network} {1 - error:.1%}" for network, error in errors]
    return [f"accuracy on the search images: {', '.join(texts)}; mean {mean_accuracy(found)}", *others]


def _ranked(found: FoundLayer) -> list[str]:
    """Says where a layer stands on the test images, where it was ranked."""
    ranking = found.run.ranking
    row = next((row for row in ranking.standings if row.name == found.name), None) if ranking else None
    if ranking is None or row is None:
        return []
    place = f"{row.role}, place {row.place} of {len(ranking.standings)} on the test images"
    return [f"{place}: mean {interval_text(row.accuracy)} %, {difference_text(row.difference)} to bn_relu"]


def _figures(row: RowData) -> list[str]:
    metrics, stages = dict(row["metrics"] or ()), dict(row["stages"] or ())
    lines = [f"{name.replace('_', ' ')} {value:.5g}" for name, value in metrics.items()]
    seconds = ", ".join(f"{name} {value:.3g}" for name, value in stages.items())
    return [*lines, *([f"seconds: {seconds}"] if seconds else [])]


def _lineage(found: FoundLayer) -> list[str]:
    names = [objective.name for objective in found.run.objectives]

    def figures(row: RowData) -> str:
        return f"mean accuracy {1 - found.run.job.figure(tuple(row[name] for name in names)):.1%}"

    return lineage_lines(found.run.lineage(found.name), figures)
