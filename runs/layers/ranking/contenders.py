"""Who is compared: the best layers of a search, and known ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from runs.folder.table import part_paths, read_parquet
from runs.layers.ranking.trials import Contender
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical, decode, encode

if TYPE_CHECKING:
    from runs.layers.run import LayersRun


def known(names: Iterable[str]) -> list[Contender]:
    """Returns known layers by their names."""
    return [Contender(name, encode(KNOWN_LAYERS[name])) for name in names]


def finalists(run: LayersRun, count: int, others: Sequence[Contender] = ()) -> list[Contender]:
    """Returns the best layers of a search, those of the Pareto front first, by their mean error on the search images.

    Args:
        run: of a search for layers.
        count: at most so many.
        others: layers that are compared anyway and do not count as found.

    Raises:
        ValueError: when no layer was scored.
    """
    found = [Contender(layer.name, layer.genome) for layer in run.front]
    found += [Contender(str(identity), genome) for _, identity, genome in sorted(scored(run))]
    if not found:
        raise ValueError(f"run {str(run.path)!r} has no scored layer to rank; let it search longer: primordia resume")
    return list(_distinct(found, others))[:count]


def scored(run: LayersRun) -> list[tuple[float, int, str]]:
    """Returns mean error on the search images, id and encoded layer of every scored candidate."""
    names = [objective.name for objective in run.objectives]
    return [
        (run.job.figure(tuple(row[name] for name in names)), row["id"], row["genome"])
        for row in rows_with(run, "scored", ["id", "genome", *names])
    ]


def rows_with(run: LayersRun, status: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    """Yields the candidates of a run that ended one way.

    Args:
        run: whose evaluation table is read.
        status: in the table's words.
        columns: of the table, ``id`` among them.
    """
    for path in part_paths(run.folder.evaluations):
        table = read_parquet(path, [*columns, "status"])
        chosen = table.filter(pc.equal(table["status"].cast("string"), status))
        # rows beyond the last checkpoint are written again by a resume
        yield from (row for row in chosen.to_pylist() if row["id"] < run.progress.rows)


def _distinct(contenders: Iterable[Contender], others: Sequence[Contender]) -> Iterator[Contender]:
    """Yields the contenders that are not yet there in another form."""
    seen = {canonical(decode(other.layer)) for other in others}
    for contender in contenders:
        form = canonical(decode(contender.layer))
        if form not in seen:
            seen.add(form)
            yield contender
