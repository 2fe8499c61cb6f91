"""A schedule in words: "every day at 03:00" for `0 3 * * *`."""

import re
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from emporion.kernel.ui.formats import listed

FIELDS = 5
MOST_TIMES = 6  # of a day, that a line still reads well with
_STEP = re.compile(r"\*/(\d+)")
_NUMBERS = re.compile(r"\d+(,\d+)*")
_EVERY_WEEKDAY = {
    0: gettext_lazy("every Sunday"),
    1: gettext_lazy("every Monday"),
    2: gettext_lazy("every Tuesday"),
    3: gettext_lazy("every Wednesday"),
    4: gettext_lazy("every Thursday"),
    5: gettext_lazy("every Friday"),
    6: gettext_lazy("every Saturday"),
}
_NAMES = {"SUN": "0", "MON": "1", "TUE": "2", "WED": "3", "THU": "4", "FRI": "5", "SAT": "6", "7": "0"}


def schedule_said(cron: str) -> str:
    """When it runs, in the reader's language; empty where it is no schedule that can be said in a few words."""
    fields = cron.upper().split()
    if len(fields) != FIELDS or fields[3] != "*":
        return ""
    minute, hour, day, _month, weekday = fields
    if (hour, day, weekday) == ("*", "*", "*"):
        return _within_the_hour(minute)
    times, days = _times(minute, hour), _days(day, weekday)
    return _("%(days)s at %(times)s") % {"days": days, "times": times} if times and days else ""


def _within_the_hour(minute: str) -> str:
    if minute == "*":
        return _("every minute")
    if step := _STEP.fullmatch(minute):
        count = int(step[1])
        return ngettext("every %(count)s minute", "every %(count)s minutes", count) % {"count": count}
    minutes = _numbers(minute)
    return _("every hour at minute %(minutes)s") % {"minutes": _listed(minutes)} if minutes else ""


def _times(minute: str, hour: str) -> str:
    times = [f"{at:02}:{past:02}" for at, past in product(_numbers(hour), _numbers(minute))]
    return listed(times) if len(times) <= MOST_TIMES else ""


def _days(day: str, weekday: str) -> str:
    if day == "*":
        return _("every day") if weekday == "*" else _weekdays(weekday)
    numbers = _numbers(day)
    if not numbers or weekday != "*":
        return ""
    return _("every month on day %(days)s") % {"days": _listed(numbers)}


def _weekdays(text: str) -> str:
    for name, number in _NAMES.items():
        text = text.replace(name, number)
    if text == "1-5":
        return _("from Monday to Friday")
    return listed([str(_EVERY_WEEKDAY[number]) for number in _numbers(text) if number in _EVERY_WEEKDAY])


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.split(",")] if _NUMBERS.fullmatch(text) else []


def _listed(numbers: list[int]) -> str:
    return listed([str(number) for number in numbers])
