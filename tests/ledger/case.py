"""What a case is."""

from dataclasses import dataclass

from tests.ledger.world import Step


@dataclass(frozen=True)
class Case:
    """What happens, and the numbers afterwards; None is an empty ratio or a cell with nothing in it."""

    title: str
    steps: tuple[Step, ...]
    numbers: dict[str, str | None]
