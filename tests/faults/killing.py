"""Killing a command with -9 at drawn moments, and doing it again until it ends."""

import random
import signal
import subprocess
import time
from dataclasses import dataclass, field

from tests.journeys.installation import Installation

LOADING = (
    0.7  # seconds in which a command only loads itself; a kill there proves little, but some fall there too
)


@dataclass(slots=True)
class Killer:
    """Draws moments inside the time a command takes; the same seed draws the same moments."""

    seed: int
    hits: int = 0
    misses: int = 0
    _draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)

    def kill_and_resume(self, place: Installation, *arguments: object, kills: int) -> None:
        """Runs the command, killed `kills` times, and then to its end."""
        takes = 3.0
        for _ in range(kills):
            takes = self._killed(place, arguments, takes)
        place.done(*arguments)

    def close(self, place: Installation, *arguments: object, kills: int) -> None:
        """Closes; a close that was done before the kill says that it is, and there is nothing to resume."""
        for _ in range(kills):
            if place.asked("ledger", "status", "--json")["closed"]:
                return
            self._killed(place, arguments, 2.5)
        if not place.asked("ledger", "status", "--json")["closed"]:
            place.done(*arguments)

    def _killed(self, place: Installation, arguments: tuple[object, ...], takes: float) -> float:
        """One kill; how long the command would have taken, as far as one knows now."""
        moment = self._draw.uniform(min(LOADING, takes / 2), takes)
        began = time.monotonic()
        process = place.start(*arguments)
        try:
            out, err = process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.hits += 1
            return takes
        self.misses += 1
        took = time.monotonic() - began
        assert process.returncode == 0, f"{arguments}: exit {process.returncode}\n{err}{out}"
        return took
