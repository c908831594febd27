"""Options of several kinds of search, under headings; one that more than one kind has stands once."""

from __future__ import annotations

from collections.abc import Mapping

from runs.command.command import Argument

SHARED = "several kinds of search"
"""The heading of the options that more than one kind has."""


def grouped(arguments: Mapping[str, tuple[Argument, ...]]) -> dict[str, tuple[Argument, ...]]:
    """Returns the options of kinds by heading, an option of several kinds with what it means to each of them.

    Args:
        arguments: of each kind, by its title.
    """
    owners: dict[tuple[str, ...], list[str]] = {}
    for title, own in arguments.items():
        for flags, _ in own:
            owners.setdefault(flags, []).append(title)
    groups = {
        title: tuple(argument for argument in own if len(owners[argument[0]]) == 1) for title, own in arguments.items()
    }
    settings = {title: dict(own) for title, own in arguments.items()}
    shared = {
        flags: {title: settings[title][flags] for title in titles}
        for flags, titles in owners.items()
        if len(titles) > 1
    }
    together = tuple(_merged(flags, by_title) for flags, by_title in shared.items())
    return {title: group for title, group in {SHARED: together, **groups}.items() if group}


def _merged(flags: tuple[str, ...], by_title: Mapping[str, Mapping[str, object]]) -> Argument:
    """Returns one option for several kinds, which must take the same values for it."""
    first, *others = ({**settings, "help": "", "metavar": ""} for settings in by_title.values())
    assert all(other == first for other in others), f"{flags} is read in different ways by {', '.join(by_title)}"
    help_text = "; ".join(f"{title}: {settings['help']}" for title, settings in by_title.items())
    return flags, {**{name: value for name, value in first.items() if name != "metavar"}, "help": help_text}
