"""What a server does once when it starts, so that the first visitor does not wait for it."""

import logging
from collections.abc import Callable
from threading import Thread

from django.db import DatabaseError, connections

from emporion.kernel.errors import EmporionError

log = logging.getLogger(__name__)
_first: list[Callable[[], None]] = []


def register_first(work: Callable[[], None]) -> None:
    """Called by a part's AppConfig.ready: something that is slow the first time and quick from then on."""
    _first.append(work)


def warm_up() -> None:
    """Does all of it once; what cannot be done yet is left to the first visitor."""
    for work in _first:
        try:
            work()
        except (EmporionError, DatabaseError) as problem:
            log.info("not warmed up: %s", problem)
    connections.close_all()


def warm_up_beside() -> None:
    """The same, while visitors are served already."""
    Thread(target=warm_up, name="warming up", daemon=True).start()
