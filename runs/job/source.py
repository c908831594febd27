"""Where jobs come from: job files, command-line options, keywords, the run.toml of another run."""

from __future__ import annotations

import difflib
import os
import secrets
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from runs.folder.atomic import check_format
from runs.job.job import Job
from runs.job.options import RESUMABLE, in_minutes
from runs.job.schema import nearest, read, to_data
from runs.kind import Kind
from runs.kinds import KINDS, kind_called, kind_named, kind_of_sections, names

J = TypeVar("J", bound=Job)

NEAR = 0.75
"""How alike a name must be to that of a kind to be taken for a misspelling of it, and not for a function."""


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
    if "primordia" not in data:
        kind = _kind_of_file(data, str(path))
        return _job(kind, data, options, str(path))
    kind = kind_of_run(data, path)
    job = _job(kind, data.get("job"), options, str(path))
    # the other run's folder exists already
    return job if options.get("out") else replace(job, output=replace(job.output, path=""))


def make_job(name: str = "", **options: Any) -> Job:
    """Builds a job from a kind's or a function's name and options; an option that is None is not set.

    Args:
        name: of a kind of search, such as ``synthetic_data``, or one by which a kind is called, such as ``norm_act``
            or ``float32``, or of a known function, such as ``exp2``.
        options: of the kind.

    Raises:
        ValueError: naming the option when it is unknown or its value is not allowed.
    """
    kind = kind_called(name)
    if kind is None:
        close = difflib.get_close_matches(name, [*names(), *KINDS], n=1, cutoff=NEAR)
        if close:
            raise ValueError(f"search {name!r} is unknown; did you mean {close[0]!r}?")
        kind = KINDS["real_functions"]
    data: dict[str, Any] = {}
    if name and kind.named and name != kind.name:
        _set(data, kind.named, name)
    return _job(kind, data, options, "options")


def read_job(kind: Kind, data: Any, source: str) -> Job:
    """Reads a job from nested mappings, as :func:`job_data` returns them.

    Raises:
        ValueError: naming the source and the key when it is not a valid job of that kind.
    """
    return _job(kind, data, {}, source)


def kind_of_run(data: Mapping[str, Any], path: Path) -> Kind:
    """Returns the kind of search of a run.

    Args:
        data: of its run.toml.
        path: of its run.toml.

    Raises:
        ValueError: when it is no run.toml, of a newer format, or of an unknown kind.
    """
    own = data.get("primordia")
    check_format(own.get("format") if isinstance(own, dict) else None, path)
    assert isinstance(own, dict)
    # runs from before there were kinds are of functions
    return kind_named(own.get("search", "real_functions"), str(path))


def resumed(job: J, options: Mapping[str, Any]) -> J:
    """Returns a job with the options of a resume; any option of the budget replaces the whole budget.

    Raises:
        ValueError: naming the option when a resume may not change it or its value is not allowed.
    """
    kind = KINDS[job.kind]
    given = in_minutes(options)
    may_change = [name for name, key in kind.options.items() if key.startswith(RESUMABLE)]
    for name in given:
        if name not in may_change:
            raise ValueError(f"resume of a {kind.name} run has no option {name!r}; {nearest(name, may_change)}")
    data = job_data(job)
    if any(kind.options[name].startswith("budget.") for name in given):
        del data["budget"]
    changed = _job(kind, data, given, "options")
    assert isinstance(changed, type(job))
    return resolved(changed)


def job_data(job: Job) -> dict[str, Any]:
    """Returns a job as nested dicts, ready to be written as TOML, what sets its kind apart first."""
    data: dict[str, Any] = to_data(job)
    common = [field.name for field in fields(Job)]
    return {**{name: data[name] for name in data if name not in common}, **data}


