"""Who needs the head of sales, and why: who will miss the plan by far, and in whose numbers something else is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emporion.doors.web.panels.answers import Numbers, unit_of
from emporion.doors.web.panels.people import Person
from emporion.doors.web.panels.questions import Linking
from emporion.doors.web.panels.wording import label_of
from emporion.kernel.ui.figures import said
from emporion.kernel.ui.formats import number, share
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.rules import needs_attention
from emporion.numbers.planning.standing import Planned

LED = "revenue"
SIGNS = ("saturation", "busy_work", "fading_customers", "deals_without_next_step")
MOST_NEEDING = 8


@dataclass(frozen=True, slots=True)
class Sign:
    """A reason in words, and the address of the facts behind it."""

    said: str
    address: str


@dataclass(frozen=True, slots=True)
class Needing:
    """A person and the reasons to look. `closes_at` is the share of the plan at which they will close, where that is
    far below it."""

    person: Person
    signs: Sequence[Sign]
    closes_at: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A plan that will be missed by far."""

    name: str
    planned: Planned
    closes_at: Decimal


def behind_plan(plans: Iterable[tuple[str, Planned]], below: Decimal) -> Behind | None:
    """The plan whose forecast of the close is the smallest share of it, where that share is below `below`: of what
    leads where one has a plan of it, else of all one's plans. None where no working day is gone yet."""
    known = dict(plans)
    judged = {LED: known[LED]} if LED in known else known
    found = [
        Behind(name, planned, planned.standing.forecast / planned.standing.plan)
        for name, planned in judged.items()
        if metric(name).direction == "more is better"
        and planned.standing.plan
        and planned.standing.forecast is not None
    ]
    far = [one for one in found if one.closes_at < below]
    return min(far, key=lambda one: one.closes_at, default=None)


def needing_of(
    people: Iterable[Person],
    signs: Mapping[str, Numbers],
    behind: Mapping[str, Behind],
    linking: Linking,
    today: date,
) -> list[Needing]:
    """Those with a reason: the furthest behind plan first, then those with the most signs."""
    found = []
    for person in people:
        far = behind.get(person.code)
        reasons = [_behind_sign(far, person, linking, today)] if far else []
        numbers = signs.get(person.code, Numbers({}))
        reasons += [
            Sign(_said(sign, numbers), linking.facts(sign, member=person.code))
            for sign in needs_attention(numbers.row)
        ]
        if reasons:
            found.append(Needing(person, reasons, far.closes_at if far else None))
    return sorted(found, key=_most_behind)


def _most_behind(one: Needing) -> tuple[bool, Decimal, int]:
    return one.closes_at is None, one.closes_at or Decimal(0), -len(one.signs)


def _behind_sign(behind: Behind, person: Person, linking: Linking, today: date) -> Sign:
    planned, standing = behind.planned, behind.planned.standing
    unit = unit_of(behind.name)
    words = {
        "metric": label_of(behind.name),
        "share": share(behind.closes_at, 0),
        "amount": said(standing.forecast, unit, short=True),
        "plan": said(standing.plan, unit, short=True),
    }
    text = _("%(metric)s: forecast of the close %(share)s of the plan, %(amount)s of %(plan)s")
    if planned.days.end <= today:
        text = _("%(metric)s: closed at %(share)s of the plan, %(amount)s of %(plan)s")
    period = str(planned.days) if planned.is_one_span else ""
    return Sign(text % words, linking.facts(behind.name, period=period, member=person.code))


def _said(sign: str, numbers: Numbers) -> str:
    value = numbers[sign] or Decimal(0)
    if sign == "saturation":
        return _("hands are full: customers at capacity, or hardly any contacts of their own accord")
    if sign == "busy_work":
        return _("much work without progress: busy-work index %(index)s") % {"index": share(value, 0)}
    many = int(value)
    if sign == "fading_customers":
        return ngettext("%(many)s customer is fading", "%(many)s customers are fading", many) % {
            "many": number(many)
        }
    return ngettext("%(many)s deal has no next step", "%(many)s deals have no next step", many) % {
        "many": number(many)
    }
