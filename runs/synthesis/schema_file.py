"""The schema of a run: the user's file, or a draft from the data where that is trusted; kept in the run folder."""

from __future__ import annotations

import tomllib
import warnings
from pathlib import Path

import tomli_w

from runs.folder.atomic import write_atomically
from runs.synthesis.job import DataJob
from search_spaces.synthetic_data.schema import Schema, schema_data, schema_from_data

SCHEMA_FILE = "schema.toml"


class PrivacyWarning(UserWarning):
    """Something about the data that its owner should know; on their terminal only, never in a run folder."""


def job_schema(job: DataJob) -> Schema:
    """Returns the schema that a job names, or drafts one from the private data where the job trusts that.

    Raises:
        ValueError: when there is none, or it is no schema.
    """
    if job.schema:
        return read_schema(Path(job.schema))
    if not job.trust_inferred_schema:
        name = job.path or "DATA.csv"
        raise ValueError(
            "a schema is needed, for one inferred from private data leaks: draft one with `primordia schema draft "
            f"{name}`, replace what it read from the data by what is public, and give it with --schema; or go on with "
            "--trust-inferred-schema"
        )
    from runs.tables.draft import draft_schema

    warnings.warn(
        f"the schema was read from {job.path}: its ranges and categories leak, the guarantee does not cover them",
        PrivacyWarning,
        stacklevel=2,
    )
    data = tomllib.loads(draft_schema(Path(job.path)))
    data["columns"] = {name: keys for name, keys in data["columns"].items() if name not in job.ignored}
    return schema_from_data(data, f"the schema drafted from {job.path!r}")


def read_schema(path: Path) -> Schema:
    """Reads a schema from a TOML file.

    Raises:
        ValueError: naming the file, the section, the rule and the value.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"the schema {str(path)!r} does not exist; draft one with `primordia schema draft`") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"the schema {str(path)!r} is not readable TOML: {error}") from None
    return schema_from_data(data, str(path))


def write_schema(schema: Schema, folder: Path) -> None:
    """Keeps a schema in a run folder.

    Raises:
        ValueError: when the disk is full.
    """
    write_atomically(folder / SCHEMA_FILE, tomli_w.dumps(schema_data(schema)).encode())
