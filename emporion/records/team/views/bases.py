"""How many customers people serve and territories hold. Customers lie above the team: who knows them tells it here."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from emporion.kernel.access.viewer import Viewer


class Bases(Protocol):
    """What the pages of the team are told of customers."""

    def served(self, member_ids: Sequence[int], day: date) -> dict[int, int]:
        """By member, how many customers they own on that day."""

    def held(self, viewer: Viewer, territory_ids: Sequence[int], day: date) -> dict[int, int]:
        """By territory, how many visible customers are in the base in it on that day."""

    def unowned(self, viewer: Viewer, day: date) -> int:
        """How many visible customers in the base have no owner on that day, up to a limit."""


class HandOver(Protocol):
    """Gives all that a member has to another, and says how many records it was."""

    def __call__(self, member_id: int, heir_id: int, day: date, viewer: Viewer) -> int:
        """In the caller's transaction."""


Told = tuple[Bases, HandOver, Callable[[], str]]
_told: list[Told] = []


def register_bases(bases: Bases, hand_over: HandOver, unowned_address: Callable[[], str]) -> None:
    """Called by who knows the customers when its app is ready."""
    _told[:] = [(bases, hand_over, unowned_address)]


def bases() -> Bases | None:
    """What is told of customers; None where nobody tells it."""
    return _told[0][0] if _told else None


def hand_over(member_id: int, heir_id: int, day: date, viewer: Viewer) -> int:
    """Gives all that a member has to another; how many records it was."""
    return _told[0][1](member_id, heir_id, day, viewer) if _told else 0


def unowned_address() -> str:
    """Where the customers without an owner are listed."""
    return _told[0][2]() if _told else ""
