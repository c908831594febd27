"""A first draft of a schema from the data itself, for whoever may look at the data."""

from __future__ import annotations

from pathlib import Path

import tomli_w

from runs.tables.fault import PrivateDataError
from runs.tables.sketch import MOST_CATEGORIES, Sketch
from runs.tables.table_file import open_table

_HEAD = """\
# A schema drafted from {name!r}.
#
# EVERYTHING BELOW WAS READ FROM THE DATA: kinds, ranges, categories, and which columns have missing values. The least
# and the greatest value each belong to a person, and so may a category. What a schema says is public, so a search with
# this one leaks these facts, and its privacy guarantee does not cover them, unless they are known without the data.
# Replace them by what is: a code book, the form that was filled in, the law. Then delete these lines.
"""

_UNKNOWN = f"""\
# [columns.{{name}}]: no values, or more than {MOST_CATEGORIES:,} texts. Give the categories from a public list, make
# numbers of an id and set unique = true, or leave the column out of the data.
"""

_ID = "# no value occurs twice: if this is an id, set unique = true and a public range, or leave it out of the data\n"


def draft_schema(path: Path) -> str:
    """Drafts a schema from a table, as TOML that a person must go through.

    Args:
        path: a CSV, Parquet or Feather file.

    Returns:
        text, with comments that say that it was read from the data. It leaks unless each of its facts is public.

    Raises:
        PrivateDataError: when the file cannot be read.
    """
    file = open_table(path)
    sketches = {name: Sketch() for name in file.names}
    num_rows = 0
    for batch in file.batches(file.names):
        num_rows += batch.num_rows
        for (name, sketch), values in zip(sketches.items(), batch.columns, strict=True):
            try:
                sketch.add(values)
            except ValueError as error:
                raise PrivateDataError(f"{str(path)!r}: column {name!r} {error}") from None
    sections = [_section(name, sketch, num_rows) for name, sketch in sketches.items()]
    return "\n".join([_HEAD.format(name=path.name), *sections])


def _section(name: str, sketch: Sketch, num_rows: int) -> str:
    keys = sketch.keys()
    section = tomli_w.dumps({"columns": {name: keys or {}}})
    if keys is None:
        return _UNKNOWN.format(name=section.splitlines()[0].removeprefix("[columns.").removesuffix("]"))
    looks_like_id = keys["kind"] == "integer" and num_rows > 1 and not sketch.repeats
    return section + _ID * looks_like_id
