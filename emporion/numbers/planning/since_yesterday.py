"""What has been recorded since yesterday's end, and by how much it moved the numbers of a period (PLAN-8).

A number as it was known then stands beside the same number now: what is learnt late about earlier days moves it too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import ibis

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.clock import zone
from emporion.kernel.ledger.fact import Subject
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.periods import Period
from emporion.kernel.preferences.queries import preference
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.engine.arithmetic import decimals
from emporion.numbers.metrics.engine.compiling import fetched
from emporion.numbers.metrics.engine.directory import RecordDirectory
from emporion.numbers.metrics.engine.facts import facts_of
from emporion.numbers.metrics.engine.opened import opened
from emporion.numbers.metrics.engine.resolving import resolved
from emporion.numbers.metrics.engine.scanning import scan_of, stored_facts
from emporion.numbers.metrics.freezing import settings_on
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.scan import View
from emporion.numbers.metrics.shape import PLACES, Evaluated
from emporion.numbers.planning.states import STATES, until

MOST_EXPLAINED = 4  # metrics whose records are looked up
MOST_RECORDS = 3  # of each
Where = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """A record that moved a number: what it is, by how much money, of which day. `is_late`: of a day before today;
    `is_taken_back`: something that stood there before was taken back or changed. `order_id` is where it belongs."""

    subject: Subject
    code: str
    order_id: int | None
    day: date
    amount: Decimal
    is_late: bool
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A metric as it was known at yesterday's end and as it is now, and the largest records that made the difference;
    `others` are so many more, among them those that the viewer may not open."""

    name: str
    was: Decimal | None
    now: Decimal | None
    records: Sequence[Told] = ()
    others: int = 0

    @property
    def by(self) -> Decimal | None:
        """By how much; empty where it was or is unknown."""
        return None if self.was is None or self.now is None else self.now - self.was

    @property
    def is_late(self) -> bool:
        """Whether something learnt late about an earlier day is among it."""
        return any(one.is_late for one in self.records)


def end_of_yesterday(today: date) -> datetime:
    """The instant at which today begins where the department lives."""
    return datetime.combine(today, time(), zone(str(preference("zone"))))


def watermark_before(instant: datetime) -> int:
    """The watermark of an instant: the last row of the ledger that was recorded before it; 0 where there is none. One
    query, which reads back from the end of the ledger only what came since."""
    found = LedgerFact.objects.filter(recorded_at__lt=instant).order_by("-id")
    return found.values_list("id", flat=True).first() or 0


def moved_since(
    names: Sequence[str],
    *,
    watermark: int,
    period: Period,
    today: date,
    viewer: Viewer,
    where: Where | None = None,
) -> list[Moved]:
    """Of these metrics those that have moved since a watermark (that of yesterday's end), in their order, as far as the
    viewer may see them.

    One query while nothing has been recorded. Else the engine is asked twice, for states twice more, and twice for
    each of the first four that moved; records are looked up with one query per kind.
    """
    if not LedgerFact.objects.filter(id__gt=watermark).exists():
        return []
    seen = [name for name in names if _may_see(name, viewer)]
    then = _numbers(seen, period, today, viewer, where, as_of=watermark)
    now = _numbers(seen, period, today, viewer, where, as_of=None)
    moved = [Moved(name, then.get(name), now.get(name)) for name in seen if then.get(name) != now.get(name)]
    known = {
        one.name: _records(one.name, _days(one.name, period, today), watermark, viewer, where)
        for one in moved[:MOST_EXPLAINED]
        if not isinstance(metric(one.name).shape, Evaluated)
    }
    may_open = _may_open((row for rows, _ in known.values() for row in rows), viewer)
    return [_explained(one, *known.get(one.name, ((), 0)), may_open, today) for one in moved]


def _may_see(name: str, viewer: Viewer) -> bool:
    needed = metric(name).permission
    return needed is None or viewer.may(needed)


def _days(name: str, period: Period, today: date) -> Period:
    """A state is that of today at most."""
    return (until(period, today) or period) if name in STATES else period


def _numbers(
    names: Sequence[str],
    period: Period,
    today: date,
    viewer: Viewer,
    where: Where | None,
    *,
    as_of: int | None,
) -> dict[str, Decimal | None]:
    by_days: dict[Period, list[str]] = defaultdict(list)
    for name in names:
        by_days[_days(name, period, today)].append(name)
    view: View = "now"
    found: dict[str, Decimal | None] = {}
    for days, of_days in by_days.items():
        table = measure(of_days, period=days, where=where, as_of=as_of, view=view, viewer=viewer)
        row = table.to_pylist()[0]
        found |= {name: row[name] for name in of_days}
    return found


Rows = Sequence[Mapping[str, Any]]


def _records(
    name: str, period: Period, watermark: int, viewer: Viewer, where: Where | None
) -> tuple[Rows, int]:
    """The largest records since then among the facts behind a number, and how many there are."""
    directory = RecordDirectory(viewer)
    asked = resolved([name], by=(), period=period, where=where or {}, viewer=viewer, directory=directory)
    facts = stored_facts(period, as_of=None, view="now")
    behind = facts_of(asked, scan_of(asked, facts, settings_on(period.last, as_closed=False)))
    new = behind.filter(behind.id > watermark)
    by_record = new.group_by(["subject_kind", "subject_id"]).aggregate(
        order=new.order_id.max(),
        first=new.day.min(),
        amount=new.amount.sum(),
        taken=new.reverses_id.notnull().any(),
        latest=new.id.max(),
    )
    many = fetched(by_record.aggregate(many=by_record.count()), facts)["many"][0].as_py()
    largest = by_record.order_by([ibis.desc(by_record.amount.abs()), ibis.desc(by_record.latest)])
    page = fetched(largest.limit(MOST_RECORDS), facts)
    amounts = decimals([int(value) for value in page["amount"].to_pylist()], PLACES["amount"]).to_pylist()
    rows = page.to_pylist()
    codes = directory.subject_codes({_subject(row) for row in rows})
    return [
        {**row, "amount": amount, "code": codes[_subject(row)]}
        for row, amount in zip(rows, amounts, strict=True)
    ], many


def _subject(row: Mapping[str, Any]) -> Subject:
    return Subject(row["subject_kind"], row["subject_id"])


def _may_open(rows: Iterable[Mapping[str, Any]], viewer: Viewer) -> set[Subject]:
    """The records that the viewer may open. A query per kind of record."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        by_kind[row["subject_kind"]].add(row["subject_id"])
    allowed: set[Subject] = set()
    for kind, ids in by_kind.items():
        visible = opened(kind, viewer)
        known = ids if visible is None else set(visible.filter(id__in=ids).values_list("id", flat=True))
        allowed |= {Subject(kind, one) for one in known}
    return allowed


def _explained(one: Moved, rows: Rows, many: int, may_open: set[Subject], today: date) -> Moved:
    told = [
        Told(
            subject=_subject(row),
            code=row["code"],
            order_id=row["order"],
            day=row["first"],
            amount=row["amount"],
            is_late=row["first"] < today,
            is_taken_back=bool(row["taken"]),
        )
        for row in rows
        if _subject(row) in may_open
    ]
    return Moved(one.name, one.was, one.now, told, many - len(told))
