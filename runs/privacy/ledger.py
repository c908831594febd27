"""The ledger of a run: every release is paid for, written and synced before its answers are used.

A release is drawn, its file is written and synced out of sight, renamed into ``answers/``, its line is appended to
``ledger.jsonl`` and synced, and only then are its answers returned. Whenever the process stops, the next opening finds
either nothing of the release, or its file, which it enters; nothing is drawn twice and nothing is used unpaid.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.folder.atomic import failure_named
from runs.privacy.answers_file import (
    ANSWERS,
    move_into_place,
    pack,
    sha256,
    sync_folder,
    unpack,
    write_all,
    write_draft,
)
from runs.privacy.ledger_checks import check_affordable, check_same, check_terms
from runs.privacy.ledger_text import (
    LEDGER_FILE,
    UNNAMED,
    LedgerText,
    Mechanism,
    Release,
    Terms,
    first_line,
    next_line,
    parse_ledger,
    read_release,
    release_data,
)
from runs.privacy.private_folder import private_folder


class Ledger(AbstractContextManager["Ledger"]):
    """An open ledger; no other process can open it until it is closed.

    Attributes:
        folder: the run folder.
        notes: what opening it had to mend, for the run's events; empty after an orderly stop.
    """

    def __init__(self, folder: Path, terms: Terms) -> None:
        """Opens the ledger of a run folder, or starts one there.

        Args:
            folder: the run folder, which exists.
            terms: what the run asks under; those of an existing ledger must be the same.

        Raises:
            ValueError: when another process has it open, it is about other data, another schema or another budget,
                it is broken or of a newer format, or the folder cannot be written to.
        """
        self.folder = folder
        self.notes: tuple[str, ...] = ()
        with failure_named(self._path):
            (folder / ANSWERS).mkdir(exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            self._lock()
            self._draft = private_folder(folder) / "release.draft"
            with failure_named(self._path):
                self._text = self._opened(terms)
                self._enter_orphans()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets other processes open the ledger; nothing can be released any more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    @property
    def text(self) -> LedgerText:
        """What the ledger says now: its terms, its releases, what was spent and what is left."""
        return self._text

    def release(
        self,
        release_id: str,
        what: str,
        rho: float,
        draw: Callable[[], NDArray[Any]],
        mechanism: Mechanism = UNNAMED,
    ) -> NDArray[Any]:
        """Returns the answers of a release: those it holds, or new ones once they are paid for and on the disk.

        Args:
            release_id: names the release within the ledger, and its file.
            what: says what is asked; the same for the same id, whenever it is asked.
            rho: what it costs in zCDP.
            draw: computes the noisy answers from the private data; called at most once, and never for a release that
                the ledger holds.
            mechanism: how the answers are made.

        Raises:
            ValueError: when the budget does not allow it, the ledger holds another release under this id, or the
                answers that it holds were lost or altered, all without a draw; or when the disk is full: then the
                answers are lost before they were shown to anybody, or entered when the ledger is opened again.
        """
        held = self._text.find(release_id)
        if held is not None:
            check_same(held, what, rho)
            return self._stored(held)
        if self._descriptor < 0:
            raise ValueError(f"the ledger {str(self._path)!r} is closed; open it again to release {what}")
        release = Release(release_id, what, rho, mechanism)
        check_affordable(self._text, release)
        content = pack(np.asarray(draw()), {**release_data(release), "ledger": self._text.seals[0]})
        with failure_named(self._path):
            write_draft(self._draft, content)
            self._commit(release, content)
        return unpack(content)[0]

    @property
    def _path(self) -> Path:
        return self.folder / LEDGER_FILE

    def _stored(self, release: Release) -> NDArray[Any]:
        """Returns the answers of a release that was paid for."""
        path = self.folder / release.file
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ValueError(
                f"{str(path)!r} cannot be read ({error.strerror}), its answers were paid for; restore it"
            ) from None
        if sha256(content) != release.sha256:
            raise ValueError(f"{str(path)!r} is not the file that the ledger knows; restore it")
        return unpack(content)[0]

    def _commit(self, release: Release, content: bytes) -> None:
        """Puts a drawn release into place and enters it; nothing more is released when that fails halfway."""
        try:
            move_into_place(self._draft, self.folder / release.file)
            self._enter(release, content)
        except BaseException:
            self.close()
            raise

    def _enter(self, release: Release, content: bytes) -> None:
        """Appends the line of a release whose file is in place."""
        line, text = next_line(self._text, replace(release, sha256=sha256(content)))
        self._append(line)
        self._text = text

    def _append(self, line: bytes) -> None:
        write_all(self._descriptor, line)
        os.fsync(self._descriptor)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"another process is spending from {str(self._path)!r}; wait until it stops, or stop it"
            ) from None

    def _opened(self, terms: Terms) -> LedgerText:
        """Returns what the ledger says, its first line written where there is none yet, a torn last line dropped."""
        content = self._path.read_bytes()
        if b"\n" not in content:
            return self._started(terms)
        text = parse_ledger(content, self._path)
        check_terms(text.terms, terms, self._path)
        if text.torn:
            os.ftruncate(self._descriptor, text.size)
            os.fsync(self._descriptor)
            self._note("the last line of the ledger was torn and was dropped; its answers had not been used")
        return text

    def _started(self, terms: Terms) -> LedgerText:
        if self._answer_files():
            raise ValueError(
                f"{str(self.folder / ANSWERS)!r} holds noisy answers, but {str(self._path)!r} does not say what they "
                "cost; restore the ledger, or start in a new folder"
            )
        os.ftruncate(self._descriptor, 0)  # a first line that was torn
        line, text = first_line(terms)
        self._append(line)
        sync_folder(self.folder)
        return text

    def _enter_orphans(self) -> None:
        """Enters the releases whose file is in place but whose line is not, and drops a draft that is not in place."""
        self._draft.unlink(missing_ok=True)
        for path in self._answer_files():
            if self._text.find(path.stem) is None:
                content = path.read_bytes()
                release = self._orphan(path, content)
                check_affordable(self._text, release)
                self._enter(release, content)
                self._note(f"release {release.id} had been drawn but not entered in the ledger; it was entered")

    def _orphan(self, path: Path, content: bytes) -> Release:
        """Returns what the file of a release that the ledger lacks says of it."""
        with suppress(ValueError, KeyError):
            _, data = unpack(content)
            if data["ledger"] == self._text.seals[0] and data["id"] == path.stem:
                return read_release(data)
        raise ValueError(f"{str(path)!r} belongs to no release of the ledger beside it; move it elsewhere")

    def _answer_files(self) -> list[Path]:
        return sorted((self.folder / ANSWERS).glob("*.npz"))

    def _note(self, text: str) -> None:
        self.notes = (*self.notes, text)
