"""What ``primordia list`` prints: one line per run, read from its small files only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from runs.folder.checkpoint import read_progress
from runs.folder.run_folder import RUN_FILE, RunFolder
from runs.text import count_text, duration_text

HEADINGS = ("run", "started", "status", "candidates", "time", "front", "best error")


def run_paths(directory: Path) -> list[Path]:
    """Returns the run folders in a directory, oldest first.

    Raises:
        ValueError: when there is no such directory.
    """
    if not directory.is_dir():
        raise ValueError(f"no directory {str(directory)!r}; start a run with: primordia search exp2")
    return sorted((file.parent for file in directory.glob(f"*/{RUN_FILE}")), key=lambda path: path.stat().st_ctime)


def list_runs(directory: Path) -> Iterator[str]:
    """Yields the lines of the list; a run that cannot be opened has its reason on its line.

    Args:
        directory: the folder of run folders.
    """
    rows = [_row(path) for path in run_paths(directory)]
    if not rows:
        yield f"no runs in {directory}; start one with: primordia search exp2"
        return
    widths = [max(map(len, column)) for column in zip(HEADINGS, *(row for row in rows if len(row) > 2), strict=True)]
    for row in (HEADINGS, *rows):
        yield _line(row, widths)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=False)).rstrip()


def _row(path: Path) -> tuple[str, ...]:
    folder = RunFolder(path)
    try:
        manifest, progress = folder.manifest(), read_progress(folder.checkpoint)
    except (ValueError, OSError) as error:
        return str(path), str(error)
    errors = [manifest.job.figure(entry.objectives) for entry in progress.front]
    return (
        str(path),
        manifest.start[:16].replace("T", " "),
        folder.status(manifest),
        count_text(progress.rows),
        duration_text(progress.seconds),
        str(len(errors)),
        manifest.job.figure_text(min(errors)) if errors else "-",
    )
