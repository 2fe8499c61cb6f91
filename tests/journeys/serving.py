"""The product served as people have it: `emporion serve` in processes of its own."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.installation import Installation

LONGEST = 60  # seconds for anything, on a busy machine


@dataclass(slots=True)
class Served:
    """A running `emporion serve`."""

    process: "subprocess.Popen[str]"
    port: int
    greeting: str = ""

    @property
    def address(self) -> str:
        """Where its pages are, without the last slash."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=LONGEST) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def second_line(self) -> str:
        """What it says after its greeting, where it has something to say."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def parts(self) -> dict[str, int]:
        """By name, the process ids of the supervisor's children."""
        found: dict[str, int] = {}
        for pid in _children(self.process.pid):
            arguments = _arguments(pid)
            found |= {one.rsplit(".", 1)[-1]: pid for one in arguments if one.startswith("emporion.doors")}
        return found

    def everyone(self) -> list[int]:
        """The process ids of all that belongs to it."""
        return [self.process.pid, *_descendants(self.process.pid)]

    def stop(self) -> tuple[int, str, str]:
        """Stops it as the system does; exit code, stdout and stderr."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=LONGEST)
        return self.process.returncode, self.greeting + out, err


@contextmanager
def served(place: Installation, *arguments: str) -> Iterator[Served]:
    """The installation, served on a free port once it answers; gone afterwards."""
    port = free_port()
    process = place.start("serve", "--port", port, "--threads", "2", *arguments)
    running = Served(process, port)
    try:
        assert process.stdout is not None
        running.greeting = process.stdout.readline()
        assert running.greeting, process.stderr and process.stderr.read()
        yield running
    finally:
        left = running.everyone() if process.poll() is None else []
        if left:
            process.terminate()
        with process:  # closes its streams
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
        for pid in filter(is_alive, left):
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """A port on which nobody listens now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: Callable[[], object], why: str) -> None:
    """Waits for something that must become true."""
    end = time.monotonic() + LONGEST
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    """Whether there is such a process that still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:  # it has just ended
        return []


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _descendants(pid: int) -> list[int]:
    return [found for child in _children(pid) for found in (child, *_descendants(child))]
