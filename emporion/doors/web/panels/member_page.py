"""One person: plans of the period, key figures with their last twelve months, funnel, where the revenue comes from."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from emporion.doors.web.panels.answers import Numbers, Row, may_see, rows_of
from emporion.doors.web.panels.asking import page_rows
from emporion.doors.web.panels.desk import SUPPORTING, Desk
from emporion.doors.web.panels.funnel import funnels
from emporion.doors.web.panels.people import Person
from emporion.doors.web.panels.plans import Asked, Bar, bar_of, standing_plans
from emporion.doors.web.panels.spans import months_until
from emporion.doors.web.panels.wording import label_of, span_said
from emporion.kernel.ui.cells import Figure, Link
from emporion.kernel.ui.charts import Chart, Series, Spark
from emporion.kernel.ui.links import card_address
from emporion.numbers.metrics.engine.directory import RecordDirectory
from emporion.numbers.metrics.registry import all_metrics
from emporion.numbers.planning.definitions import is_about_a_plan
from emporion.numbers.planning.standing import Planned
from emporion.numbers.planning.states import STATES, until

# What is collected month by month, and so has a run of twelve months.
FLOWS = (
    *("revenue", "margin", "orders", "average_order", "customers_buying", "new_customers"),
    *("calls", "meetings", "deals_won", "win_rate"),
)
COUNTED = (
    *("total_base", "active_base", "base_coverage", "fading_customers", "open_deals", "open_deal_value"),
    *("deals_without_next_step", "overdue_tasks", "busy_work"),
)
# Of who works for others and sells nothing.
FLOWS_OF_SUPPORT = ("messages", "calls", "meetings", "orders")
COUNTED_OF_SUPPORT = ("overdue_tasks",)
PARTS = ("retained_revenue", "new_customer_revenue", "reactivated_revenue")
MOST_CUSTOMERS = 10


class MemberPage:
    """All that the page shows, each part asked once."""

    def __init__(self, person: Person, asked: Asked) -> None:
        self.person, self.asked = person, asked
        self.where = {"member": [person.code]}
        self.linking = asked.linking(self.where)
        self.months = months_until(asked.span.period)
        self.desk = Desk(person, asked) if person.role in SUPPORTING else None
        self._flows = FLOWS_OF_SUPPORT if self.desk else FLOWS
        self._counted = COUNTED_OF_SUPPORT if self.desk else COUNTED

    def _rows(self, names: Iterable[str], **more: Any) -> list[Row]:
        return rows_of(
            list(names),
            period=more.pop("period", self.asked.span.period),
            viewer=self.asked.viewer,
            knowing=self.asked.knowing,
            where=self.where,
            **more,
        )

    @property
    def moving(self) -> tuple[str, ...]:
        """The numbers that are looked at for what has changed."""
        return (*self._flows, *self._counted)

    @cached_property
    def numbers(self) -> Numbers:
        """Their numbers of the period."""
        return Numbers(page_rows((*self._flows, *self._counted), self.asked, where=self.where)[0])

    @cached_property
    def by_month(self) -> list[Row]:
        """Their last twelve months, the last of which is that of the period's end."""
        return self._rows((*self._flows, *PARTS), by=("month",), period=self.months)

    @cached_property
    def plans(self) -> list[dict[str, Any]]:
        """Every plan of theirs in the period, revenue first."""
        names = [one.name for one in all_metrics() if not is_about_a_plan(one.name)]
        rows = [{"member_id": self.person.code, **self.numbers.row}]
        found = standing_plans(names, self.asked, rows, paced="revenue", member=self.person.code)
        return [
            {"label": label_of(name), "bar": self._bar(name, found.people[name, code])}
            for name in names
            for code in (self.person.code,)
            if (name, code) in found.people
        ]

    def _bar(self, name: str, planned: Planned) -> Bar:
        """Plan and fact of the plan's own days, of a state as far as it is known; a link where these are one span."""
        days = until(planned.days, self.asked.known_until) if name in STATES else planned.days
        is_open = planned.is_one_span and days is not None
        address = self.linking.facts(name, period=str(days)) if is_open else ""
        bar = bar_of(name, planned, self.asked.span, address)
        return replace(bar, fact=bar.fact or None) if planned.days.start > self.asked.today else bar

    @property
    def flows(self) -> list[dict[str, Any]]:
        """What they brought in the period, with the run of twelve months."""
        runs = {row["month_id"]: row for row in self.by_month}
        months = [f"{month.start:%Y-%m}" for month in self.months.months()]
        return [
            {
                "label": label_of(name),
                "figure": self.numbers.figure(name, self.linking.facts(name)),
                "address": self.linking.metric(name, "month", period=str(self.months)),
                "spark": Spark(
                    [runs[month][name] if month in runs else None for month in months],
                    _("%(metric)s in the last twelve months") % {"metric": label_of(name)},
                ),
            }
            for name in self._flows
            if may_see(name, self.asked.viewer)
        ]

    @property
    def states(self) -> list[dict[str, Any]]:
        """Where they stand on the period's last day, or on the last that is known."""
        return [
            {"label": label_of(name), "figure": self.numbers.figure(name, self.linking.facts(name))}
            for name in self._counted
        ]

    @property
    def revenue_parts(self) -> Chart | None:
        """Revenue of twelve months by where it comes from: kept, new, won back."""
        if not any(row[name] for row in self.by_month for name in PARTS):
            return None
        months = {row["month_id"]: row for row in self.by_month}
        labels = [f"{month.start:%Y-%m}" for month in self.months.months()]
        series = [
            Series(
                label_of(name),
                [months[label][name] if label in months else None for label in labels],
                addresses=[self.linking.facts(name, period=label) for label in labels],
            )
            for name in PARTS
        ]
        return Chart(
            title=_("Where the revenue comes from"),
            categories=[span_said("month", label) for label in labels],
            series=[Series(one.name, one.values) for one in series],
            unit="money",
            stacked=True,
            heading=_("Month"),
        )

    @cached_property
    def customers(self) -> list[dict[str, Any]]:
        """Their largest customers of the twelve months."""
        rows = [
            row for row in self._rows(["revenue"], by=("customer",), period=self.months) if row["revenue"]
        ]
        rows.sort(key=lambda row: row["revenue"], reverse=True)
        largest = rows[:MOST_CUSTOMERS]
        codes = [row["customer_id"] for row in largest if row["customer_id"]]
        ids = RecordDirectory(self.asked.viewer).ids("customer", codes)
        return [
            {
                "name": Link(
                    row["customer"] or _("none"), card_address("customer", ids.get(row["customer_id"] or ""))
                ),
                "figure": Figure(
                    row["revenue"],
                    "money",
                    self.linking.facts("revenue", period=str(self.months), customer=[row["customer_id"]]),
                ),
            }
            for row in largest
        ]

    @cached_property
    def funnels(self) -> list[dict[str, Any]]:
        """Their funnel of the period."""
        return funnels(self.asked, self.linking, self.where)
