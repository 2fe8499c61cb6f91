"""Killing a command with -9 at drawn moments, and doing it again until it ends."""

import random
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.journeys.installation import Installation

Command = tuple[str, ...]
LOADING = (
    0.7  # seconds in which a command only loads itself; a kill there proves little, but some fall there too
)


@dataclass(slots=True)
class Killer:
    """Draws moments inside the time that each command takes undisturbed; the same seed draws the same share of it."""

    seed: int
    takes: Mapping[Command, float]
    hits: int = 0
    _draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)

    def __call__(self, place: Installation, *arguments: str, kills: int) -> None:
        """Runs the command, killed up to `kills` times, and then to its end."""
        for _ in range(kills):
            if is_closed(place, arguments):
                return
            self._killed(place, arguments)
        if not is_closed(place, arguments):
            place.done(*arguments)

    def _killed(self, place: Installation, arguments: Command) -> None:
        takes = self.takes[arguments]
        moment = self._draw.uniform(min(LOADING, takes / 2), takes)
        process = place.start(*arguments)
        try:
            out, err = process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.hits += 1
        else:
            assert process.returncode == 0, f"{arguments}: exit {process.returncode}\n{err}{out}"


def is_closed(place: Installation, arguments: Command) -> bool:
    """Whether this is a close that is done already, though it was killed before it could say so."""
    return "close" in arguments and bool(place.asked("ledger", "status", "--json")["closed"])
