"""Where jobs come from: job files, command-line options, keywords, the run.toml of another run."""

from __future__ import annotations

import os
import secrets
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from runs.folder.atomic import check_format
from runs.job.job import Job
from runs.job.schema import nearest, read, to_data

DEFAULT_MINUTES = 10.0

OPTIONS = MappingProxyType(
    {
        "function": "function.expression",
        "domain": "function.domain",
        "error": "function.error",
        "weight": "function.weight",
        "operations": "space.operations",
        "max_operations": "space.max_operations",
        "strategy": "selection.strategy",
        "islands": "islands.islands",
        "seed": "search.seed",
        "minutes": "budget.minutes",
        "candidates": "budget.candidates",
        "target_error": "budget.target_error",
        "workers": "workers.num",
        "ray": "workers.address",
        "out": "output.path",
        "export": "output.export",
    }
)
"""The job's key that each option of ``primordia search`` and keyword of :func:`primordia.search` sets."""


def load_job(path: Path, **options: Any) -> Job:
    """Reads a job file, or the job of another run from its run.toml; options override its keys.

    Raises:
        ValueError: naming the file and the key when it is not a valid job.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"job file {str(path)!r} does not exist; give a TOML file or a function's name") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"job file {str(path)!r} is not readable TOML: {error}") from None
    if "primordia" in data:
        own = data["primordia"]
        check_format(own.get("format") if isinstance(own, dict) else None, path)
        job = _job(data.get("job"), options, str(path))
        # the other run's folder exists already
        return job if options.get("out") else replace(job, output=replace(job.output, path=""))
    return _job(data, options, str(path))


def make_job(name: str = "", **options: Any) -> Job:
    """Builds a job from a function's name and the options of ``OPTIONS``; an option that is None is not set.

    Raises:
        ValueError: naming the option when it is unknown or its value is not allowed.
    """
    return _job({"function": {"name": name}} if name else {}, options, "options")


def read_job(data: Any, source: str) -> Job:
    """Reads a job from nested mappings, as :func:`job_data` returns them.

    Raises:
        ValueError: naming the source and the key when it is not a valid job.
    """
    return _job(data, {}, source)


def with_options(job: Job, options: Mapping[str, Any]) -> Job:
    """Returns a job with some options changed; any option of the budget replaces the whole budget.

    Raises:
        ValueError: naming the option when it is unknown or its value is not allowed.
    """
    given = {option: value for option, value in options.items() if value is not None}
    data = job_data(job)
    if any(OPTIONS.get(option, "").startswith("budget.") for option in given):
        del data["budget"]
    return resolved(_job(data, given, "options"))


def job_data(job: Job) -> dict[str, Any]:
    """Returns a job as nested dicts, ready to be written as TOML."""
    data: dict[str, Any] = to_data(job)
    return data


def resolved(job: Job) -> Job:
    """Returns the job with its open choices made: a seed, a number of workers and a budget that ends."""
    seed = secrets.randbits(32) if job.search.seed is None else job.search.seed
    num = (os.cpu_count() or 1) if job.workers.num is None else job.workers.num
    endless = job.budget.minutes is None and job.budget.candidates is None
    return replace(
        job,
        search=replace(job.search, seed=seed),
        workers=replace(job.workers, num=num),
        budget=replace(job.budget, minutes=DEFAULT_MINUTES) if endless else job.budget,
    )


def command(job: Job) -> str | None:
    """Returns the command line that repeats a job, None when only a job file can say all of it."""
    given = _departures(job)
    words = ["primordia", "search", *([given.pop("function.name")] if job.function.name else [])]
    given.pop("output.path", None)
    for option, key in OPTIONS.items():
        if key in given:
            value = given.pop(key)
            text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
            words.append(f"--{option.replace('_', '-')}={text}")
    return None if given else shlex.join(words)


def _departures(job: Job) -> dict[str, Any]:
    """Returns the values by dotted key that differ from the defaults."""
    plain = to_data(Job())
    return {
        f"{section}.{key}": value
        for section, keys in to_data(job).items()
        for key, value in keys.items()
        if value != plain[section].get(key)
    }


def _job(data: Any, options: Mapping[str, Any], source: str) -> Job:
    if not isinstance(data, Mapping):
        raise ValueError(f"{source}: a job must be sections of keys, not {data!r}")
    merged = {section: dict(keys) if isinstance(keys, Mapping) else keys for section, keys in data.items()}
    for option, value in options.items():
        if option not in OPTIONS:
            raise ValueError(f"search has no option {option!r}; {nearest(option, list(OPTIONS))}")
        if value is not None:
            section, key = OPTIONS[option].split(".")
            keys = merged.setdefault(section, {})
            if isinstance(keys, dict):
                keys[key] = value
    job = read(Job, merged, source)
    if bool(job.function.name) == bool(job.function.expression):
        given = "both" if job.function.name else "neither"
        raise ValueError(f"{source}: [function] needs either a name or an expression, not {given}")
    return job
