"""What is to be done next with a deal. Tasks lie above deals: the part that has them tells it here."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q


class NextStep(NamedTuple):
    """The open task of a deal that is due first."""

    task_id: int
    title: str
    due_on: date | None


Read = Callable[[Sequence[int]], dict[int, NextStep]]
Waiting = Callable[[], Q]

_told: list[tuple[Read, Waiting]] = []


def register_next_steps(read: Read, waiting: Waiting) -> None:
    """Called by the part that has tasks when its app is ready: `read` gives the next step of each of these deals that
    has one, in one query; `waiting` narrows deals to those that have one."""
    _told[:] = [(read, waiting)]


def next_steps(ids: Sequence[int]) -> dict[int, NextStep]:
    """By deal, what is to be done next."""
    return _told[0][0](ids) if _told else {}


def with_next_step() -> Q:
    """Deals that have a next step."""
    return _told[0][1]() if _told else Q(pk__in=())
