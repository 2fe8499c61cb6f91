"""Questions over N facts, in a process of its own: `python -m benchmarks.questions FACTS` prints its findings as JSON.

EMPORION_HOME must be an empty folder.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import count

import duckdb
import pyarrow as pa

from benchmarks.finding import Finding, median, milliseconds, percentile_95
from emporion.doors.terminal.readiness import ensure_ready

TIMES = 9
PEOPLE = 40
DEPARTMENT = (
    *("revenue", "orders", "average_order", "units", "margin", "calls", "meetings", "messages"),
    *("contracts", "contract_value", "deals_won", "collected"),
)


def main(facts: int) -> None:
    """Builds the firm, asks, and prints what was found."""
    ensure_ready()
    from benchmarks.firm import build

    built = milliseconds(lambda: build(facts))
    findings = [
        Finding(f"{facts:,} facts made", built / 1000, "s"),
        *against_hand_written_sql(facts),
        *panels(facts),
        *department(facts),
    ]
    sys.stdout.write(json.dumps([finding.as_json() for finding in findings]) + "\n")


def against_hand_written_sql(facts: int) -> Iterator[Finding]:
    """Each question by `measure` and by the SQL somebody would write for it over the same files, in turns."""
    for name, (asked, sql) in _comparisons().items():
        ours, theirs = [], []
        by_hand = _by_hand(sql)
        differs = "" if _sum_of(asked()) == _sum_of(by_hand()) else "the answers differ"
        for _ in range(TIMES):
            ours.append(milliseconds(asked))
            theirs.append(milliseconds(by_hand))
        note = f"{median(ours):.0f} ms against {median(theirs):.0f} ms {differs}".strip()
        yield Finding(
            f"{facts:,}: measure against SQL, {name}", median(ours) / median(theirs), "×", 1.25, note=note
        )


def _comparisons() -> dict[str, tuple[Callable[[], pa.Table], str]]:
    sales = "kind IN ('order.placed', 'order.cancelled', 'order.returned') AND traits & 128 = 0"
    direct, quarter = "credit = 'direct'", "day >= DATE '2025-04-01' AND day < DATE '2025-07-01'"
    return {
        "revenue by team, 24 months": (
            lambda: _measure(["revenue"], ["team"], *WHOLE),
            f"SELECT team_id, sum(amount) AS revenue FROM facts WHERE {sales} AND {direct} GROUP BY 1",
        ),
        "revenue by person, a quarter": (
            lambda: _measure(["revenue"], ["member"], date(2025, 4, 1), date(2025, 6, 30)),
            f"SELECT member_id, sum(amount) AS revenue FROM facts WHERE {sales} AND {direct} AND {quarter} GROUP BY 1",
        ),
        "revenue, units, margin, collected by month": (
            lambda: _measure(["revenue", "units", "margin", "collected"], ["month"], *WHOLE),
            f"""SELECT month, sum(amount) FILTER ({sales}) AS revenue, sum(quantity) FILTER ({sales}),
                sum(amount) FILTER ({sales}) - sum(cost) FILTER ({sales}),
                sum(amount) FILTER (kind = 'payment.received')
                FROM facts WHERE {direct} AND (kind LIKE 'order.%' OR kind = 'payment.received') GROUP BY 1""",
        ),
        "customers buying by zone, 24 months": (
            lambda: _measure(["revenue", "customers_buying"], ["territory"], *WHOLE),
            f"""SELECT territory_id, sum(amount)::HUGEINT AS revenue, count(*) FILTER (quantity > 0) FROM (
                SELECT territory_id, customer_id, sum(amount) AS amount, sum(quantity) AS quantity
                FROM facts WHERE {sales} AND {direct} GROUP BY 1, 2) GROUP BY 1""",
        ),
    }


WHOLE = (date(2024, 1, 1), date(2025, 12, 31))


def _measure(names: Sequence[str], by: Sequence[str], first: date, last: date, **where: object) -> pa.Table:
    from emporion.kernel.access.viewer import SYSTEM
    from emporion.kernel.periods import Period
    from emporion.numbers.metrics.engine import measure

    return measure(names, by=by, period=Period.inclusive(first, last), where=where, viewer=SYSTEM)


def _by_hand(sql: str) -> Callable[[], pa.Table]:
    """The SQL in a DuckDB with the product's own limits, which also knows the files' footers by heart."""
    from django.conf import settings

    from emporion.numbers.metrics.store.snapshot import current_snapshot

    database = duckdb.connect(
        config={"memory_limit": settings.DUCKDB_MEMORY, "threads": settings.DUCKDB_THREADS}
    )
    database.execute("SET parquet_metadata_cache = true")
    files = [file.path for file in current_snapshot().files]
    database.execute(f"CREATE VIEW facts AS SELECT * FROM read_parquet({files}, hive_partitioning = false)")
    return lambda: database.sql(sql).to_arrow_table()


def _sum_of(answer: pa.Table) -> int:
    """The revenue of all rows, in ten-thousandths: sums of the files are whole numbers, answers have four places."""
    revenue = answer["revenue"]
    places = getattr(revenue.type, "scale", 0)
    return sum(int(value.scaleb(places)) if places else int(value) for value in revenue.to_pylist())


def panels(facts: int) -> Iterator[Finding]:
    """One person's numbers: everyone asked for is another person, as on a morning."""
    names = _metrics_of_a_person()
    people = count(17, 113)

    def ask(first: date, last: date, asked: Sequence[str]) -> list[float]:
        def once() -> object:
            return _measure(asked, [], first, last, member=f"M{next(people) % 5000 + 1}")

        once()
        return [milliseconds(once) for _ in range(PEOPLE)]

    simple = [name for name in DEPARTMENT if name in names]
    for what, budget, span, asked in (
        (f"one person, 24 months, all {len(names)} metrics, p95", 60, WHOLE, names),
        (f"one person, 24 months, {len(simple)} metrics, p95", 60, WHOLE, simple),
        (
            f"one person, the last month, {len(simple)} metrics, p95",
            None,
            (date(2025, 12, 1), WHOLE[1]),
            simple,
        ),
    ):
        times = ask(*span, asked)
        yield Finding(
            f"{facts:,}: {what}", percentile_95(times), "ms", budget, note=f"median {median(times):.0f} ms"
        )
    yield Finding(f"{facts:,}: the slowest of these metrics alone, one person", *_slowest(names))


