"""The layer that a report is about: its graph, its analysis and its ancestors."""

from __future__ import annotations

from runs.folder.lookup import RowData
from runs.layers.found_layer import FoundLayer
from runs.layers.report.data import Ancestor, ShownLayer
from runs.layers.run import LayersRun
from runs.layers.view.analysis_rows import rows
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.formula import formula_text
from search_spaces.norm_act_layers.layer import decode

MOST_ANCESTORS = 40


def shown_layer(run: LayersRun) -> ShownLayer | None:
    """Returns the layer to use, None where no candidate was scored.

    Args:
        run: finished or not.
    """
    if not run.front:
        return None
    found = run.best()
    ancestors = run.lineage(found.name)[1:]
    return ShownLayer(
        name=found.name,
        layer=canonical(found.layer),
        is_winner=run.ranking is not None and run.ranking.winner is not None,
        analysis=rows(found.analyse()),
        lineage=tuple(_ancestor(found, row) for row in reversed(ancestors[:MOST_ANCESTORS])),
        is_lineage_whole=len(ancestors) <= MOST_ANCESTORS,
    )


def _ancestor(found: FoundLayer, row: RowData) -> Ancestor:
    figures = [row[name] for name in found.objectives]
    return Ancestor(
        id=str(row["id"]),
        operator=row["operator"],
        parents=tuple(map(str, row["parents"] or ())),
        error=None if None in figures else found.run.job.figure(tuple(figures)),
        formula=formula_text(decode(row["genome"])),
    )
