"""Plan and fact of revenue by channel, team and month, as pages draw them (PLAN-8)."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.doors.web.panels.multiples import Multiple, scale_of
from emporion.doors.web.panels.plan_fact_rows import PlanFactRow, folded, row_of
from emporion.doors.web.panels.plans import Asked
from emporion.doors.web.panels.wording import span_said, value_label
from emporion.kernel.ui.cells import Figure, Link
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.models.plans import PUBLISHED
from emporion.numbers.planning.plan_fact import PlanFacts
from emporion.numbers.planning.plan_fact_lines import ByChannel, Line

LED = "revenue"
MOST_MULTIPLES = 12


class PlanOfLevels:
    """All levels of revenue in the days of a page, each asked once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.linking = asked.linking()
        self.facts = PlanFacts(
            LED,
            period=asked.span.period,
            today=asked.today,
            viewer=asked.viewer,
            view=asked.knowing.view,
            as_of=asked.knowing.as_of,
        )

    @cached_property
    def whole(self) -> Line:
        """All together."""
        with remembering():
            return self.facts.whole

    @property
    def total(self) -> PlanFactRow:
        """The row of all together; it has a plan only where there is one of all the days."""
        whole = self.whole
        if not self.facts.is_covered:
            standing = replace(whole.standing, plan=None, expected=None, needed_pace=None, state="on_track")
            whole = replace(whole, standing=standing)
        return self._row(whole, _("All together"), address=self.linking.facts(LED))

    def _row(self, line: Line, name: str, *, address: str = "", page: str = "") -> PlanFactRow:
        return row_of(LED, line, name, address=address, page=page, is_ahead=self.asked.is_ahead)

    # Channels

    @cached_property
    def _by_channel(self) -> ByChannel:
        with remembering():
            return self.facts.by_channel

    @property
    def has_channels(self) -> bool:
        """Whether anything is known of any."""
        return bool(self._by_channel.lines) or self._by_channel.rest is not None

    @cached_property
    def channels(self) -> list[PlanFactRow]:
        """A row per channel, then what is in none: they sum to all together."""
        shown, others = folded(self._by_channel.lines, _("other channels"))
        rows = [
            self._row(
                line,
                self._channel_name(line),
                address=self.linking.facts(LED, channel=[line.key]),
                page=self.linking.metric(LED, "month", channel=[line.key]),
            )
            for line in shown
        ]
        if others is not None:
            rows.append(self._row(others, str(others.label)))
        if self._by_channel.rest is not None:
            rows.append(
                self._row(self._by_channel.rest, _("Not assigned to a channel"), address=self._rest_address)
            )
        return rows

    def _channel_name(self, line: Line) -> str:
        return value_label("channel", line.label)

    @property
    def _rest_address(self) -> str:
        codes = [None, *(code for code, _label, _fact in self._by_channel.outside)]
        return self.linking.facts(LED, channel=codes)

    @property
    def outside(self) -> list[dict[str, Any]]:
        """The channels of the facts that the plan does not have: they are in the line of no channel."""
        return [
            {
                "name": value_label("channel", label),
                "figure": Figure(fact, "money", self.linking.facts(LED, channel=[code])),
            }
            for code, label, fact in self._by_channel.outside
        ]

    @property
    def over_lines(self) -> list[dict[str, Any]]:
        """What the channels have above the whole, as a line between them and it."""
        over = self._by_channel.over
        return [{"name": _("Assigned above the whole"), "figure": Figure(-over, "money")}] if over else []

    @property
    def is_by_season(self) -> bool:
        """Whether a channel closes by season and run-rate."""
        return any(line.standing.method == "season" for line in self._by_channel.lines)

    @property
    def matrix_address(self) -> str:
        """Revenue by month and channel."""
        return self.linking.metric(LED, "month", "channel")

    @cached_property
    def multiples(self) -> list[Multiple]:
        """The largest channels, and what is in none."""
        rest = self._by_channel.rest
        lines = [*self._by_channel.lines[:MOST_MULTIPLES], *([rest] if rest and _has_something(rest) else [])]
        if len(self.facts.months) < 2:  # one month is the table above
            return []
        most = scale_of(lines)
        return [self._multiple(line, most, is_rest=line is rest) for line in lines]

    def _multiple(self, line: Line, most: Any, *, is_rest: bool) -> Multiple:
        name = _("Not assigned to a channel") if is_rest else self._channel_name(line)
        outside = [code for code, _label, _fact in self._by_channel.outside] if is_rest else []
        codes = [None, *outside] if is_rest else [line.key]
        return Multiple(
            name=Link(name, "" if is_rest else self.linking.metric(LED, "month", channel=[line.key])),
            title=_("%(name)s by month") % {"name": name},
            line=line,
            labels=[f"{month.start:%Y-%m}" for month in self.facts.months],
            most=most,
            address=lambda label: self.linking.facts(LED, channel=codes, month=[label]),
        )

    # Months and teams

    @cached_property
    def months(self) -> list[PlanFactRow]:
        """A row per month; one that has not begun has no fact."""
        with remembering():
            lines = self.facts.by_month
        return [
            self._row(
                line,
                span_said("month", str(line.key)),
                address=self.linking.facts(LED, month=[str(line.key)]),
                page=self.linking.metric(LED, "channel", month=[str(line.key)]),
            )
            for line in lines
        ]

    @cached_property
    def teams(self) -> list[PlanFactRow]:
        """A row per team."""
        with remembering():
            lines = self.facts.by_team
        return [
            self._row(
                line,
                line.label or _("in no team"),
                address=self.linking.facts(LED, team=[line.key]),
                page=self.linking.metric(LED, "member", team=[line.key]),
            )
            for line in lines
        ]

    # The plan they stand against

    @cached_property
    def plan(self) -> Plan | None:
        """The plan that is in force."""
        found = self.facts.channel_plan
        return found.plan if found is not None else None

    @property
    def plan_link(self) -> Link | None:
        """Its name and page."""
        if self.plan is None:
            return None
        return Link(self.plan.name or self.plan.code, reverse("plans:plan", args=[self.plan.pk]))

    @property
    def is_only_signed(self) -> bool:
        """Whether the plan is signed and nobody has published it yet."""
        return self.plan is not None and self.plan.state != PUBLISHED


def _has_something(line: Line) -> bool:
    return bool(line.standing.plan or line.standing.fact)
