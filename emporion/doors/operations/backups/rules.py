"""Which backups stay. Pure."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

BEFORE_UPGRADES = 3  # backups made before an upgrade that stay


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, weeks and months back there is a backup for each."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


def kept(moments: Iterable[datetime], keep: Keep) -> frozenset[datetime]:
    """The moments whose backups stay: of each of the last days, weeks and months that have one, the newest.

    Days without a backup do not count, so that what there is stays while none are made. The newest always stays.
    """
    newest_first = sorted(set(moments), reverse=True)
    spans: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (max(keep.daily, 1), lambda moment: moment.date()),
        (keep.weekly, lambda moment: moment.isocalendar()[:2]),
        (keep.monthly, lambda moment: (moment.year, moment.month)),
    )
    return frozenset(moment for count, span in spans for moment in _first_of_each(newest_first, span)[:count])


def _first_of_each(newest_first: list[datetime], span: Callable[[datetime], Hashable]) -> list[datetime]:
    first: dict[Hashable, datetime] = {}
    for moment in newest_first:
        first.setdefault(span(moment), moment)
    return list(first.values())