def resolved(job: J) -> J:
    """Returns the job with its open choices made: a seed, a number of workers and a budget that ends."""
    seed = secrets.randbits(32) if job.search.seed is None else job.search.seed
    num = (os.cpu_count() or 1) if job.workers.num is None else job.workers.num
    endless = job.budget.minutes is None and job.budget.candidates is None
    minutes = KINDS[job.kind].default_minutes if endless else job.budget.minutes
    return replace(
        job,
        search=replace(job.search, seed=seed),
        workers=replace(job.workers, num=num),
        budget=replace(job.budget, minutes=minutes),
    )


def command(job: Job) -> str | None:
    """Returns the command line that repeats a job, None when only a job file can say all of it."""
    kind = KINDS[job.kind]
    given = _departures(job)
    for key in ("output.path", *kind.noted):
        given.pop(key, None)
    words = ["primordia", "search", *_name(kind, given)]
    for option, key in kind.options.items():
        if key in given:
            value = given.pop(key)
            items = value if isinstance(value, list) else [value]
            if any(isinstance(item, Mapping) for item in items):
                return None
            words.append(_word(kind, _flag(option), items))
    return None if given else shlex.join(words)


def _word(kind: Kind, flag: str, items: list[Any]) -> str:
    """Returns an option with its value as it is typed."""
    if any(flags == (flag,) and settings.get("action") == "store_true" for flags, settings in kind.arguments):
        return flag
    texts = (("no", "yes")[item] if isinstance(item, bool) else str(item) for item in items)
    return f"{flag}={','.join(texts)}"


def _name(kind: Kind, given: dict[str, Any]) -> list[str]:
    """Returns the name by which a job is searched, none where an option says it, and takes it out of the departures."""
    name = given.pop(kind.named, "")
    return [name] if name else list(kind.names[:1])


def _departures(job: Job) -> dict[str, Any]:
    """Returns the values by dotted key that differ from the defaults."""
    plain, found = to_data(type(job)()), {}
    for section, keys in to_data(job).items():
        if isinstance(keys, dict):
            found.update({f"{section}.{key}": v for key, v in keys.items() if v != plain[section].get(key)})
        elif keys != plain.get(section):
            found[section] = keys
    return found


def _kind_of_file(data: dict[str, Any], source: str) -> Kind:
    """Returns the kind of a job file by its ``search.kind``, which it takes out, or else by its sections."""
    search = data.get("search")
    if isinstance(search, dict) and "kind" in search:
        return kind_named(search.pop("kind"), source)
    return kind_of_sections(data)


def _job(kind: Kind, data: Any, options: Mapping[str, Any], source: str) -> Job:
    if not isinstance(data, Mapping):
        raise ValueError(f"{source}: a job must be sections of keys, not {data!r}")
    merged = {section: dict(keys) if isinstance(keys, Mapping) else keys for section, keys in data.items()}
    for option, value in in_minutes(options).items():
        _set(merged, _key(kind, option), value)
    job: Job = read(kind.job_type(), merged, source)
    try:
        job.check()
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from None
    return job


def _key(kind: Kind, option: str) -> str:
    """Returns the job's key that an option sets."""
    if option in kind.options:
        return kind.options[option]
    owners = [other.name for other in KINDS.values() if option in other.options]
    if owners:
        whose = " and ".join(owners)
        called = " or ".join(KINDS[owner].names[0] for owner in owners if KINDS[owner].names)
        cure = f"leave it out, or name the search: primordia search {called}" if called else "leave it out"
        raise ValueError(f"a {kind.name} search has no option {_flag(option)}, which is one of {whose}; {cure}")
    raise ValueError(f"search has no option {option!r}; {nearest(option, list(kind.options))}")


def _flag(option: str) -> str:
    """Returns an option as it is typed."""
    return f"--{option.replace('_', '-')}"


def _set(data: dict[str, Any], key: str, value: Any) -> None:
    """Sets ``section.key``, or a key outside all sections, unless what should be a section is none."""
    section, _, name = key.rpartition(".")
    keys = data.setdefault(section, {}) if section else data
    if isinstance(keys, dict):
        keys[name] = value
