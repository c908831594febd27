"""The subcommands that only searches for machine programs have."""

from __future__ import annotations

from runs.command.command import Command

COMMANDS: tuple[Command, ...] = ()
