"""Department: plan and fact by person, what is stuck, the funnel, who needs the head of sales."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.web.panels.adding_up import Line, is_summed, lines
from emporion.doors.web.panels.answers import Numbers, may_see
from emporion.doors.web.panels.asking import page_rows
from emporion.doors.web.panels.drawing import DrawnWhenRead, sorted_by
from emporion.doors.web.panels.funnel import funnels
from emporion.doors.web.panels.needing import SIGNS, Needing, behind_plan, needing_of
from emporion.doors.web.panels.people import Person, people_of
from emporion.doors.web.panels.plan_of_levels import PlanOfLevels
from emporion.doors.web.panels.plans import (
    Apart,
    Asked,
    Bar,
    apart_of,
    bar_of,
    fact_only,
    of_planned,
    own_facts,
    said_days,
    standing_plans,
)
from emporion.doors.web.panels.wording import label_of
from emporion.kernel.preferences.queries import preferences
from emporion.kernel.ui.cells import Figure, Link
from emporion.kernel.ui.charts import Heading
from emporion.kernel.ui.links import address_with
from emporion.numbers.planning.pace import Elapsed, Standing
from emporion.numbers.planning.standing import Planned, Standings, progress_of_days

LED = "revenue"
COLUMNS = (
    *("new_customers", "meetings", "win_rate", "average_order", "deals_without_next_step"),
    *("overdue_tasks", "busy_work", "margin"),
)
# Where the name of the metric is too long for the head of a column.
HEADINGS = {
    "deals_without_next_step": gettext_lazy("No next step"),
    "win_rate": gettext_lazy("Conversion"),
}
ON_A_PAGE = 100
# What lies still, and the list in which it stands.
STUCK: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "deals_without_next_step": ("pipeline:list", {"needs": "step"}),
    "overdue_tasks": ("activities:tasks", {"state": "overdue"}),
}
NOBODY = ""  # the row of what nobody sold
PERSON, TEAM, CHANNEL = "person", "team", "channel"
LEVELS = {
    PERSON: gettext_lazy("By person"),
    TEAM: gettext_lazy("By team"),
    CHANNEL: gettext_lazy("By channel"),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """A number with its plan behind a stroke, where there is one."""

    figure: Any
    plan: Any = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person's row."""

    person: Person | None
    bar: Bar
    apart: Bar | None  # plan and fact of other days than the page's
    cells: tuple[Beside, ...]
    numbers: Numbers


