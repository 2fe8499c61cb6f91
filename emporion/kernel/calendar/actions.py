"""Writes about the calendar."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.calendar.models import WHOLE, CalendarDay
from emporion.kernel.errors import Refusal

LONGEST_NAME = 100


def set_calendar_day(*, day: date, weight: Decimal, by: Viewer, at: datetime, name: str = "") -> None:
    """That day with its own weight (0 free, 1 whole, between them shortened), whatever the week and the country say.
    Refuses a weight beyond them."""
    by.require(Permission.ADMINISTER)
    if not 0 <= weight <= 1 or weight * WHOLE != int(weight * WHOLE):
        raise Refusal("bad_day_weight", "a day is worked between 0 and 1, in thousandths")
    new = {"thousandths": int(weight * WHOLE), "name": name.strip()[:LONGEST_NAME]}
    with transaction.atomic():
        old = CalendarDay.objects.filter(day=day).values("thousandths", "name").first()
        CalendarDay.objects.update_or_create(day=day, defaults=new)
        record("calendar.day_set", by=by, at=at, subject=f"calendar_day:{day}", old=old, new=new)


def clear_calendar_day(*, day: date, by: Viewer, at: datetime) -> None:
    """That day as the week and the country have it again. Refuses a day that has nothing of its own."""
    by.require(Permission.ADMINISTER)
    with transaction.atomic():
        old = CalendarDay.objects.filter(day=day).values("thousandths", "name").first()
        if old is None:
            raise Refusal("no_such_calendar_day", f"{day} has nothing of its own in the calendar")
        CalendarDay.objects.filter(day=day).delete()
        record("calendar.day_cleared", by=by, at=at, subject=f"calendar_day:{day}", old=old)
