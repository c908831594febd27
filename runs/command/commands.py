"""The subcommands of ``primordia``; heavy imports wait until a subcommand needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from runs.command.command import RUN, Argument, Command, option, words
from runs.command.groups import grouped
from runs.job.options import RESUMABLE
from runs.kind import Kind
from runs.kinds import KINDS, names


def search(what: str, **options: Any) -> int:
    """Runs a search to the end of its budget."""
    from runs.command.search import run_search
    from runs.job.source import load_job, make_job

    is_file = what.endswith(".toml") or "/" in what
    job = load_job(Path(what), **options) if is_file else make_job(what, **options)
    return run_search(job)


def resume(run: str, **options: Any) -> int:
    """Continues a run that was stopped or killed."""
    from runs.command.search import run_resume

    return run_resume(Path(run), options)


def list_(directory: str) -> int:
    """Prints the runs in a directory."""
    from runs.command.listing import list_runs

    sys.stdout.writelines(f"{line}\n" for line in list_runs(Path(directory)))
    return 0


def show(run: str, candidate: str | None) -> int:
    """Prints a run or one of its candidates."""
    from runs.command.tables import console
    from runs.dispatch import open_run

    console().print(open_run(Path(run)).view(candidate), soft_wrap=candidate is not None)
    return 0


def report(run: str, against: list[str]) -> int:
    """Writes the report of a run."""
    from runs.dispatch import open_run

    sys.stdout.write(f"{open_run(Path(run)).report(against)}\n")
    return 0


def export(run: str, candidate: str | None, language: str, out: str | None) -> int:
    """Writes a candidate as source code."""
    from runs.dispatch import open_run

    sys.stdout.write(f"{open_run(Path(run)).export(candidate, language, out)}\n")
    return 0


_WHICH = (
    "a candidate's id; of functions also a size such as 8ops; of machine programs and layers also best; of layers also "
    "a known layer's name"
)
_BUDGET = (
    option("--minutes", "stop after so many minutes of search", type=float),
    option("--hours", "stop after so many hours of search", type=float),
    option("--candidates", "stop after so many candidates", type=int),
    option("--workers", "worker processes; 0 searches in this process (default: one per core)", type=int),
    option("--ray", "address of a Ray cluster to join, HOST:PORT", metavar="ADDRESS"),
)


def _resumable(kind: Kind) -> tuple[Argument, ...]:
    """Returns those of a kind's own options that a resume may change."""
    keys = {f"--{name.replace('_', '-')}": key for name, key in kind.options.items()}
    return tuple(argument for argument in kind.arguments if keys[argument[0][0]].startswith(RESUMABLE))


COMMANDS = (
    Command(
        "search",
        "search within a budget: programs for a function, machine programs, synthetic data, or layers",
        "primordia search exp2 --minutes 30\n"
        '         primordia search --function "exp(-x**2)" --domain 0,1 --candidates 1000000\n'
        "         primordia search synthetic_data --data adult.csv --schema schema.toml --epsilon 1 --delta 1e-9\n"
        "         primordia search norm_act --data cifar10.npz --hours 1\n"
        "         primordia search float32 --function tanh --minutes 5\n"
        "         primordia search JOB.toml",
        (
            option(
                "what",
                f"a known function such as exp2, another kind of search ({', '.join(names())}), or a job file",
                nargs="?",
                default="",
                metavar="NAME|JOB.toml",
            ),
            option("--islands", "number of islands", type=int, metavar="N"),
            option("--seed", "root of every random draw of the search (default: a new one)", type=int),
            *_BUDGET,
            option("--out", "the run folder, which must not exist (default: results/NAME-DATE-TIME)", metavar="DIR"),
            option("--export", "languages to export the winner in", type=words, metavar="LANGUAGE,..."),
        ),
        search,
        grouped({kind.title: kind.arguments for kind in KINDS.values()}),
    ),
    Command(
        "resume",
        "go on with a run that was stopped or killed; a new budget replaces the old one",
        "primordia resume results/exp2-20261121-154312 --minutes 30\n"
        "         primordia resume results/norm_act-20261121-154312 --hours 1",
        (RUN, *_BUDGET),
        resume,
        grouped({kind.title: _resumable(kind) for kind in KINDS.values()}),
    ),
    Command(
        "list",
        "list the runs in a directory",
        "primordia list",
        (option("directory", "where the run folders lie (default: results)", nargs="?", default="results"),),
        list_,
    ),
    Command(
        "show",
        "show a run, or one of its candidates in full",
        "primordia show results/exp2-20261121-154312 8ops\n"
        "         primordia show results/norm_act-20261121-154312 best",
        (RUN, option("candidate", _WHICH, nargs="?", metavar="CANDIDATE")),
        show,
    ),
    Command(
        "report",
        "write report.html into a run folder",
        "primordia report results/exp2-20261121-154312 --against results/exp2-20261121-162050",
        (
            RUN,
            option(
                "--against",
                "other runs of the same problem to compare with, such as one with --strategy random",
                nargs="+",
                default=[],
                metavar="OTHER_RUN",
            ),
        ),
        report,
    ),
    Command(
        "export",
        "write a winner as source code or a formula that imports nothing of Primordia",
        "primordia export results/exp2-20261121-154312 8ops --to c --out exp2.c\n"
        "         primordia export results/norm_act-20261121-154312 best --to torch\n"
        "         primordia export results/tanh-float32-20261121-154312 best --to c",
        (
            RUN,
            option("candidate", f"{_WHICH} (default: the winner; of functions none)", nargs="?", metavar="CANDIDATE"),
            option(
                "--to",
                "numpy, jax, torch, c, latex, ... for functions; jax, numpy, torch, c, triton, ... for machine "
                "programs; flax, torch, keras, jax, latex for layers",
                dest="language",
                required=True,
                metavar="LANGUAGE",
            ),
            option("--out", "the file to create (default: in the run folder)", metavar="FILE"),
        ),
        export,
    ),
    *(command for kind in KINDS.values() for command in kind.commands),
)