def _slowest(names: Sequence[str]) -> tuple[float, str, None, bool, str]:
    alone = {}
    for name in names:
        times = [milliseconds(lambda name=name: _measure([name], [], *WHOLE, member="M7")) for _ in range(4)]  # type: ignore[misc]
        alone[name] = median(times[1:])
    slowest = sorted(alone, key=lambda name: -alone[name])
    return (
        alone[slowest[0]],
        "ms",
        None,
        False,
        ", ".join(f"{name} {alone[name]:.0f}" for name in slowest[:12]),
    )


def _metrics_of_a_person() -> list[str]:
    """All metrics that the spec defines; those of plans are asked of the database, not of the facts."""
    from emporion.numbers.metrics.registry import all_metrics
    from emporion.numbers.metrics.shape import Evaluated

    return [metric.name for metric in all_metrics() if not isinstance(metric.shape, Evaluated)]


def department(facts: int) -> Iterator[Finding]:
    """All people's month at once."""
    months = [(date(2024 + n // 12, n % 12 + 1, 1), date(2024 + n // 12, n % 12 + 1, 28)) for n in range(24)]
    _measure(DEPARTMENT, ["member"], *months[0])
    times = [milliseconds(lambda span=span: _measure(DEPARTMENT, ["member"], *span)) for span in months]  # type: ignore[misc]
    yield Finding(
        f"{facts:,}: department, 5,000 people, a month, {len(DEPARTMENT)} metrics, p95",
        percentile_95(times),
        "ms",
        150,
        note=f"median {median(times):.0f} ms",
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")
    main(int(sys.argv[1]))
