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

from emporion.doors.web.panels.answers import Numbers, may_see, rows_of
from emporion.doors.web.panels.funnel import funnels
from emporion.doors.web.panels.people import Person, people_of
from emporion.doors.web.panels.plans import Asked, Bar, bar_of, fact_only, standing_plans
from emporion.doors.web.panels.questions import Linking
from emporion.doors.web.panels.wording import label_of
from emporion.kernel.ui.cells import Link
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
    cells: tuple[Beside, ...]
    numbers: Numbers


class Department:
    """All that the page shows, each part asked once."""

    def __init__(self, asked: Asked, sort: str) -> None:
        self.asked, self.sort = asked, sort
        self.linking = Linking(asked.span, asked.knowing)
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
        return rows_of(
            names,
            by=by,
            period=self.asked.span.period,
            viewer=self.asked.viewer,
            knowing=self.asked.knowing,
        )

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
            self._own_bar(planned, numbers, where),
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
        return PersonRow(None, replace(self.bar, days=""), tuple(cells), self.whole)

    @cached_property
    def bar(self) -> Bar:
        """Revenue of all together against its plan."""
        return self._bar(self.plans.whole.get(LED), self.whole, {})

    def _bar(self, planned: Planned | None, numbers: Numbers, where: Mapping[str, Any]) -> Bar:
        if planned is None:
            return fact_only(LED, numbers[LED] or Decimal(0), self.linking.facts(LED, **where))
        return bar_of(
            LED, planned, self.asked.span, self.linking.facts(LED, period=_days_of(planned), **where)
        )

    def _own_bar(self, planned: Planned | None, numbers: Numbers, where: Mapping[str, Any]) -> Bar:
        """A person's bar; the days of the plan are told only where they are not those of the head of the page."""
        bar = self._bar(planned, numbers, where)
        return replace(bar, days="") if bar.days == self.bar.days else bar

    def _beside(
        self, name: str, numbers: Numbers, planned: Planned | None, where: Mapping[str, Any]
    ) -> Beside:
        plan = None
        if planned is not None and planned.days == self.asked.span.period:
            plan = Numbers({name: planned.standing.plan}).figure(name)
        return Beside(numbers.figure(name, self.linking.facts(name, **where)), plan)

    @property
    def headings(self) -> list[Heading]:
        """The columns; each sorts."""
        named = [("person", gettext_lazy("Person")), (LED, label_of(LED))]
        named += [(name, HEADINGS.get(name) or label_of(name)) for name in self.columns]
        return [self._heading(name, label, "" if name in ("person", LED) else "end") for name, label in named]

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
        """Where the plan of all together stands."""
        planned = self.plans.whole.get(LED)
        return planned.standing if planned else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody and nothing to show."""
        return not self.people and not self.whole[LED]


def _days_of(planned: Planned) -> str:
    return str(planned.days)


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
