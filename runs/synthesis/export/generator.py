"""The code of an exported generator of rows; this module itself is never imported elsewhere."""

from __future__ import annotations

import argparse
import base64
import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

SCHEMA: dict[str, Any] = {}
MODEL = ""

# what follows stands in every export

_BATCH = 65_536
_PATIENCE = 10_000


def draw(rows: int, seed: int | None = None) -> dict[str, Any]:
    """Draws new rows, each of which obeys the schema's constraints.

    Args:
        rows: how many; a unique column limits them to the number of its values.
        seed: the same seed gives the same rows; None draws others each time.

    Returns:
        an array per column, a masked one where values may be missing: integers int64, reals float64, dates
        datetime64[D], booleans bool, texts objects.
    """
    rng = np.random.default_rng(seed)
    codes = draw_codes(rows, rng)
    return {name: _values(place, codes[:, place], rng) for place, name in enumerate(SCHEMA["columns"])}


def draw_codes(rows: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Draws rows as codes, int64 of shape (rows, columns): the number of a category or of a cell of the range."""
    model = _model()
    kept = [np.zeros((0, len(SCHEMA["columns"])), dtype=np.int64)]
    missing, failures = rows, 0
    while missing:
        batch = _from_tree(min(_BATCH, 2 * missing + 64), rng)
        valid = batch[_obeys(batch)][:missing]
        kept.append(valid)
        missing -= len(valid)
        failures = 0 if len(valid) else failures + 1
        if failures == _PATIENCE:
            raise RuntimeError("no row that obeys the constraints was drawn; export another table")
    codes = np.concatenate(kept)
    for place in model["unique"]:
        size = int(model["sizes"][place])
        if rows > size:
            raise ValueError(f"{list(SCHEMA['columns'])[place]!r} is unique and has {size:,} values; draw fewer rows")
        codes[:, place] = rng.choice(size, rows, replace=False)
    return codes


def write_csv(path: str, rows: int, seed: int | None = None) -> None:
    """Writes new rows to a CSV file; a missing value is an empty field without quotes."""
    columns = draw(rows, seed)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(map(_field, columns)) + "\n")
        for row in zip(*(_fields(values) for values in columns.values()), strict=True):
            file.write(",".join(row) + "\n")


@lru_cache(maxsize=1)
def _model() -> dict[str, Any]:
    with np.load(io.BytesIO(base64.b85decode(MODEL)), allow_pickle=False) as packed:
        model = {name: packed[name] for name in packed.files}
    for place in model["order"]:
        for part in ("edge", "within"):
            counts = model[f"{part}_{place}"]
            model[f"{part}_sums_{place}"] = np.concatenate([[0], np.cumsum(counts.ravel(), dtype=np.int64)])
        model[f"starts_{place}"] = np.append(model[f"starts_{place}"], len(model[f"within_{place}"]))
    return model


def _from_tree(rows: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Draws rows from the tree of columns: a column's group given its parent's, then a value of the group."""
    model = _model()
    groups = np.zeros((rows, len(SCHEMA["columns"])), dtype=np.int64)
    codes = np.zeros_like(groups)
    for place, parent in zip(model["order"], model["parents"], strict=True):
        width = model[f"edge_{place}"].shape[1]
        first = width * groups[:, parent] if parent >= 0 else np.zeros(rows, dtype=np.int64)
        groups[:, place] = _pick(model[f"edge_sums_{place}"], first, first + width, rng) - first
        starts = model[f"starts_{place}"]
        first, last = starts[groups[:, place]], starts[groups[:, place] + 1]
        codes[:, place] = _pick(model[f"within_sums_{place}"], first, last, rng)
    return codes


def _pick(sums: Any, first: Any, last: Any, rng: np.random.Generator) -> Any:
    """Picks an entry from each run of entries by its count; sums are those of all counts before an entry."""
    return np.searchsorted(sums, rng.integers(sums[first], sums[last]), side="right") - 1


def _obeys(codes: Any) -> Any:
    model = _model()
    valid = np.ones(len(codes), dtype=bool)
    for number, (i, j) in enumerate(model["pairs"]):
        valid &= model[f"allowed_{number}"][codes[:, i], codes[:, j]]
    return valid


def _values(place: int, codes: Any, rng: np.random.Generator) -> Any:
    model, column = _model(), list(SCHEMA["columns"].values())[place]
    nulls = codes == model["sizes"][place] - 1 if column.get("missing") else np.zeros(len(codes), dtype=bool)
    present = np.where(nulls, 0, codes)
    values: Any
    if column["kind"] in ("integer", "real", "date"):
        values = _numbers(model[f"low_{place}"], model[f"high_{place}"], column["kind"], present, rng)
    elif column["kind"] == "boolean":
        values = present == 1
    else:
        values = np.array(column["categories"], dtype=object)[present]
    return np.ma.masked_array(values, nulls) if column.get("missing") else values


def _numbers(low: Any, high: Any, kind: str, codes: Any, rng: np.random.Generator) -> Any:
    if kind == "real":
        # the upper end of a cell is the next cell's, but for the last one's
        most = np.where(codes == len(low) - 1, high[codes], np.nextafter(high[codes], low[codes]))
        return np.clip(low[codes] + rng.random(len(codes)) * (high[codes] - low[codes]), low[codes], most)
    # a single entry stands for whole numbers that each have a cell
    whole = rng.integers(low[codes], high[codes], endpoint=True) if len(low) > 1 else low[0] + codes
    return whole.astype("datetime64[D]") if kind == "date" else whole


def _fields(values: Any) -> list[str]:
    masks = np.ma.getmaskarray(values)
    return ["" if mask else _field(value) for value, mask in zip(np.ma.getdata(values).tolist(), masks, strict=True)]


def _field(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, (int, float)) else str(value)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Draws new rows of a synthetic table into a CSV file.")
    parser.add_argument("rows", type=int, help="how many")
    parser.add_argument("path", help="the CSV file to write")
    parser.add_argument("--seed", type=int, help="the same seed gives the same rows")
    options = parser.parse_args()
    write_csv(options.path, options.rows, options.seed)


if __name__ == "__main__":
    _main()
