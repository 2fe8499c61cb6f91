"""The worker process: people's jobs one after another, upkeep beside them, and the clock that starts what is due.

Started by the supervisor as `python -m`. One for a data folder: a second waits until the first has ended.
"""

import fcntl
import logging
import os
import socket
import threading
from collections.abc import Callable

from emporion.doors.operations.serving.orphans import end_with_parent
from emporion.doors.operations.serving.stopping import PATIENCE, Interrupted, end, stop_when_told

CLOCK_EVERY = 10  # seconds
PEOPLE, UPKEEP = "default", "upkeep"


def main() -> None:
    """Works until it is told to stop; what is in hand then goes back into its queue."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")
    beside: list[threading.Thread] = []
    try:
        stop = stop_when_told()
        end_with_parent()
        _run(stop, beside)
    except Interrupted:
        for thread in beside:
            thread.join(PATIENCE)
    end()  # upkeep that takes longer is taken back by the next worker


def _run(stop: threading.Event, beside: list[threading.Thread]) -> None:
    import django

    django.setup()
    from emporion.doors.operations.log_lines import start_log
    from emporion.doors.operations.schedules import install_standard_schedules
    from emporion.doors.operations.serving import lanes

    start_log()
    name = _only_worker()
    lanes.take_back_abandoned(name)
    install_standard_schedules()
    beside.append(_started("clock", lambda: _clock(name, stop)))
    beside.append(_started("upkeep", lambda: lanes.work(UPKEEP, name, stop)))
    lanes.work(PEOPLE, name, stop)


def _only_worker() -> str:
    """The worker's name, once no other works for this data folder."""
    from django.conf import settings

    file = os.open(settings.HOME / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)  # held until the process ends
    return f"{socket.gethostname()[:40]}:{settings.HOME.stat().st_ino}"


def _started(name: str, target: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread


def _clock(name: str, stop: threading.Event) -> None:
    """Says that the worker lives, and enqueues what is due."""
    from django.db import DatabaseError, close_old_connections

    log = logging.getLogger("emporion.jobs")
    while True:
        close_old_connections()
        try:
            _tick(name)
        except DatabaseError:
            log.exception("the database does not answer")
        if stop.wait(CLOCK_EVERY):
            return


def _tick(name: str) -> None:
    from emporion.doors.operations.models import Heartbeat
    from emporion.kernel.clock import now
    from emporion.kernel.jobs.actions import start_due
    from emporion.kernel.preferences.queries import preference

    Heartbeat.objects.update_or_create(worker=name, defaults={"at": now()})
    start_due(at=now(), zone_name=str(preference("zone")))


if __name__ == "__main__":
    main()
