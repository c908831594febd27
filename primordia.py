"""Primordia evolves programs and layers, proves or ranks them, and exports them: what users call from Python.

>>> import primordia
>>> run = primordia.search("exp2", minutes=2)  # doctest: +SKIP
>>> run.programs[6](0.5)  # doctest: +SKIP
1.4142135
>>> run = primordia.search("norm_act", data="digits", minutes=5)  # doctest: +SKIP
>>> run.layer("best").export("flax")  # doctest: +SKIP
PosixPath('results/norm_act-20261121-154312/norm_act_1234_flax.py')
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runs.run import Run

PACKAGES = ("engine", "evaluators", "primitives", "runs", "search_spaces")


def search(what: str = "", /, **options: Any) -> Run:
    """Runs a search and returns its run; with the same seed it is the run that the command gives.

    Args:
        what: a known function such as ``exp2``, another kind of search such as ``float32``, ``synthetic_data`` or
            ``norm_act``, or the path of a job file ending in ``.toml``.
        options: those of ``primordia search``, with underscores: ``minutes``, ``hours``, ``candidates``, ``seed``,
            ``workers``, ``islands``, ``ray``, ``out``, ``export`` for every kind; for functions ``function``,
            ``domain``, ``error``, ``operations``, ``max_operations``, ``strategy``, ``target_error``, ...; for machine
            programs ``function``, ``domain``, ``format``, ``max_ulp``, ``schemes``, ``cost``, ``check``, ...; for
            layers ``data``, ``networks``, ``width``, ``steps``, ``series``, ``finalists``, ``seeds``, ...

    Raises:
        ValueError: naming the option, the rule, the value and the cure.
    """
    from runs.dispatch import start
    from runs.finishing import finished
    from runs.job.source import load_job, make_job

    job = load_job(Path(what), **options) if what.endswith(".toml") else make_job(what, **options)
    return finished(start(job))


def resume(path: Path | str, **options: Any) -> Run:
    """Continues a run that was stopped or killed, and returns it.

    Args:
        path: the run folder.
        options: ``minutes``, ``hours``, ``candidates``, ``target_error``, ``workers`` or ``ray`` to replace the job's.

    Raises:
        ValueError: when the folder is no run, is being written to, or its budget is spent.
    """
    from runs.dispatch import resume as resume_run
    from runs.finishing import finished

    return finished(resume_run(Path(path), options))


def open_run(path: Path | str) -> Run:
    """Opens a run folder for reading.

    Raises:
        ValueError: naming the file when the folder is no run, broken, or of a newer format.
    """
    from runs.dispatch import open_run as open_folder

    return open_folder(Path(path))


def shadowed() -> str:
    """Returns one line on a package of Primordia that another one of the same name shadows; empty if none is."""
    home = Path(__file__).resolve().parent
    for name in PACKAGES:
        spec = find_spec(name)
        found = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if found != home / name:
            where = f"is shadowed by {str(found)!r}" if found else "is missing"
            return f"package {name!r} of Primordia in {str(home)!r} {where}; rename that one or start elsewhere"
    return ""


def main() -> int:
    """Runs the ``primordia`` command and returns its exit code."""
    line = shadowed()
    if line:
        sys.stderr.write(f"primordia: {line}\n")
        return 2
    from runs.command.cli import main as run_command

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
