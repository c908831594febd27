"""The subcommands of ``primordia``; heavy imports wait until a subcommand needs them."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Argument: TypeAlias = tuple[tuple[str, ...], Mapping[str, Any]]
"""Flags and settings of ``argparse.ArgumentParser.add_argument``."""


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand.

    Attributes:
        name: as typed.
        help: what it does, in one line.
        example: shown under its help.
        arguments: its options.
        run: called with the options as keywords; returns the exit code.
    """

    name: str
    help: str
    example: str
    arguments: tuple[Argument, ...]
    run: Callable[..., int]

    @property
    def epilog(self) -> str:
        """What stands under the help."""
        return f"example: {self.example}"


def words(text: str) -> list[str]:
    """Splits a list given on the command line at its commas.

    Raises:
        ArgumentTypeError: when there is no word in it.
    """
    found = [word.strip() for word in text.split(",") if word.strip()]
    if not found:
        raise ArgumentTypeError(f"must be one word or more, separated by commas, not {text!r}")
    return found


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


def show(run: str, program: str | None) -> int:
    """Prints a run or one of its programs."""
    from runs.command.tables import console
    from runs.run import Run

    found = Run(run)
    if program is None:
        from runs.command.run_view import run_view

        console().print(run_view(found))
    else:
        from runs.command.program_view import program_view

        console().print(program_view(found, program), soft_wrap=True)
    return 0


def report(run: str, against: list[str]) -> int:
    """Writes the report of a run."""
    from runs.run import Run

    sys.stdout.write(f"{Run(run).report(against)}\n")
    return 0


def prove(run: str, program: str | None) -> int:
    """Proves one program, or the front and notes its bounds in front.parquet."""
    from runs.run import Run

    found = Run(run)
    if program is None:
        from runs.command.run_view import front_of
        from runs.command.tables import console

        console().print(front_of(found.prove()))
        return 0
    from runs.text import bound_text, error_text

    chosen = found.program(program)
    proof = chosen.prove()
    sys.stdout.write(
        f"program {chosen.id}: maximum {found.target.metric} error <= {bound_text(proof.bound, 7)} "
        f"on the whole domain, proven; measured {error_text(proof.measured, 7)}, ratio {proof.ratio:.4f}, "
        f"{proof.pieces} pieces, {proof.bits} bits, {proof.seconds:.2f} s\n"
    )
    return 0


def export(run: str, program: str, language: str, out: str | None) -> int:
    """Writes a program as source code."""
    from runs.run import Run

    sys.stdout.write(f"{Run(run).program(program).export(language, out)}\n")
    return 0


def _option(flag: str, help_text: str, **settings: Any) -> Argument:
    return ((flag,), {"help": help_text, **settings})


_RUN = _option("run", "the run folder", metavar="RUN")
_PROGRAM = "a candidate's id, or a size such as 8ops for the front's program of that size"
_BUDGET = (
    _option("--minutes", "stop after so many minutes of search", type=float),
    _option("--candidates", "stop after so many candidates", type=int),
    _option("--target-error", "stop when a program is as exact as this", type=float, metavar="E"),
    _option("--workers", "worker processes; 0 searches in this process (default: one per core)", type=int),
    _option("--ray", "address of a Ray cluster to join, HOST:PORT", metavar="ADDRESS"),
)

COMMANDS = (
    Command(
        "search",
        "search programs for a function, within a budget",
        "primordia search exp2 --minutes 30\n"
        '         primordia search --function "exp(-x**2)" --domain 0,1 --candidates 1000000\n'
        "         primordia search JOB.toml",
        (
            _option(
                "what", "a known function such as exp2, or a job file", nargs="?", default="", metavar="NAME|JOB.toml"
            ),
            _option("--function", "an expression in x instead of a known function", metavar="EXPRESSION"),
            _option("--domain", "lower and upper end, such as 0,pi/4", type=words, metavar="A,B"),
            _option("--error", "which error is minimised: relative or absolute"),
            _option("--weight", "an expression in x that multiplies the error", metavar="EXPRESSION"),
            _option(
                "--operations", "what programs are made of (default: add,sub,mul,div)", type=words, metavar="A,B,..."
            ),
            _option("--max-operations", "the largest program", type=int, metavar="N"),
            _option("--strategy", "how parents are selected: niches, nsga2, ageing or random"),
            _option("--islands", "number of islands", type=int, metavar="N"),
            _option("--seed", "root of every random draw (default: a new one)", type=int),
            *_BUDGET,
            _option("--out", "the run folder, which must not exist (default: results/NAME-DATE-TIME)", metavar="DIR"),
            _option("--export", "languages to export the best float64 program in", type=words, metavar="LANGUAGE,..."),
        ),
        search,
    ),
    Command(
        "resume",
        "go on with a run that was stopped or killed; a new budget replaces the old one",
        "primordia resume results/exp2-20261121-154312 --minutes 30",
        (_RUN, *_BUDGET),
        resume,
    ),
    Command(
        "list",
        "list the runs in a directory",
        "primordia list",
        (_option("directory", "where the run folders lie (default: results)", nargs="?", default="results"),),
        list_,
    ),
    Command(
        "show",
        "show a run, or one of its programs in full",
        "primordia show results/exp2-20261121-154312 8ops",
        (_RUN, _option("program", _PROGRAM, nargs="?", metavar="PROGRAM")),
        show,
    ),
    Command(
        "report",
        "write report.html into a run folder",
        "primordia report results/exp2-20261121-154312 --against results/exp2-20261121-162050",
        (
            _RUN,
            _option(
                "--against",
                "other runs of the same function whose fronts are drawn too, such as one with --strategy random",
                nargs="+",
                default=[],
                metavar="OTHER_RUN",
            ),
        ),
        report,
    ),
    Command(
        "prove",
        "prove an upper bound of a program's error over the whole domain; without a program: of the whole front",
        "primordia prove results/exp2-20261121-154312 8ops",
        (_RUN, _option("program", _PROGRAM, nargs="?", metavar="PROGRAM")),
        prove,
    ),
    Command(
        "export",
        "write a program as source code that imports nothing of Primordia",
        "primordia export results/exp2-20261121-154312 8ops --to c --out exp2.c",
        (
            _RUN,
            _option("program", _PROGRAM, metavar="PROGRAM"),
            _option("--to", "numpy, jax, torch, c, latex, ...", dest="language", required=True, metavar="LANGUAGE"),
            _option("--out", "the file to create (default: in the run folder)", metavar="FILE"),
        ),
        export,
    ),
)
