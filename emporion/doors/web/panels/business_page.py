"""Business: the year against its plan, by month and channel; the base by region; what the largest customers bring."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from emporion.doors.web.panels.answers import Numbers, Row, may_see, rows_of
from emporion.doors.web.panels.asking import page_rows
from emporion.doors.web.panels.plan_months import by_month, is_spread
from emporion.doors.web.panels.plan_of_levels import PlanOfLevels
from emporion.doors.web.panels.plans import (
    Apart,
    Asked,
    Bar,
    apart_of,
    fact_only,
    of_planned,
    standing_plans,
)
from emporion.doors.web.panels.questions import exactly
from emporion.doors.web.panels.wording import dimension_label, label_of, span_said, value_label
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.periods import Period
from emporion.kernel.ui.cells import Figure, Link
from emporion.kernel.ui.charts import Chart, Drawn, Heading, Series, Table
from emporion.kernel.ui.formats import number, share
from emporion.numbers.insight.rules import needed_for, pareto
from emporion.numbers.planning.pace import Elapsed, Standing
from emporion.numbers.planning.queries import Goal
from emporion.numbers.planning.standing import Planned, best_paces, plans_of, progress_of_days

LED = "revenue"
KEY = (
    *("revenue", "margin", "margin_share", "collected", "orders", "average_order", "customers_buying"),
    *("new_customers", "new_customer_revenue", "retained_revenue", "reactivated_revenue", "lost_customers"),
)
BASE = ("active_base", "total_base", "base_coverage")
MOST_CUSTOMERS = 50_000  # more are not read for a line of ten points
MOST = Decimal("0.8")


class Business:
    """All that the page shows, each part asked once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.linking = asked.linking()
        self.period = asked.span.period

    def _rows(self, names: Iterable[str], **more: Any) -> list[Row]:
        return rows_of(
            list(names),
            period=more.pop("period", self.period),
            viewer=self.asked.viewer,
            knowing=self.asked.knowing,
            **more,
        )

    @cached_property
    def whole(self) -> Numbers:
        """The numbers of the period."""
        return Numbers(page_rows(KEY, self.asked)[0])

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The key figures."""
        return [
            {"label": label_of(name), "figure": self.whole.figure(name, self.linking.facts(name))}
            for name in KEY
            if may_see(name, self.asked.viewer)
        ]

    @cached_property
    def _planned(self) -> Planned | None:
        """Where targets stand that are of other days or of people alone. A plan of the whole in all the days stands as
        its months do: its spans need not be asked for one by one."""
        if self._is_of_whole:
            return None
        return standing_plans((LED,), self.asked, [self.whole.row], paced=LED).whole.get(LED)

    @cached_property
    def levels(self) -> PlanOfLevels:
        """Plan and fact by channel and by month."""
        return PlanOfLevels(self.asked)

    @cached_property
    def _is_of_whole(self) -> bool:
        """Whether there is a plan of the whole for all the days: the department's targets, or a plan that is signed."""
        facts = self.levels.facts
        return facts.is_covered and all(goal.member_id is None for goal in facts.counted)

    @property
    def _is_planned(self) -> bool:
        """Whether the plan is one of all the page's days."""
        return self._is_of_whole or (self._planned is not None and self._planned.is_of_period)

    @property
    def bar(self) -> Bar:
        """Revenue of the period, against its plan where that is of the same days."""
        address = self.linking.facts(LED)
        fact = self.whole[LED] if self.asked.is_ahead else self.whole[LED] or Decimal(0)
        standing = self.standing
        if standing is None:
            return fact_only(LED, fact, address)
        return Bar(
            fact,
            standing.plan,
            standing.expected,
            standing.forecast if standing.forecast != fact else None,
            "money",
            standing.state,
            address=address,
        )

    @cached_property
    def apart(self) -> Apart | None:
        """The plan of those who have one, where it is of other days."""
        return apart_of(LED, self._planned, self.asked, self.linking)

    @property
    def of_planned(self) -> Figure | None:
        """What those with a plan brought of it, where others brought something too."""
        return of_planned(LED, self._planned, self.linking)

    @cached_property
    def days(self) -> Elapsed:
        """How far the working days have gone."""
        return progress_of_days(self.period, self.asked.today)

    @cached_property
    def standing(self) -> Standing | None:
        """Where the plan stands, where it is of the page's days: it closes and should be by today as its months do. Out
        of reach is what needs a better pace than the best of the last year."""
        if not self._is_planned:
            return None
        whole = self.levels.whole.standing
        return replace(whole, state="hopeless") if self._is_out_of_reach(whole) else whole

    def _is_out_of_reach(self, whole: Standing) -> bool:
        if self._planned is not None:
            return self._planned.standing.state == "hopeless"
        if not whole.needed_pace:
            return False
        best = best_paces(LED, today=self.asked.today, viewer=self.asked.viewer).get((LED, None))
        return best is not None and whole.needed_pace > best

    @cached_property
    def by_month(self) -> dict[str, Row]:
        """Revenue by month."""
        return {row["month_id"]: row for row in self._rows((LED,), by=("month",))}

    @cached_property
    def _goals(self) -> list[Goal]:
        """The plans that the head of the page sums: the department's own, else those of its people."""
        found = plans_of((LED,), self.period, self.asked.viewer, view=self.asked.knowing.view)
        own = [goal for goal in found if goal.member_id is None]
        return own or found

    @cached_property
    def planned_months(self) -> dict[str, Decimal]:
        """The plan by month: a plan of several is spread over them by their working days."""
        if self._goals:
            return by_month(self._goals, calendar())
        return dict(self.levels.whole.plans)

    @property
    def has_spread_plans(self) -> bool:
        """Whether a plan of several months is among them."""
        return is_spread(self._goals)

    @cached_property
    def year_before(self) -> dict[str, Row]:
        """Revenue by month a year earlier."""
        earlier = Period(_year_before(self.period.start), _year_before(self.period.end))
        return {row["month_id"]: row for row in self._rows((LED,), by=("month",), period=earlier)}

    @property
    def months(self) -> list[Period]:
        """The months of the period."""
        return self.period.months()

    @property
    def run(self) -> Chart:
        """Revenue month by month beside its plan and the year before."""
        labels = [f"{month.start:%Y-%m}" for month in self.months]
        before = [f"{_year_before(month.start):%Y-%m}" for month in self.months]
        facts = [self._number(self.by_month, label, LED) for label in labels]
        series = [
            Series(
                label_of(LED), facts, addresses=[self.linking.facts(LED, month=[label]) for label in labels]
            ),
            Series(
                _("Year before"),
                [self._number(self.year_before, label, LED) for label in before],
                kind="line",
            ),
        ]
        plans = [self.planned_months.get(label) for label in labels]
        if any(plans):
            series.append(Series(_("Plan"), plans, kind="line"))
        return Chart(
            title=_("Revenue by month"),
            categories=[span_said("month", label) for label in labels],
            series=series,
            unit="money",
            heading=_("Month"),
        )

    @staticmethod
    def _number(rows: dict[str, Row], label: str, name: str) -> Decimal | None:
        return rows[label][name] if label in rows else None

    @cached_property
    def base(self) -> Table | None:
        """The active and the total base by region of the customer, or by territory where no region is known."""
        for name in ("region", "territory"):
            rows = [row for row in page_rows(BASE, self.asked, by=(name,)) if row.get("total_base")]
            if any(row[name] for row in rows):
                return self._base(rows, name)
        return None

    def _base(self, rows: list[Row], name: str) -> Table:
        headings = [Heading(dimension_label(name)), *(Heading(label_of(one), "end") for one in BASE)]
        drawn = []
        for row in rows:
            numbers = Numbers(row)
            where: dict[str, Any] = {name: exactly(name, row[f"{name}_id"])}
            address = self.linking.metric("revenue", "member", **where)
            figures = [numbers.figure(one, self.linking.facts(one, **where), short=False) for one in BASE]
            label = Link(value_label(name, row[name]), address)
            drawn.append([Drawn(label), *(Drawn(figure, "end") for figure in figures)])
        whole = Numbers(page_rows(BASE, self.asked)[0])
        totals = [whole.figure(one, self.linking.facts(one), short=False) for one in BASE]
        return Table(
            _("Active and total base by region"),
            headings,
            drawn,
            [Drawn(_("All together")), *(Drawn(figure, "end") for figure in totals)],
        )

    @cached_property
    def _customers(self) -> list[Decimal]:
        if not 0 < (self.whole["customers_buying"] or 0) <= MOST_CUSTOMERS:
            return []
        return [row[LED] for row in self._rows((LED,), by=("customer",)) if row["customer_id"]]

    @property
    def largest(self) -> Chart | None:
        """What share of revenue the largest customers bring, in ten steps."""
        points = pareto(self._customers)
        if not points:
            return None
        return Chart(
            title=_("What the largest customers bring"),
            categories=[f"{share(point.part, 0)}: {number(point.many)}" for point in points],
            series=[Series(_("Share of revenue"), [round(point.share, 4) for point in points])],
            unit="share",
            kind="line",
            heading=_("Largest customers"),
        )

    @property
    def largest_said(self) -> str:
        """How many customers bring four fifths."""
        many, all_of_them = needed_for(self._customers, MOST), len(self._customers)
        return _("%(many)s of %(all)s customers bring %(share)s of the revenue.") % {
            "many": number(many),
            "all": number(all_of_them),
            "share": share(MOST, 0),
        }

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        has_facts = any(value for value in self.whole.row.values())
        return not has_facts and not self.levels.facts.goals and self.levels.plan is None


def _year_before(day: date) -> date:
    """The same day a year earlier; 28 February for the 29th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
