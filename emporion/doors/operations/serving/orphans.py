"""A part whose supervisor is gone ends by itself, so that nothing keeps the port or runs jobs unseen."""

import os
import signal
import threading
import time

LOOKED_EVERY = 1  # seconds


def end_with_parent() -> None:
    """From now on this process is told to stop as soon as the process that started it no longer exists."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="orphan-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOKED_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
