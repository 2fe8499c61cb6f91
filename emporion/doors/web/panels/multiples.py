"""Small multiples: the months of each channel, fact and plan, all drawn on one scale, with a table behind each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from emporion.doors.web.panels.wording import span_said
from emporion.kernel.ui.cells import Cell, Figure
from emporion.kernel.ui.charts import SPARK_HEIGHT, SPARK_WIDTH, Drawn, Heading, Table
from emporion.numbers.planning.plan_fact_lines import Line

Mark = dict[str, str]
Address = Callable[[str], str]


@dataclass(frozen=True)
class Multiple:
    """One of them. `labels` are the months; `address` gives that of the facts of one."""

    name: Cell
    title: str
    line: Line
    labels: Sequence[str]
    most: Decimal
    address: Address

    @property
    def viewbox(self) -> str:
        """The space it is drawn in."""
        return f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}"

    @cached_property
    def bars(self) -> list[Mark]:
        """What each month brought, from the ground up."""
        return [self._bar(place) for place, label in enumerate(self.labels) if self.line.facts.get(label)]

    @cached_property
    def ticks(self) -> list[Mark]:
        """Where the plan of each month stands."""
        step = self._step
        return [
            {
                "x": _place(step * place),
                "y": _place(min(self._y(self.line.plans[label]), Decimal(SPARK_HEIGHT) - 1)),
                "width": _place(step * Decimal("0.8")),
            }
            for place, label in enumerate(self.labels)
            if self.line.plans.get(label)
        ]

    def _bar(self, place: int) -> Mark:
        top = self._y(self.line.facts[self.labels[place]])
        return {
            "x": _place(self._step * place),
            "y": _place(top),
            "width": _place(self._step * Decimal("0.8")),
            "height": _place(SPARK_HEIGHT - top),
        }

    @property
    def _step(self) -> Decimal:
        return Decimal(SPARK_WIDTH) / max(len(self.labels), 1)

    def _y(self, value: Decimal) -> Decimal:
        return SPARK_HEIGHT - min(max(value, Decimal(0)) / self.most, Decimal(1)) * SPARK_HEIGHT

    @property
    def table(self) -> Table:
        """The same numbers: a month that has not begun has no fact."""
        headings = [
            Heading(_("Month")),
            *(Heading(one, "end") for one in (_("Fact"), _("Plan"), _("Forecast of the close"))),
        ]
        rows = [
            [
                Drawn(span_said("month", label)),
                self._figure(self.line.facts.get(label), self.address(label)),
                self._figure(self.line.plans.get(label)),
                self._figure(self.line.closes.get(label)),
            ]
            for label in self.labels
        ]
        return Table(self.title, headings, rows)

    @staticmethod
    def _figure(value: Decimal | None, address: str = "") -> Drawn:
        return Drawn(Figure(value, "money", address), "end")


def scale_of(lines: Sequence[Line]) -> Decimal:
    """The largest fact or plan of a month among them; one where there is none."""
    known = [value for line in lines for value in (*line.facts.values(), *line.plans.values())]
    return max(known, default=Decimal(0)) or Decimal(1)


def _place(value: Decimal) -> str:
    return f"{value:.2f}"
