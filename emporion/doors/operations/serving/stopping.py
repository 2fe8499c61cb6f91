"""How the worker is told to stop."""

import os
import signal
import threading
from types import FrameType
from typing import NoReturn

PATIENCE = 8  # seconds in which a job in hand may roll back


class Interrupted(BaseException):
    """The worker was told to stop: the job in hand goes back into its queue."""


def stop_when_told() -> threading.Event:
    """An event that is set when this process is told to stop; the main thread is then unwound by Interrupted. Where
    that gets stuck, the process ends all the same: every write is one transaction."""
    stop = threading.Event()

    def stopping(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            return
        stop.set()
        timer = threading.Timer(PATIENCE, end)
        timer.daemon = True
        timer.start()
        raise Interrupted

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stopping)
    return stop


def end() -> NoReturn:
    """Ends the process at once."""
    os._exit(0)
