"""A compact model of a synthetic table: a tree of columns, each of which depends on its parent alone (Chow, Liu 1968).

It is made of the synthetic table only, so that it costs nothing more of the private one.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.marginals import levels_of
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

GROUPS = 64
"""Groups of a column between which the tree tells; values within a group do not depend on other columns."""

_LINKED_GROUPS = 16
_MOST_LISTED = 2**20
_MOST_ROWS = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class TreeModel:
    """A tree of columns.

    Attributes:
        schema: the columns.
        order: the columns that are in the tree, parents first.
        parents: of each of them, -1 for the roots.
        levels: by column, the group of each code.
        edges: by column, counts of rows ``(groups of the parent, own groups)``.
        within: by column, counts of rows of each code.
    """

    schema: Schema
    order: tuple[int, ...]
    parents: tuple[int, ...]
    levels: dict[int, NDArray[np.int32]]
    edges: dict[int, NDArray[np.int64]]
    within: dict[int, NDArray[np.int64]]

    def packed(self) -> str:
        """Returns the arrays as text, as :mod:`runs.synthesis.export.generator` reads them."""
        columns = self.schema.columns
        arrays: dict[str, NDArray[Any]] = {
            "order": np.array(self.order, np.int64),
            "parents": np.array(self.parents, np.int64),
            "sizes": np.array(self.schema.sizes, np.int64),
            "unique": np.array([place for place, column in enumerate(columns) if column.unique], np.int64),
        }
        for place in self.order:
            arrays[f"edge_{place}"] = self.edges[place]
            arrays[f"within_{place}"] = self.within[place]
            firsts = np.searchsorted(self.levels[place], np.arange(int(self.levels[place][-1]) + 1))
            arrays[f"starts_{place}"] = firsts
        pairs = self.schema.allowed_pairs()
        arrays["pairs"] = np.array(list(pairs), np.int64).reshape(-1, 2)
        arrays |= {f"allowed_{number}": allowed for number, allowed in enumerate(pairs.values())}
        for place, column in enumerate(columns):
            if column.is_numeric:
                arrays[f"low_{place}"], arrays[f"high_{place}"] = _bounds(column)
        text = io.BytesIO()
        np.savez_compressed(text, **arrays)  # type: ignore[arg-type] # its stubs take names for allow_pickle
        return base64.b85encode(text.getvalue()).decode()


def tree_model(schema: Schema, codes: Codes) -> TreeModel:
    """Fits the tree that keeps the most mutual information between columns that it links.

    Columns that a constraint links are linked first, so that few drawn rows break one. Unique columns are left out.

    Args:
        schema: the columns.
        codes: of the synthetic table, with a row or more.
    """
    places = [place for place, column in enumerate(schema.columns) if not column.unique]
    levels = {place: _levels(schema, place) for place in places}
    groups = {place: levels[place][codes[:, place]] for place in places}
    links = _links(places, _strengths(schema, codes, places))
    order, parents = _rooted(places, links)
    edges = {}
    for place, parent in zip(order, parents, strict=True):
        width = int(levels[place][-1]) + 1
        above = groups[parent] if parent >= 0 else np.zeros(len(codes), np.int32)
        height = int(levels[parent][-1]) + 1 if parent >= 0 else 1
        edges[place] = np.bincount(above * width + groups[place], minlength=height * width).reshape(height, width)
    within = {place: np.bincount(codes[:, place], minlength=schema.columns[place].size) for place in places}
    return TreeModel(schema, order, parents, levels, edges, within)


def mutual_information(counts: NDArray[np.int64]) -> float:
    """Returns the mutual information of a table of counts in nats, less what chance alone would add (Miller, Madow)."""
    shares = counts / counts.sum()
    independent = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    found = shares > 0
    chance = (np.count_nonzero(counts.any(axis=1)) - 1) * (np.count_nonzero(counts.any(axis=0)) - 1)
    information = np.sum(shares[found] * np.log(shares[found] / independent[found]))
    return float(information - chance / (2 * counts.sum()))


def _levels(schema: Schema, place: int) -> NDArray[np.int32]:
    """Returns the groups of a column: one per code where a constraint tells codes apart, and there are not too many."""
    column = schema.columns[place]
    is_constrained = any(place in pair for pair in schema.allowed_pairs())
    if is_constrained and column.size <= 4 * GROUPS:
        return np.arange(column.size, dtype=np.int32)
    return levels_of(column, GROUPS)


def _strengths(schema: Schema, codes: Codes, places: Sequence[int]) -> dict[tuple[int, int], tuple[bool, float]]:
    """Returns for every two columns whether a constraint links them, and their mutual information.

    It is taken between few groups: of many, the noise that the table has followed would tell most.
    """
    levels = {place: levels_of(schema.columns[place], _LINKED_GROUPS) for place in places}
    step = -(-len(codes) // _MOST_ROWS)
    groups = {place: levels[place][codes[::step, place]] for place in places}
    constrained, found = schema.allowed_pairs(), {}
    for i, j in combinations(places, 2):
        height, width = int(levels[i][-1]) + 1, int(levels[j][-1]) + 1
        counts = np.bincount(groups[i] * width + groups[j], minlength=height * width)
        found[i, j] = (i, j) in constrained, mutual_information(counts.reshape(height, width))
    return found


def _links(places: Sequence[int], strengths: dict[tuple[int, int], tuple[bool, float]]) -> list[tuple[int, int]]:
    """Returns the edges of the strongest tree, by Kruskal's algorithm."""
    tree_of = {place: place for place in places}
    links = []
    for i, j in sorted(strengths, key=lambda pair: strengths[pair], reverse=True):
        if tree_of[i] != tree_of[j]:
            links.append((i, j))
            former = tree_of[j]
            tree_of = {place: tree_of[i] if tree == former else tree for place, tree in tree_of.items()}
    return links


def _rooted(places: Sequence[int], links: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Returns the columns, parents first, and their parents."""
    found = dict.fromkeys(places[:1], -1)
    waiting = list(places[:1])
    while waiting:
        place = waiting.pop(0)
        for link in links:
            if place in link:
                other = link[0] if link[1] == place else link[1]
                if other not in found:
                    found[other] = place
                    waiting.append(other)
    return tuple(found), tuple(found.values())


def _bounds(column: Column) -> tuple[NDArray[Any], NDArray[Any]]:
    """Returns the ends of a column's cells; of very many whole numbers, which have a cell each, the first one's."""
    listed = column.num_values if column.kind == "real" or column.num_values <= _MOST_LISTED else 1
    return column.cell_bounds(np.arange(listed))
