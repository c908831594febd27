"""Ctrl-C and termination signals as a request to stop, for as long as a search runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_requests() -> Iterator[threading.Event]:
    """Yields an event that the first signal sets; a second signal raises ``KeyboardInterrupt``.

    Outside the main thread, where Python lets nobody handle signals, the event is never set.
    """
    requested = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield requested
        return

    def handle(*_: object) -> None:
        if requested.is_set():
            raise KeyboardInterrupt
        requested.set()

    former = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield requested
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
