"""The activity plan worked backwards from money, as the page draws it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emporion.doors.web.economics.spans import said
from emporion.kernel.ui import formats
from emporion.kernel.ui.cells import Cell, Figure, Link
from emporion.kernel.ui.charts import Drawn, Heading, Table
from emporion.kernel.ui.links import address_with
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.backwards import DAYS_OF_WEEK, Better, Observed
from emporion.numbers.planning.backwards_queries import ActivityPlan

# Each step: its metric, and the ratio by which it follows from the step above.
STEPS = (
    ("orders", "average_order", "orders"),
    ("meetings", "orders_per_meeting", "meetings"),
    ("calls_cold", "meetings_per_cold_call", "calls"),
)


class ActivityPage:
    """All that the page shows of one person's activity plan."""

    def __init__(self, it: ActivityPlan, code: str, currency: str) -> None:
        self.it, self.code, self.currency = it, code, currency

    @property
    def days(self) -> str:
        """The days of the money."""
        return said(self.it.days)

    @property
    def lead(self) -> str:
        """What it means in a sentence."""
        it = self.it
        if it.money is None or it.needed is None:
            return _("%(name)s has no plan of revenue for %(days)s.") % {"name": it.name, "days": self.days}
        if it.money == 0:
            return _("The plan of %(days)s is reached: nothing more is needed.") % {"days": self.days}
        known = {"name": it.name, "money": formats.money(it.money, self.currency), "days": self.days}
        told = [
            one
            for one in (_orders(it.needed.orders), _meetings(it.needed.meetings), _calls(it.needed.calls))
            if one
        ]
        if not told:
            return _("To bring %(money)s in %(days)s: nobody has orders by which to reckon.") % known
        return _("To bring %(money)s in %(days)s, %(name)s needs %(steps)s.") % (
            known | {"steps": formats.listed(told)}
        )

    @property
    def pace(self) -> str:
        """What that is a week, over the days that are left."""
        it = self.it
        if not it.money or it.needed is None or not it.needed.orders:
            return ""
        left = formats.number(it.working_days)
        if it.working_days <= 0:
            return _("No working day is left.")
        meetings, calls = it.rate(it.needed.meetings), it.rate(it.needed.calls)
        if meetings is None or calls is None:
            return _("Working days left: %(days)s.") % {"days": left}
        if it.working_days < DAYS_OF_WEEK:
            known = {
                "meetings": formats.number(meetings.a_day),
                "calls": formats.number(calls.a_day),
                "days": left,
            }
            return (
                _("Working days left: %(days)s. A day: %(meetings)s meetings, %(calls)s cold calls.") % known
            )
        known = {
            "meetings": formats.number(meetings.a_week),
            "calls": formats.number(calls.a_week),
            "days": left,
        }
        return _("Working days left: %(days)s. A week: %(meetings)s meetings, %(calls)s cold calls.") % known

    @property
    def steps(self) -> Table:
        """Step by step from money to calls."""
        headings = [
            Heading(_("Step")),
            Heading(_("Needed"), "end"),
            Heading(_("A week"), "end"),
            Heading(_("A working day"), "end"),
            Heading(_("Reckoned with")),
            Heading(_("Whose, of how many cases")),
        ]
        return Table(_("From money to calls"), headings, [self._step(*step) for step in STEPS])

    def _step(self, metric: str, ratio: str, what: str) -> Sequence[Drawn]:
        many = getattr(self.it.needed, what) if self.it.needed else None
        rate = self.it.rate(many)
        observed = self.it.ratios.get(ratio)
        return [
            Drawn(str(label_of(metric))),
            Drawn(many if many is None else Figure(Decimal(many), "count", short=False), "end"),
            Drawn(rate.a_week if rate else None, "end"),
            Drawn(rate.a_day if rate else None, "end"),
            Drawn(self._ratio(ratio, observed)),
            Drawn(_whose(observed) if observed else None),
        ]

    def _ratio(self, name: str, observed: Observed | None) -> Cell:
        if observed is None:
            return _("%(ratio)s: nobody has one") % {"ratio": label_of(name)}
        unit = "money" if name == "average_order" else "share"
        value = (
            formats.money(observed.value, self.currency) if unit == "money" else formats.share(observed.value)
        )
        text = f"{label_of(name)}: {value}"
        own = {"member": [self.code]} if observed.circle == "person" else {}
        if observed.circle == "team":
            return text
        days = {"period": str(self.it.looked_back), **own}
        return Link(text, address_with(reverse("panels:metric", args=[name]), days))

    @property
    def better(self) -> list[str]:
        """What a conversion that is a point better is worth."""
        return [self._better(one) for one in self.it.better]

    def _better(self, one: Better) -> str:
        name = "orders_per_meeting" if one.ratio == "orders_per_meeting" else "meetings_per_cold_call"
        known = {
            "ratio": label_of(name),
            "value": formats.share(one.value),
            "meetings": _meetings(one.meetings_saved),
            "calls": _calls(one.calls_saved),
            "money": formats.money(one.money_gained, self.currency),
        }
        if not one.meetings_saved and not one.calls_saved:
            return _("%(ratio)s a point better, %(value)s: %(money)s more with the same effort.") % known
        if name == "orders_per_meeting":
            return (
                _(
                    "%(ratio)s a point better, %(value)s: %(meetings)s and %(calls)s fewer, or %(money)s more with the "
                    "same effort."
                )
                % known
            )
        fewer = _(
            "%(ratio)s a point better, %(value)s: %(calls)s fewer, or %(money)s more with the same effort."
        )
        return fewer % known

    @property
    def looked_back(self) -> str:
        """The days of the ratios."""
        return formats.span(self.it.looked_back.start, self.it.looked_back.last)

    @property
    def figures(self) -> list[dict[str, Any]]:
        """Plan, fact, and what is reckoned backwards from."""
        told = ((_("Plan"), self.it.plan), (_("Fact"), self.it.fact), (_("To bring"), self.it.money))
        return [
            {"label": label, "value": Figure(value, "money")} for label, value in told if value is not None
        ]


def _orders(count: int | None) -> str:
    return (
        ""
        if count is None
        else ngettext("%(count)s order", "%(count)s orders", count) % {"count": formats.number(count)}
    )


def _meetings(count: int | None) -> str:
    said_of = ngettext("%(count)s meeting", "%(count)s meetings", count or 0)
    return "" if count is None else said_of % {"count": formats.number(count)}


def _calls(count: int | None) -> str:
    said_of = ngettext("%(count)s cold call", "%(count)s cold calls", count or 0)
    return "" if count is None else said_of % {"count": formats.number(count)}


def _whose(observed: Observed) -> str:
    whose = {"person": _("own"), "team": _("the team's"), "department": _("the department's")}[
        observed.circle
    ]
    return f"{whose}, {formats.number(observed.cases)}"
