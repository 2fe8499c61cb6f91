"""The period that a page of numbers is about, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from babel.dates import format_date
from django.utils.translation import gettext as _

from emporion.kernel.errors import Refusal
from emporion.kernel.periods import DAY, Period
from emporion.kernel.ui import formats
from emporion.numbers.metrics.engine.latest import latest_day
from emporion.numbers.metrics.engine.spans import span_label, span_start
from emporion.numbers.planning.states import QUIET

Kind = Literal["day", "week", "month", "quarter", "year", "days"]
FIRST_YEAR, LAST_YEAR = 1900, 2199
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """A period and how it was chosen. `quiet_since` is set when nothing has come in for long, and the page shows the
    last days that have facts instead of today's."""

    period: Period
    kind: Kind
    quiet_since: date | None = None

    @property
    def text(self) -> str:
        """As it stands in the address."""
        return str(self.period) if self.kind == "days" else span_label(self.kind, self.period.start)

    @property
    def label(self) -> str:
        """In words of the reader's language."""
        first, last = self.period.start, self.period.last
        if self.kind == "month":
            return formats.month(first)
        if self.kind == "quarter":
            return str(format_date(first, "QQQ y", locale=formats.locale()))
        if self.kind == "year":
            return str(first.year)
        if self.kind == "week":
            return formats.span(first, last)
        if first == last:
            return formats.full_day(first)
        return f"{formats.full_day(first)} – {formats.full_day(last)}"

    def of_kind(self, kind: Kind) -> str:
        """The day, week, month, quarter or year of its last day, for the address."""
        return span_label(kind if kind != "days" else "month", _first_day(kind, self.period.last))

    def within(self, kind: Kind, today: date) -> str:
        """The one of that kind that today is in, where it lies in the period, else that of its last day."""
        if today in self.period:
            return span_label(kind if kind != "days" else "month", _first_day(kind, today))
        return self.of_kind(kind)

    @property
    def is_short(self) -> bool:
        """Whether it is a day or a week, for which a month's plan is dealt out to its days."""
        return self.kind in ("day", "week")

    @property
    def before(self) -> str:
        """The one before, for the address."""
        return _text(self.kind, self.period.start - DAY, self.period.days)

    @property
    def after(self) -> str:
        """The one after, for the address."""
        if self.kind == "days":
            return str(Period(self.period.end, self.period.end + timedelta(days=self.period.days)))
        return span_label(self.kind, self.period.end)

    def drawn(self, today: date | None = None) -> dict[str, object]:
        """What `panels/period.html` draws; shorter periods lead to those that today is in."""
        names: dict[Kind, str] = {
            "day": _("Day"),
            "week": _("Week"),
            "month": _("Month"),
            "quarter": _("Quarter"),
            "year": _("Year"),
        }
        return {
            "label": self.label,
            "text": self.text,
            "before": self.before,
            "after": self.after,
            "kinds": [
                {
                    "name": name,
                    "text": self.within(kind, today) if today else self.of_kind(kind),
                    "current": kind == self.kind,
                }
                for kind, name in names.items()
            ],
            "start": self.period.start,
            "last": self.period.last,
            "quiet_since": self.quiet_since,
        }


def chosen(
    query: Mapping[str, str], today: date, kind: Literal["month", "quarter", "year"] = "month"
) -> Span:
    """The period of an address: `period=2014-05`, or `from` and `to`; else the one of today, or of the last facts."""
    first, last = query.get("from", ""), query.get("to", "")
    text = f"{first or last}..{last or first}" if first or last else query.get("period", "")
    if text:
        period = _parsed(text)
        if not FIRST_YEAR <= period.start.year <= period.last.year <= LAST_YEAR:
            raise Refusal("bad_period", f"a period lies between {FIRST_YEAR} and {LAST_YEAR}")
        return Span(period, kind_of(text))
    latest = latest_day()
    if latest is None or today - latest <= QUIET:
        return Span(Period.parse(span_label(kind, _first_day(kind, today))), kind)
    return Span(Period.parse(span_label(kind, _first_day(kind, latest))), kind, quiet_since=latest)


def kind_of(text: str) -> Kind:
    """What kind of period a text names."""
    if ".." in text:
        return "days"
    if "-W" in text:
        return "week"
    if "-Q" in text:
        return "quarter"
    if len(text) == len("2014"):
        return "year"
    return "month" if len(text) == len("2014-05") else "day"


def _parsed(text: str) -> Period:
    if kind_of(text) != "week":
        return Period.parse(text)
    first = span_start("week", text)
    return Period(first, first + WEEK)


def _text(kind: Kind, last: date, days: int) -> str:
    if kind == "days":
        return str(Period(last - timedelta(days=days - 1), last + DAY))
    return span_label(kind, _first_day(kind, last))


def _first_day(kind: Kind, day: date) -> date:
    if kind == "day":
        return day
    if kind == "week":
        return day - timedelta(days=day.weekday())
    if kind == "year":
        return day.replace(month=1, day=1)
    if kind == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(day=1)


def months_until(period: Period, many: int = 12) -> Period:
    """So many calendar months, of which the last is that of the period's last day."""
    end = Period.month(period.last.year, period.last.month).end
    months = end.year * 12 + end.month - 1 - many
    return Period(date(months // 12, months % 12 + 1, 1), end)
