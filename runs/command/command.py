"""A subcommand of ``primordia`` as a value, and its options."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
        groups: further options under headings of their own.
    """

    name: str
    help: str
    example: str
    arguments: tuple[Argument, ...]
    run: Callable[..., int]
    groups: Mapping[str, tuple[Argument, ...]] | None = None

    @property
    def epilog(self) -> str:
        """What stands under the help."""
        return f"example: {self.example}"

    @property
    def flags(self) -> list[str]:
        """Every option as typed."""
        grouped = [argument for group in (self.groups or {}).values() for argument in group]
        return [flag for flags, _ in (*self.arguments, *grouped) for flag in flags]


def option(flag: str, help_text: str, **settings: Any) -> Argument:
    """Returns an option: as typed, what it means, and further settings of argparse."""
    return ((flag,), {"help": help_text, **settings})


def words(text: str) -> list[str]:
    """Splits a list given on the command line at its commas.

    Raises:
        ArgumentTypeError: when there is no word in it.
    """
    found = [word.strip() for word in text.split(",") if word.strip()]
    if not found:
        raise ArgumentTypeError(f"must be one word or more, separated by commas, not {text!r}")
    return found


def yes_or_no(text: str) -> bool:
    """Reads yes or no.

    Raises:
        ArgumentTypeError: when it is neither.
    """
    answers = {"yes": True, "true": True, "no": False, "false": False}
    if text.lower() not in answers:
        raise ArgumentTypeError(f"must be yes or no, not {text!r}")
    return answers[text.lower()]


RUN = option("run", "the run folder", metavar="RUN")
"""The run that a subcommand is about."""
