"""An installation served by `emporion serve`, as people have it."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.installation import Installation

PATIENCE = 60  # seconds until a busy machine has begun to serve


@contextmanager
def served(place: Installation, *, worker: bool = True) -> Iterator[str]:
    """The address at which the installation answers, until the end."""
    port = _free_port()
    more = () if worker else ("--no-worker",)
    with place.start("serve", "--port", port, *more) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, process)
            yield address
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def _wait(address: str, process: object) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            assert process.poll() is None, process.communicate()  # type: ignore[attr-defined]  # a process
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
