"""What a question may read: the store's facts, as metrics see them."""

from collections.abc import Iterator, Mapping
from datetime import date

import ibis
import pyarrow as pa

from emporion.kernel.ledger.closing import closing_watermark
from emporion.kernel.periods import Period
from emporion.kernel.preferences.definitions import Value
from emporion.numbers.metrics.engine.remembering import remembered
from emporion.numbers.metrics.engine.resolving import Resolved
from emporion.numbers.metrics.scan import Scan, Tables, View
from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store.reading import FactReader, open_facts


class StoredFacts:
    """The store's snapshot of the ledger, asked in SQL."""

    def __init__(self, reader: FactReader) -> None:
        self._reader = reader

    def read(self, start: date | None, end: date | None) -> ibis.Table:
        """Facts of a span of days."""
        return self._reader.read(start, end)

    def dimension(self, name: str) -> ibis.Table:
        """A dimension table by name."""
        return self._reader.dimension(name)

    def latest_day(self) -> date | None:
        """The last day that has a fact."""
        return self._reader.latest_day()

    def run(self, sql: str) -> pa.Table:
        """The answer to SQL over the tables above."""
        return remembered(sql, lambda text: duck.cursor().sql(text).to_arrow_table())


def stored_facts(period: Period, *, as_of: int | None, view: View) -> StoredFacts:
    """The facts by which a period is measured. A period that was closed is seen as it was known then, in all that it
    reads: a cancellation learnt since must not make its first order another one."""
    known = as_of
    if known is None and view == "closed":
        known = closing_watermark(period.last)
    return StoredFacts(open_facts(as_of=known, view=view))


def scan_of(asked: Resolved, facts: Tables, settings: Mapping[str, Value]) -> Scan:
    """What the metrics of that question may read."""
    return Scan(
        read=facts.read,
        period=asked.period,
        settings=settings,
        dimensions=_Dimensions(facts),
        latest_day=facts.latest_day,
        credit_kinds=asked.credit_kinds,
        only=asked.only,
    )


class _Dimensions(Mapping[str, ibis.Table]):
    """Dimension tables, each brought up to date only when a metric reads it."""

    def __init__(self, facts: Tables) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> ibis.Table:
        return self._facts.dimension(name)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("dimension tables are read by name")

    def __len__(self) -> int:
        raise TypeError("dimension tables are read by name")
