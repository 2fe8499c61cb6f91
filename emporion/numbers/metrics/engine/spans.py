"""Days, weeks, months, quarters and years as labels that sort by themselves, and back."""

import re
from collections.abc import Callable
from datetime import date

from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine.dimensions import Span

_LABELS: dict[Span, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "week": lambda day: f"{day.isocalendar().year}-W{day.isocalendar().week:02d}",
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day:%Y}",
}
_FORMS: dict[Span, str] = {
    "day": r"\d{4}-\d\d-\d\d",
    "week": r"\d{4}-W\d\d",
    "month": r"\d{4}-\d\d",
    "quarter": r"\d{4}-Q[1-4]",
    "year": r"\d{4}",
}


def span_label(span: Span, first_day: date) -> str:
    """The label of the span that begins on that day: 2014-04-01, 2014-W14, 2014-04, 2014-Q2 or 2014."""
    return _LABELS[span](first_day)


def span_start(span: Span, label: str) -> date:
    """The first day of the span of that label; refuses another form."""
    if not re.fullmatch(_FORMS[span], label):
        raise Refusal(
            "bad_period", f"{label!r} is not a {span}; write it like {_LABELS[span](date(2014, 4, 1))}"
        )
    if span != "week":
        return Period.parse(label).start
    year, week = label.split("-W")
    try:
        return date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        raise Refusal("bad_period", f"{label!r} is not a week of that year") from None
