"""When a part that died is started again. Pure."""

from dataclasses import dataclass

STEADY = 60  # seconds: a part that lived so long has not failed at its start
LONGEST_PAUSE = 30  # seconds between two starts
MOST_FALSE_STARTS = 3


@dataclass(frozen=True, slots=True)
class Falls:
    """How often in a row a part has ended soon after its start."""

    in_a_row: int = 0

    def after(self, lived: float) -> "Falls":
        """The count after it has ended once more, having lived so many seconds."""
        return Falls(1 if lived >= STEADY else self.in_a_row + 1)

    @property
    def pause(self) -> float:
        """Seconds to wait before the next start: at once after the first fall, then longer and longer."""
        return 0.0 if self.in_a_row <= 1 else min(LONGEST_PAUSE, 2.0 ** (self.in_a_row - 2))

    @property
    def is_hopeless(self) -> bool:
        """Whether it makes no sense to go on, for a part that has never been ready."""
        return self.in_a_row >= MOST_FALSE_STARTS
