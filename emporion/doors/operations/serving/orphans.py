"""A part whose supervisor is gone ends by itself, so that nothing keeps the port or runs jobs unseen."""

import ctypes
import os
import signal
import threading
import time

LOOKED_EVERY = 1  # seconds
_SET_SIGNAL_OF_DEATH = 1  # prctl(2): PR_SET_PDEATHSIG


def end_with_parent() -> None:
    """From now on this process is told to stop as soon as the process that started it no longer exists."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="orphan-watch", daemon=True).start()


def die_with_parent() -> None:
    """The same at once, without a word, where the system can: for a process that works in its parent's folder, which
    the next one clears away. Where it cannot, within a second."""
    parent = os.getppid()
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is None or prctl(_SET_SIGNAL_OF_DEATH, signal.SIGKILL) != 0:
        end_with_parent()
    elif os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOKED_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