class Department:
    """All that the page shows, each part asked once."""

    def __init__(self, asked: Asked, sort: str, level: str = "") -> None:
        self.asked, self.sort = asked, sort
        self.level = level if level in (TEAM, CHANNEL) else PERSON
        self.linking = asked.linking()
        self.columns = [name for name in COLUMNS if may_see(name, asked.viewer)]

    @cached_property
    def by_person(self) -> dict[str, Numbers]:
        """The numbers of each person by code; those of nobody under an empty one."""
        rows = self._rows(self._names, by=("member",))
        return {row["member_id"] or NOBODY: Numbers(row) for row in rows}

    @cached_property
    def signs(self) -> dict[str, Numbers]:
        """What tells who needs help, by code: it reads the whole history, and so is asked apart from the table."""
        return {row["member_id"] or NOBODY: Numbers(row) for row in self._rows(SIGNS, by=("member",))}

    @cached_property
    def whole(self) -> Numbers:
        """The numbers of all together, by the engine: counts of different things are never summed."""
        return Numbers(self._rows(self._names)[0])

    def _rows(self, names: tuple[str, ...], by: tuple[str, ...] = ()) -> Any:
        return page_rows(names, self.asked, by=by)

    @cached_property
    def plans(self) -> Standings:
        """Where the plans stand."""
        rows = [one.row for one in (*self.by_person.values(), self.whole)]
        return standing_plans(self._names, self.asked, rows, paced=LED)

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """Who is on the page, by code."""
        named = {*self.by_person, *(code for _, code in self.plans.people)}
        return people_of(self.asked.viewer, self._day, named)

    @property
    def _day(self) -> date:
        return min(self.asked.span.period.last, self.asked.today)

    @cached_property
    def days(self) -> Elapsed:
        """How far the working days have gone."""
        return progress_of_days(self.asked.span.period, self.asked.today)

    @cached_property
    def rows(self) -> Sequence[PersonRow]:
        """A row for each person, sorted, drawn when it is read; what nobody sold comes last."""
        people = sorted(self.people.values(), key=lambda person: person.name)
        name, descending = self.sort.lstrip("-"), self.sort.startswith("-")
        if name == "person":
            people = people[::-1] if descending else people
        else:
            people = sorted_by(people, lambda person: self._key(person, name), descending=descending)
        return DrawnWhenRead([*people, *self._nobody()], self._row)

    def _key(self, person: Person, name: str) -> Decimal | None:
        numbers = self._numbers_of(person)
        return self._fact(numbers) if name == LED else numbers[name]

    def _nobody(self) -> list[None]:
        numbers = self._numbers_of(None)
        return [None] if any(numbers[name] for name in self._names if is_summed(name)) else []

    def _numbers_of(self, person: Person | None) -> Numbers:
        return self.by_person.get(person.code if person else NOBODY, Numbers({}))

    def _row(self, person: Person | None) -> PersonRow:
        code, numbers = person.code if person else NOBODY, self._numbers_of(person)
        where: dict[str, Any] = {"member": [code or None]}
        planned = self.plans.people.get((LED, code))
        return PersonRow(
            person,
            self._bar(planned, numbers, where),
            self._own_days(planned),
            tuple(
                self._beside(name, numbers, self.plans.people.get((name, code)), where)
                for name in self.columns
            ),
            numbers,
        )

    @property
    def total(self) -> PersonRow:
        """The row of all together."""
        cells = (self._beside(name, self.whole, self.plans.whole.get(name), {}) for name in self.columns)
        apart = self._own_days(self.plans.whole.get(LED))
        return PersonRow(None, self.bar, apart, tuple(cells), self.whole)

    @property
    def adding_up(self) -> list[Line]:
        """How the rows come to the line of all together, where their sum is another number."""
        hidden = [
            numbers for code, numbers in self.by_person.items() if code != NOBODY and code not in self.people
        ]
        shown = [self._numbers_of(person) for person in (*self.people.values(), *self._nobody())]
        return lines(self._names, shown, hidden, self.whole)

    @property
    def _names(self) -> tuple[str, ...]:
        return (LED, *self.columns)

    @cached_property
    def bar(self) -> Bar:
        """Revenue of all together, against its plan where that is of the same days."""
        planned = self.plans.whole.get(LED)
        if planned is not None and self.standing is not None:
            planned = planned._replace(standing=self.standing)
        return self._bar(planned, self.whole, {})

    @cached_property
    def apart(self) -> Apart | None:
        """The plan of those who have one, where it is of other days."""
        return apart_of(LED, self.plans.whole.get(LED), self.asked, self.linking)

    def _bar(self, planned: Planned | None, numbers: Numbers, where: Mapping[str, Any]) -> Bar:
        """Always the fact of the page's days: whoever has a plan of others has it apart."""
        address = self.linking.facts(LED, **where)
        if planned is None or not planned.is_of_period:
            return fact_only(LED, self._fact(numbers), address)
        return replace(bar_of(LED, planned, self.asked.span, address), fact=self._fact(numbers))

    def _fact(self, numbers: Numbers) -> Decimal | None:
        return numbers[LED] if self.asked.is_ahead else numbers[LED] or Decimal(0)

    def _own_days(self, planned: Planned | None) -> Bar | None:
        if planned is None or planned.is_of_period:
            return None
        bar = bar_of(LED, planned, self.asked.span, own_facts(LED, planned, self.linking))
        return replace(bar, days="" if self._one_apart else said_days(planned.days))

    @cached_property
    def _one_apart(self) -> str:
        """The days of all plans that are of other days than the page's, where they are the same."""
        led = [planned for (name, _), planned in self.plans.people.items() if name == LED]
        found = {said_days(planned.days) for planned in led if not planned.is_of_period}
        if len(found) > 1 or (self.apart is not None and {self.apart.bar.days} != found):
            return ""
        return "".join(found)

    @cached_property
    def own_days_heading(self) -> str:
        """The head of the column of plans of other days than the page's; empty where there are none."""
        if self._one_apart:
            return _("Plan of %(days)s") % {"days": self._one_apart}
        drawn = (code for code in [*self.people, NOBODY] if (LED, code) in self.plans.people)
        is_there = (
            any(not self.plans.people[LED, code].is_of_period for code in drawn) or self.apart is not None
        )
        return _("Plan of other days") if is_there else ""

    def _beside(
        self, name: str, numbers: Numbers, planned: Planned | None, where: Mapping[str, Any]
    ) -> Beside:
        plan = None
        if planned is not None and planned.is_of_period:
            plan = Numbers({name: planned.standing.plan}).figure(name)
        return Beside(numbers.figure(name, self.linking.facts(name, **where)), plan)

    @cached_property
    def headings(self) -> list[Heading]:
        """The columns; each sorts."""
        named = [("person", gettext_lazy("Person")), (LED, label_of(LED))]
        named += [(name, HEADINGS.get(name) or label_of(name)) for name in self.columns]
        found = [
            self._heading(name, label, "" if name in ("person", LED) else "end") for name, label in named
        ]
        return [*found[:2], *([Heading(self.own_days_heading)] if self.own_days_heading else []), *found[2:]]

    def _heading(self, name: str, label: Any, css: str) -> Heading:
        current, descending = self.sort.lstrip("-") == name, self.sort.startswith("-")
        turned = name if (name == "person" and not current) or (current and descending) else f"-{name}"
        said = ("descending" if descending else "ascending") if current else ""
        return Heading(label, css, f"?{self._query(sort=turned)}", said)  # type: ignore[arg-type]  # one of three words

    def _query(self, sort: str) -> str:
        return urlencode({"period": self.asked.span.text, "sort": sort})

    @property
    def stuck(self) -> list[dict[str, Any]]:
        """What lies still, counted."""
        return [
            {
                "label": Link(label_of(name), self._list_of(name)),
                "figure": self.whole.figure(name, self.linking.facts(name)),
            }
            for name in STUCK
            if self.whole[name]
        ]

    def _list_of(self, name: str) -> str:
        """The list that shows them as they are now; none of a period that is over."""
        page, choice = STUCK[name]
        return address_with(reverse(page), choice) if self.asked.today in self.asked.span.period else ""

    @cached_property
    def needing(self) -> list[Needing]:
        """Who needs the head of sales, and why: those furthest behind their plan first."""
        below = Decimal(int(preferences()["behind_plan_percent"])) / 100
        by_person: dict[str, list[tuple[str, Planned]]] = defaultdict(list)
        for (name, code), planned in self.plans.people.items():
            by_person[code].append((name, planned))
        behind = {
            code: far for code, plans in by_person.items() if (far := behind_plan(plans, below)) is not None
        }
        people = people_of(self.asked.viewer, self._day, {*self.signs, *behind})
        return needing_of(people.values(), self.signs, behind, self.linking, self.asked.today)

    @cached_property
    def funnels(self) -> list[dict[str, Any]]:
        """The funnel of each pipeline."""
        return funnels(self.asked, self.linking)

    @cached_property
    def standing(self) -> Standing | None:
        """Where the plan of all together stands, where it is of the page's days. Several months close, and should be by
        today, as they do one by one: the same as the page of the business says."""
        planned = self.plans.whole.get(LED)
        if planned is None or not planned.is_of_period:
            return None
        standing = planned.standing
        if len(self.asked.span.period.months()) == 1 or self.asked.span.is_short:
            return standing
        whole = self.levels.whole.standing
        state = standing.state if standing.state == "hopeless" else whole.state
        return replace(
            standing, expected=whole.expected, forecast=whole.forecast, method=whole.method, state=state
        )

    @property
    def of_planned(self) -> Figure | None:
        """What those with a plan brought of it, where others brought something too."""
        return of_planned(LED, self.plans.whole.get(LED), self.linking)

    @cached_property
    def levels(self) -> PlanOfLevels:
        """Plan and fact by team and channel, asked where they are looked at."""
        return PlanOfLevels(self.asked)

    @property
    def level_links(self) -> list[dict[str, Any]]:
        """The levels, each with its address."""
        return [
            {"name": name, "level": "" if level == PERSON else level, "is_current": level == self.level}
            for level, name in LEVELS.items()
        ]

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody and nothing to show."""
        return not self.people and not self.whole[LED]
