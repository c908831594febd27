import os
import signal
import threading

import pytest

from runs.interrupt import stop_requests


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_interrupts(number: int) -> None:
    former = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), stop_requests() as requested:
        assert not requested.is_set()
        os.kill(os.getpid(), number)
        assert requested.wait(5)
        os.kill(os.getpid(), number)
        threading.Event().wait(5)
    assert signal.getsignal(number) is former


def test_outside_the_main_thread_nothing_is_handled() -> None:
    seen = []

    def use() -> None:
        with stop_requests() as requested:
            seen.append(requested.is_set())

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert seen == [False]
