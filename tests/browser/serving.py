"""An installation served by `emporion serve`, as people have it."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tests.journeys.installation import Installation, command

PATIENCE = 60  # seconds until a busy machine has begun to serve


@contextmanager
def served(place: Installation, *, worker: bool = True) -> Iterator[str]:
    """The address at which the installation answers, until the end."""
    port = _free_port()
    more = () if worker else ("--no-worker",)
    # Into a file: a pipe that nobody reads is full after some hundred requests, and the server waits for ever.
    with (place.home.parent / f"served-{port}.log").open("w+") as log:
        process = subprocess.Popen(
            [*command(), "serve", "--port", str(port), *more],
            env=place.environment,
            cwd=place.home.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: TextIO) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            assert process.poll() is None, (log.seek(0), log.read())
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
