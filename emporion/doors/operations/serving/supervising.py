"""Starts the parts, starts a part again that died, stops all when told. Knows nothing of what the parts do."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from emporion.doors.operations.serving.rules import Falls
from emporion.kernel.errors import Refusal

PATIENCE = 12  # seconds in which a part may finish what it has in hand
LOOKED_EVERY = 0.2  # seconds
READY_WITHIN = 120  # seconds, on a small machine that does much else

_TOLD_TO_STOP = (signal.SIGINT, signal.SIGTERM)

Say = Callable[[str], None]


@dataclass(slots=True)
class Part:
    """One process that is kept running: its module, what it is called with, and what is known of its life."""

    name: str
    module: str
    arguments: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    falls: Falls = field(default_factory=Falls)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0

    def start(self) -> None:
        """Starts it in a session of its own: Ctrl-C in the terminal is the supervisor's to pass on."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-m", self.module, *self.arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def tell(self, sign: signal.Signals) -> None:
        """Sends the signal to it; with SIGKILL to all that it started as well."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sign is signal.SIGKILL:
                os.killpg(self.process.pid, sign)
            elif self.process.poll() is None:
                self.process.send_signal(sign)


@dataclass(slots=True)
class Supervisor:
    """Keeps `parts` running until it is told to stop. `is_ready` says whether people can be let in."""

    parts: Sequence[Part]
    is_ready: Callable[[], bool]
    tell_ready: Callable[[], None]
    complain: Say
    stop: threading.Event = field(default_factory=threading.Event)
    was_ready: bool = False

    def run(self) -> None:
        """Returns when it was told to stop and all parts have ended. Refuses where a part cannot even start."""
        before = {sign: signal.signal(sign, lambda *_: self.stop.set()) for sign in _TOLD_TO_STOP}
        began = time.monotonic()
        try:
            for part in self.parts:
                part.start()
            while not self.stop.wait(LOOKED_EVERY):
                for part in self.parts:
                    self._look_after(part)
                if not self.was_ready:
                    self._greet(time.monotonic() - began)
        finally:
            self._end_all()
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def _look_after(self, part: Part) -> None:
        now = time.monotonic()
        if part.process is None:
            if now >= part.not_before:
                part.start()
            return
        code = part.process.poll()
        if code is None:
            return
        part.tell(signal.SIGKILL)  # what it started and left behind would still hold the port
        part.falls = part.falls.after(now - part.started)
        part.process, part.not_before = None, now + part.falls.pause
        if part.falls.is_hopeless and not self.was_ready:
            raise Refusal("part_does_not_start", f"the {part.name} does not start; its last words are above")
        self.complain(f"the {part.name} ended ({_how(code)}); started again in {part.falls.pause:.0f} s")

    def _greet(self, waited: float) -> None:
        if self.is_ready():
            self.was_ready = True
            self.tell_ready()
        elif waited > READY_WITHIN:
            raise Refusal("part_does_not_start", f"nothing answers after {READY_WITHIN} seconds")

    def _end_all(self) -> None:
        for part in self.parts:
            part.tell(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        for part in self.parts:
            if part.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.process.wait(max(0.0, until - time.monotonic()))
            part.tell(signal.SIGKILL)
            part.process.wait()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
