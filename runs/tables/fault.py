"""What is wrong with a file of private data."""

from __future__ import annotations

SHOWN_CHARACTERS = 60


class PrivateDataError(ValueError):
    """A fault of a private table, in one line that may quote its values.

    The line is for the terminal of the data's owner: whoever catches it must not write it into a run folder, since
    what stands there is either safe to release or in ``private/``.
    """


def quoted(value: object) -> str:
    """Returns a value of the data in quotes, on one line and cut to a readable length."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 4]}...{text[0]}"
