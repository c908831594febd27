"""The subcommands that only searches for machine programs have."""

from __future__ import annotations

from runs.command.command import Command
from runs.float32.bench.commands import BENCH
from runs.float32.checking.commands import CHECK

COMMANDS: tuple[Command, ...] = (CHECK, BENCH)
"""The subcommands of the kind of search."""
