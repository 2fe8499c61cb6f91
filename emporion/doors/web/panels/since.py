"""What has changed since yesterday, in the reader's words: which numbers moved, by how much, by which records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from emporion.doors.web.panels.answers import unit_of
from emporion.doors.web.panels.plans import Asked
from emporion.doors.web.panels.questions import Linking
from emporion.doors.web.panels.wording import label_of, subject_said
from emporion.kernel.ui.cells import Cell, Figure, Link
from emporion.kernel.ui.figures import said
from emporion.kernel.ui.formats import full_day
from emporion.kernel.ui.links import card_address
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.planning.since_yesterday import (
    Moved,
    Told,
    end_of_yesterday,
    moved_since,
    watermark_before,
)


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A number that moved: as it was, as it is, the difference in words, and the records behind it."""

    label: Link
    was: Figure
    now: Figure
    by: str
    records: Sequence["RecordRow"]
    others: int


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record, by how much money, and what is to be said of it."""

    name: Cell
    amount: Figure | None
    notes: Sequence[str]


def since_yesterday(
    names: Sequence[str], asked: Asked, linking: Linking, where: Mapping[str, Any] | None = None
) -> list[MovedRow]:
    """The numbers of the page's days that have moved; none where the page shows a moment of the past, nor on the first
    day of all, when everything has."""
    watermark = watermark_before(end_of_yesterday(asked.today))
    if asked.knowing.as_of is not None or not watermark:
        return []
    with remembering():
        found = moved_since(
            names,
            watermark=watermark,
            period=asked.span.period,
            today=asked.today,
            viewer=asked.viewer,
            where=where,
        )
    return [_row(one, linking) for one in found]


def is_first_day(asked: Asked) -> bool:
    """Whether nothing had been entered before today. One query."""
    return not watermark_before(end_of_yesterday(asked.today))


def _row(one: Moved, linking: Linking) -> MovedRow:
    unit = unit_of(one.name)
    return MovedRow(
        label=Link(str(label_of(one.name)), linking.metric(one.name)),
        was=Figure(one.was, unit),
        now=Figure(one.now, unit, linking.facts(one.name)),
        by=_difference(one.by, unit),
        records=[_record(told) for told in one.records],
        others=one.others,
    )


def _difference(value: Decimal | None, unit: str) -> str:
    """With its sign: a plus too."""
    if value is None:
        return ""
    text = said(value, unit, short=True)
    return f"+{text}" if value > 0 else text


def _record(told: Told) -> RecordRow:
    address = card_address(told.subject.kind, told.subject.id) or card_address("order", told.order_id)
    notes = []
    if told.is_late:
        notes.append(_("late: of %(day)s") % {"day": full_day(told.day)})
    if told.is_taken_back:
        notes.append(_("changed or taken back"))
    amount = Figure(told.amount, "money") if told.amount else None
    return RecordRow(
        Link(subject_said(told.code), address) if address else subject_said(told.code), amount, notes
    )
