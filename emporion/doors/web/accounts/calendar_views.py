"""The working calendar of a year, and single days of it."""

import calendar as weeks
from datetime import date
from typing import Any

from babel.dates import get_day_names, get_month_names
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emporion.doors.web.accounts.forms.settings import DayForm, YearForm
from emporion.doors.web.accounts.tabs import tabs
from emporion.kernel.access.viewer import Permission
from emporion.kernel.calendar.actions import clear_calendar_day, set_calendar_day
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import FREE, WHOLE, BusinessCalendar
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.formats import full_day, locale, number
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest
from emporion.records.customers.queries import today


@needs(Permission.ADMINISTER)
def year_page(request: PageRequest) -> HttpResponse:
    """The year: which days are worked, free, shortened, and why."""
    year = YearForm.year_of(request.GET.get("year", ""), today())
    days = calendar()
    worked = days.working_days(date(year, 1, 1), date(year + 1, 1, 1))
    language = locale().language
    known = {
        "title": _("Calendar"),
        "year": year,
        "worked": ngettext("%(count)s working day", "%(count)s working days", worked)
        % {"count": number(worked)},
        "day_names": _day_names(),
        "months": [_month(days, year, month, language) for month in range(1, 13)],
        "own": [(day, one) for day, one in sorted(days.own.items()) if day.year == year],
    }
    return render(request, "accounts/calendar.html", known | tabs(request.viewer, "accounts:calendar"))


@needs(Permission.ADMINISTER)
def day_page(request: PageRequest, day: str) -> HttpResponse:
    """One day, to be set otherwise than the week and the country have it."""
    found = _day(day)
    own = calendar().own.get(found)
    form = DayForm(request.POST or None, initial=DayForm.initial_of(own))
    if request.method == "POST" and form.is_valid() and form.act(lambda: _set(request, found, form)):
        messages.success(
            request, _("The calendar is changed. Plans of months that are not closed follow it.")
        )
        return redirect(f"{reverse('accounts:calendar')}?year={found.year}")
    known = {
        "title": full_day(found),
        "form": form,
        "submit_label": _("Keep"),
        "back": f"{reverse('accounts:calendar')}?year={found.year}",
    }
    return render(request, "accounts/form.html", known | tabs(request.viewer, "accounts:calendar"))


def _set(request: PageRequest, day: date, form: DayForm) -> None:
    weight = form.weight()
    if weight is not None:
        name = form.cleaned_data["name"]
        set_calendar_day(day=day, weight=weight, name=name, by=request.viewer, at=now())
    elif day in calendar().own:
        clear_calendar_day(day=day, by=request.viewer, at=now())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("no_such_day", "there is no such day") from None


def _day_names() -> list[tuple[str, str]]:
    short, full = get_day_names("short", locale=locale()), get_day_names(locale=locale())
    return [(short[number], full[number]) for number in range(7)]


def _month(days: BusinessCalendar, year: int, month: int, language: str) -> dict[str, Any]:
    rows = [
        [_cell(days, day, language) if day.month == month else None for day in row]
        for row in weeks.Calendar().monthdatescalendar(year, month)
    ]
    names = get_month_names(context="stand-alone", locale=locale())
    return {"name": names[month], "weeks": rows}


def _cell(days: BusinessCalendar, day: date, language: str) -> dict[str, Any]:
    weight, name = days.weight(day), days.name(day, language)
    kind = "work"
    if weight == FREE:
        kind = "holiday" if name else "free"
    elif weight < WHOLE:
        kind = "short"
    said = {"work": "", "free": _("free"), "holiday": _("free"), "short": _("shortened")}[kind]
    title = ": ".join(part for part in (said, name) if part)
    return {
        "day": day,
        "css": f"{kind} own" if day in days.own else kind,
        "title": title,
        "address": reverse("accounts:calendar_day", args=[day.isoformat()]),
    }
