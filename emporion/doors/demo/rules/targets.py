"""The plans of the made-up company: what each person did before, taken through the year, and a little more. Pure."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from emporion.doors.demo.rules.calendar import SEASON, month_start
from emporion.doors.demo.rules.documents import TALLY_KINDS
from emporion.doors.demo.rules.people import CLOSER, FARMER, HUNTER, People, Person
from emporion.doors.demo.rules.tables import Write

AHEAD = 3  # months planned beyond the last day
REMEMBERED = 6  # months looked back on
MORE = 106  # percent of what was done before
_PLANNED = {
    HUNTER: ("calls", "meetings", "new_customers"),
    CLOSER: ("revenue", "meetings", "calls", "new_customers"),
    FARMER: ("revenue", "meetings", "calls"),
}
_ROUND = {"revenue": 500, "meetings": 1, "calls": 5, "new_customers": 1}
Tally = Counter[tuple[str, tuple[int, int], str]]


def write_targets(people: People, tally: Tally, first: date, last: date, write: Write) -> None:
    """Monthly targets of every rep, for the months of the books and those ahead."""
    months = list(_months(first, last))
    for rep in people.reps:
        for kind in TALLY_KINDS:
            if kind in _PLANNED[rep.role]:
                _write_of(rep, kind, months, tally, last, write=write)


def _months(first: date, last: date) -> Iterator[date]:
    month = month_start(first.year, first.month)
    while month < month_start(last.year, last.month, AHEAD + 1):
        yield month
        month = month_start(month.year, month.month, 1)


def _write_of(rep: Person, kind: str, months: list[date], tally: Tally, last: date, *, write: Write) -> None:
    done: list[int] = []
    unit = 10_000 if kind == "revenue" else 1
    running = month_start(last.year, last.month)
    for month in months:
        following = month_start(month.year, month.month, 1)
        if rep.hired >= following.toordinal() or (rep.left is not None and rep.left < following.toordinal()):
            continue
        season = SEASON[month.month - 1] if kind == "revenue" else 100
        found = tally[rep.code, (month.year, month.month), kind]
        # In the first months there is nothing to look back on: what they did then stands for it.
        mean = sum(done[-REMEMBERED:]) // len(done[-REMEMBERED:]) if done else found * 1_000 // season
        plan = mean * season * MORE // 100 // 1_000 // unit
        step = _ROUND[kind]
        value = max(-(-plan // step) * step, step)
        write("targets", (kind, rep.code, month.isoformat(), following.isoformat(), value))
        if month < running:
            done.append(found * 1_000 // season)
