"""What a terminal shows."""

from __future__ import annotations

from rich.console import Console, RenderableType


def shown(renderable: RenderableType) -> str:
    """Returns a renderable as wide lines without colours."""
    console = Console(width=300, highlight=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()
