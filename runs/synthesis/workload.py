"""The workload of a job: its entries in full, and the queries that they stand for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from evaluators.queries import QUERIES, build_queries
from evaluators.queries.form import CellTable
from evaluators.queries.query import Query
from runs.job.schema import nearest
from search_spaces.synthetic_data.schema import Schema

Spec: TypeAlias = Mapping[str, Any]
"""An entry of a workload in full: its ``kind`` and the keys of that kind."""

NUMBERS = MappingProxyType(
    {
        "marginals": "order",
        "ranges": "levels",
        "prefixes": "count",
        "thresholds": "count",
        "half_spaces": "count",
    }
)
"""The key that the number in an entry such as ``marginals:2`` sets."""


def full_entries(entries: Sequence[str | Spec], folder: Path = Path()) -> tuple[Spec, ...]:
    """Returns entries in full: short ones as tables, files read.

    Args:
        entries: of a job.
        folder: where the files of linear queries lie.

    Raises:
        ValueError: naming the entry or the file, the rule and the cure.
    """
    return tuple(_full(entry, folder) for entry in entries)


def workload(
    specs: Sequence[Spec], schema: Schema, must_count_rows: bool
) -> tuple[tuple[Spec, ...], tuple[Query, ...]]:
    """Returns the entries and the queries of a workload.

    Args:
        specs: the entries.
        schema: the columns.
        must_count_rows: whether the answers must tell how many rows there are; where none does, the smallest marginal
            of a single column is asked too.

    Raises:
        ValueError: naming the entry, the key, the rule and the value.
    """
    queries = build_queries(specs, schema)
    if must_count_rows and not any(isinstance(form, CellTable) for query in queries for form in query.forms):
        smallest = min(schema.columns, key=lambda column: column.size)
        specs = (*specs, {"kind": "marginals", "tables": [[smallest.name]]})
        queries = build_queries(specs, schema)
    return tuple(specs), queries


def _full(entry: str | Spec, folder: Path) -> Spec:
    if isinstance(entry, str):
        return _from_short(entry)
    if entry.get("kind") == "linear" and "file" in entry:
        return {**{key: value for key, value in entry.items() if key != "file"}, "queries": _listed(entry, folder)}
    return entry


def _from_short(text: str) -> Spec:
    kind, colon, number = text.partition(":")
    if kind not in QUERIES:
        raise ValueError(f"[queries] {text!r} is unknown; {nearest(kind, list(QUERIES))}")
    if not colon:
        return {"kind": kind}
    if kind not in NUMBERS or not number.isdecimal():
        wanted = f"{kind}:NUMBER, of its {NUMBERS[kind]}" if kind in NUMBERS else f"{kind} alone, or a table of keys"
        raise ValueError(f"[queries] {text!r} must be {wanted}")
    return {"kind": kind, NUMBERS[kind]: int(number)}


def _listed(entry: Spec, folder: Path) -> Any:
    """Reads the linear queries of a file now, since workers may run where it is not."""
    path = folder / str(entry["file"])
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"the file of linear queries {str(path)!r} does not exist; give a TOML file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"the file of linear queries {str(path)!r} is not readable TOML: {error}") from None
    if "queries" in entry or set(data) != {"queries"}:
        raise ValueError(f"the file of linear queries {str(path)!r} must hold [[queries]], and the entry no other ones")
    return data["queries"]
