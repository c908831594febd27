"""Export to a generator: a NumPy program that draws any number of new rows from a compact model of the table."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.marginals import levels_of
from runs.folder.atomic import write_atomically
from runs.synthesis.export.evidence import facts, header, literal, schema_literal
from runs.synthesis.export.module_text import execute, module_text
from runs.synthesis.export.tree_model import GROUPS, TreeModel, tree_model
from runs.synthesis.run import SynthesisRun
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.row_rules import check_codes
from search_spaces.synthetic_data.schema import Schema

SUFFIX = "_generator.py"

_ROWS = 100_000
_SEED = 1
_DRAWN = "codes.npy"

_DRIVER = """
import numpy

rows = {rows}
codes = exported.draw_codes(rows, numpy.random.default_rng({seed}))
numpy.save({file!r}, codes.astype(numpy.int32))
small = exported.draw(min(rows, 1000), {seed})
again = exported.draw(min(rows, 1000), {seed})
for name, values in small.items():
    masks = numpy.ma.getmaskarray(values)
    if len(values) != min(rows, 1000) or not (masks == numpy.ma.getmaskarray(again[name])).all():
        raise SystemExit(f"column {{name!r}} is not the same again")
    if not (numpy.ma.getdata(values) == numpy.ma.getdata(again[name]))[~masks].all():
        raise SystemExit(f"column {{name!r}} is not the same again")
"""


def write(run: SynthesisRun, path: Path) -> None:
    """Writes the program.

    Args:
        run: with a table.
        path: the file to create.

    Raises:
        ValueError: when the program does not run, or draws rows that break a constraint.
    """
    model = tree_model(run.schema, run.codes)
    drawn = check(source(run, model, {}), run.schema)
    fit = fit_of(run.schema, run.codes, drawn)
    text = source(run, model, fit)
    if not np.array_equal(check(text, run.schema), drawn):
        raise ValueError("the generator draws other rows from the same seed; nothing was written")
    write_atomically(path, text.encode())


def source(run: SynthesisRun, model: TreeModel, fit: dict[str, Any]) -> str:
    """Returns the text of the program.

    Args:
        run: with a table.
        model: of the table.
        fit: how close drawn rows are to the table, as :func:`fit_of` measures it; empty before that is known.
    """
    evidence = {**facts(run), "model": _links(model), "fit": fit}
    title = f"A generator of rows like those of {run.table_path.name}, made by Primordia."
    further = {"model": "a tree of columns, of the synthetic table alone, which costs no more privacy; see EVIDENCE"}
    if fit:
        further["fit"] = (
            f"total variation distance of {fit['rows']:,} drawn rows from the synthetic table: single columns "
            f"{fit['one_way_mean']:.2g} on average, {fit['one_way_max']:.2g} at most; pairs {fit['two_way_mean']:.2g} "
            f"on average, {fit['two_way_max']:.2g} at most ({fit['two_way_worst']}). Drawing alone explains "
            f"{fit['one_way_chance']:.2g} and {fit['two_way_chance']:.2g} on average. The table itself is closer to "
            "the data than these rows are."
        )
    further["verified"] = "executed; every drawn row obeys the schema, and a seed gives the same rows again"
    data = {"SCHEMA": schema_literal(run), "EVIDENCE": literal(evidence), "MODEL": _wrapped(model.packed())}
    return module_text(header(title, evidence, further), data, "generator")


def check(text: str, schema: Schema) -> Codes:
    """Executes the program and returns the codes that it drew.

    Raises:
        ValueError: when it does not run, or a row is no row of the schema.
    """
    most = min([_ROWS, *(column.size for column in schema.columns if column.unique)])
    driver = _DRIVER.format(rows=most, seed=_SEED, file=_DRAWN)
    codes: Codes = np.load(io.BytesIO(execute(text, driver, [], [_DRAWN])[_DRAWN]), allow_pickle=False)
    check_codes(schema, codes)
    return codes


def fit_of(schema: Schema, table: Codes, drawn: Codes) -> dict[str, Any]:
    """Measures how far drawn rows are from a table, in total variation distance of single columns and pairs.

    Args:
        schema: the columns; unique ones are left out.
        table: codes of the synthetic table.
        drawn: codes of drawn rows.
    """
    names = [column.name for column in schema.columns if not column.unique]
    levels = {name: levels_of(schema.column(name), GROUPS) for name in names}
    sides = [{name: levels[name][codes[:, schema.index(name)]] for name in names} for codes in (table, drawn)]
    found: dict[str, Any] = {"measure": "total variation distance", "rows": len(drawn), "groups": GROUPS}
    for number, way in enumerate(("one_way", "two_way"), 1):
        distances = {some: _distance(sides, some, levels, len(drawn)) for some in combinations(names, number)}
        worst = max(distances, key=lambda columns: distances[columns][0], default=())
        found[f"{way}_mean"] = float(np.mean([distance for distance, _ in distances.values()] or [0.0]))
        found[f"{way}_max"] = distances[worst][0] if worst else 0.0
        found[f"{way}_worst"] = " by ".join(worst)
        found[f"{way}_chance"] = float(np.mean([chance for _, chance in distances.values()] or [0.0]))
    return found


def _distance(
    sides: list[dict[str, NDArray[np.int32]]], columns: Sequence[str], levels: dict[str, NDArray[np.int32]], rows: int
) -> tuple[float, float]:
    """Returns the distance of two tables on some columns, and about what that of drawn rows from their model is."""
    shape = [int(levels[name][-1]) + 1 for name in columns]
    shares = []
    for side in sides:
        cells = np.ravel_multi_index([side[name] for name in columns], shape)
        shares.append(np.bincount(cells, minlength=math.prod(shape)) / len(cells))
    chance = np.sqrt(shares[0] * (1 - shares[0]) / rows).sum() * math.sqrt(2 / math.pi) / 2
    return float(np.abs(shares[0] - shares[1]).sum() / 2), float(chance)


def _links(model: TreeModel) -> list[str]:
    """Returns which column each column of the tree was made to depend on."""
    names = model.schema.names
    return [
        names[place] + (f" given {names[parent]}" if parent >= 0 else "")
        for place, parent in zip(model.order, model.parents, strict=True)
    ]


def _wrapped(text: str, width: int = 110) -> str:
    """Returns a long text as a Python literal over several lines."""
    parts = [text[start : start + width] for start in range(0, len(text), width)]
    return "(\n" + "\n".join(f"    {part!r}" for part in parts) + "\n)"
