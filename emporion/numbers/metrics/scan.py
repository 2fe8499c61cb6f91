"""What a metric may read: facts as of one watermark, small dimension tables, and what was asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, Protocol

import ibis
import pyarrow as pa

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT
from emporion.kernel.periods import DAY, Period
from emporion.kernel.preferences.definitions import Value

Codes = tuple[int | str | None, ...]
View = Literal["closed", "now"]


class Tables(Protocol):
    """One consistent snapshot of the ledger, as of a watermark, as tables for expressions."""

    def read(self, start: date | None, end: date | None) -> ibis.Table:
        """Facts with start <= day < end (None: without that border), all columns of the ledger and `month`."""

    def dimension(self, name: str) -> ibis.Table:
        """A dimension table by name, for example `customers`: ids and codes only."""

    def latest_day(self) -> date | None:
        """The last day that has a fact; None when there is none."""


class FactView(Tables, Protocol):
    """A snapshot that answers: what the store gives to the engine."""

    def run(self, sql: str) -> pa.Table:
        """The answer to SQL over the tables above, by their names."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of the engine, for a metric that a part above computes. `where` is as it was given; `only` is
    the same as values of the facts' own columns."""

    by: tuple[str, ...]
    period: Period
    where: Mapping[str, object]
    as_of: int | None
    view: View
    viewer: Viewer
    only: Mapping[str, Codes]


@dataclass(frozen=True)
class Scan:
    """Facts as one question sees them. `read` and `history` are the whole company's; `flow`, `upto` and `ever` are
    the counted facts, already limited to the asked credit and to `only`, and so may serve as rows of a result."""

    read: Callable[[date | None, date | None], ibis.Table]
    period: Period
    settings: Mapping[str, Value]
    dimensions: Mapping[str, ibis.Table]
    latest_day: Callable[[], date | None]
    credit_kinds: tuple[str, ...] = (CREDIT_DIRECT,)
    only: Mapping[str, Codes] = field(default_factory=dict)

    def flow(self, *kinds: str) -> ibis.Table:
        """Counted facts of the period."""
        return self._counted(self.read(self.period.start, self.period.end), kinds)

    def upto(self, *kinds: str) -> ibis.Table:
        """Counted facts up to and including the period's last day: what a state is the running sum of."""
        return self._counted(self.read(None, self.period.end), kinds)

    def ever(self, *kinds: str) -> ibis.Table:
        """Counted facts of all days, those after the period too."""
        return self._counted(self.read(None, None), kinds)

    def history(self, *kinds: str) -> ibis.Table:
        """The company's facts up to and including the period's last day, whoever did them: direct credit."""
        return self._of_kinds(self.read(None, self.period.end), kinds, (CREDIT_DIRECT,))

    def whole_history(self, *kinds: str) -> ibis.Table:
        """The company's facts of all days, whoever did them: direct credit."""
        return self._of_kinds(self.read(None, None), kinds, (CREDIT_DIRECT,))

    def number(self, setting: str) -> int:
        """A setting that is a whole number."""
        return int(self.settings[setting])

    @cached_property
    def today(self) -> date:
        """The last day that anything is known of: that of the latest fact, or the period's last, if that is later."""
        latest = self.latest_day()
        return max(latest, self.period.end - DAY) if latest else self.period.end - DAY

    def _counted(self, facts: ibis.Table, kinds: tuple[str, ...]) -> ibis.Table:
        return narrowed(self._of_kinds(facts, kinds, self.credit_kinds), self.only)

    @staticmethod
    def _of_kinds(facts: ibis.Table, kinds: tuple[str, ...], credit_kinds: tuple[str, ...]) -> ibis.Table:
        return narrowed(facts, {"kind": kinds, "credit": credit_kinds})


def narrowed(rows: ibis.Table, only: Mapping[str, Codes]) -> ibis.Table:
    """Those rows whose columns have one of the values; None stands for an empty one. Columns not there are left."""
    conditions = [one_of(rows[column], values) for column, values in only.items() if column in rows.columns]
    return rows.filter(conditions) if conditions else rows


def one_of(column: ibis.Value, values: Sequence[int | str | date | None]) -> ibis.expr.types.BooleanValue:
    """Whether a column has one of the values; None stands for an empty one."""
    known = [value for value in values if value is not None]
    condition = column == known[0] if len(known) == 1 else column.isin(known)
    return condition | column.isnull() if None in values else condition
