"""Reading the calendar."""

from decimal import Decimal

from emporion.kernel.calendar.models import WHOLE, CalendarDay
from emporion.kernel.calendar.rules import BusinessCalendar, OwnDay
from emporion.kernel.preferences.queries import preferences


def calendar() -> BusinessCalendar:
    """The calendar by which the department works. Two queries, whatever is asked of it then."""
    known = preferences()
    own = {
        day: OwnDay(Decimal(thousandths) / WHOLE, name)
        for day, thousandths, name in CalendarDay.objects.values_list("day", "thousandths", "name")
    }
    week = tuple(letter == "1" for letter in str(known["working_week"]))
    return BusinessCalendar(week, str(known["holidays_country"]), own)
