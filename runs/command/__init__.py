"""The ``primordia`` command: subcommands, and what they show on a terminal."""
