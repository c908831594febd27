"""The ``primordia`` command: options to calls, errors to one line.

Exit codes: 0 done; 1 when the reader of the output went away; 2 for a mistake of the user, a full disk or workers
that do not start; 130 when Ctrl-C or a termination signal stopped a search, whose results are kept.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn, TextIO

from runs.command.command import Command
from runs.command.commands import COMMANDS
from runs.job.schema import nearest
from runs.versions import VERSION

ERROR_EXIT = 2
PIPE_EXIT = 1
INTERRUPT_EXIT = 130


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, like all others of the command."""

    def error(self, message: str) -> NoReturn:
        """Raises the error for :func:`main` to print."""
        raise ValueError(f"{message}; see: {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the whole command."""
    top = Parser(
        prog="primordia",
        description="Evolves programs for functions, private synthetic data, and layers of neural networks.",
        epilog="example: primordia search exp2 --minutes 2 --export numpy",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"primordia {VERSION}")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = subparsers.add_parser(
            command.name, help=command.help, description=command.help, epilog=command.epilog, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        for flags, settings in command.arguments:
            sub.add_argument(*flags, **settings)
        for title, arguments in (command.groups or {}).items():
            group = sub.add_argument_group(title)
            for flags, settings in arguments:
                group.add_argument(*flags, **settings)
        sub.set_defaults(command=command)
    return top


def joined(arguments: Sequence[str]) -> list[str]:
    """Joins ``--domain`` and its value, since argparse takes a value such as ``-1,1`` for an option."""
    result: list[str] = []
    for argument in arguments:
        if result and result[-1] == "--domain":
            result[-1] = f"--domain={argument}"
        else:
            result.append(argument)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: of the command line; those of the process by default.

    Returns:
        the exit code.
    """
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            return _run(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:
        # the interpreter flushes once more at exit and must not fail there
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_EXIT
    except KeyboardInterrupt as error:
        sys.stderr.write(": ".join(filter(None, ("primordia: interrupted", str(error)))) + "\n")
        return INTERRUPT_EXIT
    except (ValueError, OSError, RuntimeError) as error:
        sys.stderr.write(f"primordia: {' '.join(str(error).split())}\n")
        return ERROR_EXIT


def _run(arguments: Sequence[str]) -> int:
    namespace, unknown = parser().parse_known_args(joined(arguments))
    options = vars(namespace)
    command: Command = options.pop("command")
    if unknown:
        raise ValueError(f"{command.name} has no argument {unknown[0]!r}; {nearest(unknown[0], command.flags)}")
    exit_code = command.run(**options)
    sys.stdout.flush()
    return exit_code


def _show_warning(
    message: Warning | str,
    category: type[Warning],  # noqa: ARG001 - the signature is that of warnings.showwarning
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    """Writes a warning as one line, like an error."""
    sys.stderr.write(f"primordia: warning: {' '.join(str(message).split())}\n")
