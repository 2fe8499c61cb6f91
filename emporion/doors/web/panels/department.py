"""Department: plan and fact by person, what is stuck, the funnel, who needs the head of sales."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from emporion.doors.web.panels.answers import Numbers, may_see
from emporion.doors.web.panels.asking import page_rows
from emporion.doors.web.panels.funnel import funnels
from emporion.doors.web.panels.people import Person, people_of
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
from emporion.kernel.ui.cells import Figure, Link
from emporion.kernel.ui.charts import Heading
from emporion.kernel.ui.formats import number, share
from emporion.kernel.ui.links import address_with
from emporion.numbers.planning.pace import Elapsed, Standing
from emporion.numbers.planning.rules import needs_attention
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
SIGNS = ("saturation", "busy_work", "fading_customers", "deals_without_next_step")
ON_A_PAGE = 100
MOST_NEEDING = 10
# What lies still, and the list in which it stands.
STUCK: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "deals_without_next_step": ("pipeline:list", {"needs": "step"}),
    "overdue_tasks": ("activities:tasks", {"state": "overdue"}),
}
NOBODY = ""  # the row of what nobody sold


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

    def __init__(self, asked: Asked, sort: str) -> None:
        self.asked, self.sort = asked, sort
        self.linking = asked.linking()
        self.columns = [name for name in COLUMNS if may_see(name, asked.viewer)]

    @cached_property
    def by_person(self) -> dict[str, Numbers]:
        """The numbers of each person by code; those of nobody under an empty one."""
        rows = self._rows((LED, *self.columns), by=("member",))
        return {row["member_id"] or NOBODY: Numbers(row) for row in rows}

    @cached_property
    def signs(self) -> dict[str, Numbers]:
        """What tells who needs help, by code: it reads the whole history, and so is asked apart from the table."""
        return {row["member_id"] or NOBODY: Numbers(row) for row in self._rows(SIGNS, by=("member",))}

    @cached_property
    def whole(self) -> Numbers:
        """The numbers of all together, by the engine: counts of different things are never summed."""
        return Numbers(self._rows((LED, *self.columns))[0])

    def _rows(self, names: tuple[str, ...], by: tuple[str, ...] = ()) -> Any:
        return page_rows(names, self.asked, by=by)

    @cached_property
    def plans(self) -> Standings:
        """Where the plans stand."""
        rows = [one.row for one in (*self.by_person.values(), self.whole)]
        return standing_plans((LED, *self.columns), self.asked, rows, paced=LED)

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
    def rows(self) -> list[PersonRow]:
        """A row for each person, sorted; what nobody sold comes last."""
        rows = [self._row(person) for person in self.people.values()]
        rows.sort(key=lambda row: row.person.name if row.person else "")
        name, descending = self.sort.lstrip("-"), self.sort.startswith("-")
        if name == "person":
            return (rows[::-1] if descending else rows) + self._nobody()
        return _sorted(rows, name, descending=descending) + self._nobody()

    def _nobody(self) -> list[PersonRow]:
        if NOBODY not in self.by_person or not self.by_person[NOBODY][LED]:
            return []
        return [self._row(None)]

    def _row(self, person: Person | None) -> PersonRow:
        code = person.code if person else NOBODY
        numbers = self.by_person.get(code, Numbers({}))
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

    @cached_property
    def bar(self) -> Bar:
        """Revenue of all together, against its plan where that is of the same days."""
        return self._bar(self.plans.whole.get(LED), self.whole, {})

    @cached_property
    def apart(self) -> Apart | None:
        """The plan of those who have one, where it is of other days."""
        return apart_of(LED, self.plans.whole.get(LED), self.asked, self.linking)

    def _bar(self, planned: Planned | None, numbers: Numbers, where: Mapping[str, Any]) -> Bar:
        """Always the fact of the page's days: whoever has a plan of others has it apart."""
        address = self.linking.facts(LED, **where)
        fact = numbers[LED] if self.asked.is_ahead else numbers[LED] or Decimal(0)
        if planned is None or not planned.is_of_period:
            return fact_only(LED, fact, address)
        return replace(bar_of(LED, planned, self.asked.span, address), fact=fact)

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

    @property
    def own_days_heading(self) -> str:
        """The head of the column of plans of other days than the page's; empty where there are none."""
        if self._one_apart:
            return _("Plan of %(days)s") % {"days": self._one_apart}
        is_there = any(row.apart for row in self.rows) or self.apart is not None
        return _("Plan of other days") if is_there else ""

    def _beside(
        self, name: str, numbers: Numbers, planned: Planned | None, where: Mapping[str, Any]
    ) -> Beside:
        plan = None
        if planned is not None and planned.is_of_period:
            plan = Numbers({name: planned.standing.plan}).figure(name)
        return Beside(numbers.figure(name, self.linking.facts(name, **where)), plan)

    @property
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

    @property
    def needing(self) -> list[dict[str, Any]]:
        """Who needs the head of sales, and why: those with the most signs first."""
        found: list[dict[str, Any]] = []
        people = people_of(self.asked.viewer, self._day, self.signs)
        for person in people.values():
            numbers = self.signs.get(person.code, Numbers({}))
            signs = [
                {"said": _said(sign, numbers), "address": self.linking.facts(sign, member=person.code)}
                for sign in needs_attention(numbers.row)
            ]
            if signs:
                found.append({"person": person, "signs": signs})
        found.sort(key=lambda one: len(one["signs"]), reverse=True)
        return found[:MOST_NEEDING]

    @cached_property
    def funnels(self) -> list[dict[str, Any]]:
        """The funnel of each pipeline."""
        return funnels(self.asked, self.linking)

    @property
    def standing(self) -> Standing | None:
        """Where the plan of all together stands, where it is of the page's days."""
        planned = self.plans.whole.get(LED)
        return planned.standing if planned and planned.is_of_period else None

    @property
    def of_planned(self) -> Figure | None:
        """What those with a plan brought of it, where others brought something too."""
        return of_planned(LED, self.plans.whole.get(LED), self.linking)

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody and nothing to show."""
        return not self.people and not self.whole[LED]


def _sorted(rows: list[PersonRow], name: str, *, descending: bool) -> list[PersonRow]:
    known = [row for row in rows if _key(row, name) is not None]
    unknown = [row for row in rows if _key(row, name) is None]
    return sorted(known, key=lambda row: _key(row, name) or Decimal(0), reverse=descending) + unknown


def _key(row: PersonRow, name: str) -> Decimal | None:
    return row.bar.fact if name == LED else row.numbers[name]


def _said(sign: str, numbers: Numbers) -> str:
    value = numbers[sign] or Decimal(0)
    if sign == "saturation":
        return _("hands are full: customers at capacity, or hardly any contacts of their own accord")
    if sign == "busy_work":
        return _("much work without progress: busy-work index %(index)s") % {"index": share(value, 0)}
    many = int(value)
    if sign == "fading_customers":
        return ngettext("%(many)s customer is fading", "%(many)s customers are fading", many) % {
            "many": number(many)
        }
    return ngettext("%(many)s deal has no next step", "%(many)s deals have no next step", many) % {
        "many": number(many)
    }
