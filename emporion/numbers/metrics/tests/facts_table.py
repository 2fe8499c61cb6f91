"""Facts in memory, for tests of metrics without a store or a database.

facts = FactsTable()
facts.add("order.placed", "2026-01-05", member=1, customer=7, order=1, amount="100.00", quantity=2)
facts.take_back(1)
facts.scan(Period.month(2026, 1)).flow("order.placed")
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import count

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.operations import DatabaseTable, Namespace

from emporion.kernel.ledger.fact import FACT_COLUMNS
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT
from emporion.kernel.money.amounts import amount_units, quantity_units
from emporion.kernel.periods import Period
from emporion.kernel.preferences.definitions import DEFINITIONS, Value
from emporion.numbers.metrics.scan import Codes, Scan

_TEXT = {"kind", "role", "channel", "source", "currency", "credit", "subject_kind", "month"}
_DAYS = {"day", "due_day"}
_SMALL = {"weight", "weight_total", "traits", "rule_version"}
_MOMENTS = {"occurred_at", "recorded_at"}
COLUMNS = (
    "id",
    "recorded_at",
    "subject_kind",
    "subject_id",
    "reverses_id",
    *FACT_COLUMNS,
    "rule_version",
    "month",
)

DIMENSION_COLUMNS: dict[str, tuple[str, ...]] = {
    "members": ("member_id", "code", "team_id", "territory_id", "role", "capacity", "hired_on", "left_on"),
    "customers": (
        *("customer_id", "code", "kind", "city", "region", "country", "segment", "source"),
        *("size_band", "activity_type", "owner_id", "zone_id"),
    ),
    "products": ("product_id", "code", "category_id", "parent_category_id", "launched_on", "new_until"),
    "territories": ("territory_id", "code", "parent_id", "country", "manager_id"),
    "teams": ("team_id", "code", "parent_id"),
    "stages": ("stage_id", "code", "pipeline_id", "position", "outcome", "is_key"),
}
_DIMENSION_DAYS = {"hired_on", "left_on", "launched_on", "new_until"}


def _column_type(name: str) -> pa.DataType:
    if name in _TEXT:
        return pa.string()
    if name in _DAYS:
        return pa.date32()
    if name in _MOMENTS:
        return pa.timestamp("us", "UTC")
    return pa.int32() if name in _SMALL else pa.int64()


def _dimension_type(name: str) -> pa.DataType:
    if name in _DIMENSION_DAYS:
        return pa.date32()
    if name == "is_key":
        return pa.bool_()
    return pa.int64() if name.endswith("_id") or name in {"capacity", "position"} else pa.string()


_SUBJECT_NOUNS = {
    "order_id": {"order", "payment", "invoice"},
    "deal_id": {"deal", "stage", "pipeline"},
    "customer_id": {"base"},
}


def _dimension_schema(name: str) -> pa.Schema:
    return pa.schema([(column, _dimension_type(column)) for column in DIMENSION_COLUMNS[name]])


FACTS_SCHEMA = pa.schema([(name, _column_type(name)) for name in COLUMNS])


class FactsTable:
    """A ledger in memory: rows are only added; its own view of itself can be asked like the store's."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self._dimensions: dict[str, list[dict[str, object]]] = {name: [] for name in DIMENSION_COLUMNS}
        self._ids = count(1)
        self._subjects = count(1_000_001)

    def add(
        self,
        kind: str,
        day: str | date,
        *,
        amount: str | int | Decimal = 0,
        cost: str | int | Decimal = 0,
        quantity: str | int | Decimal = 1,
        subject: tuple[str, int] | None = None,
        traits: int = 0,
        due: str | date | None = None,
        **columns: object,
    ) -> int:
        """Adds one row and gives its id. `member=1` means `member_id=1`; amounts and quantities are decimals."""
        named = {_long_name(name): value for name, value in columns.items()}
        row: dict[str, object] = dict.fromkeys(COLUMNS) | {
            "minutes": 0,
            "weight": 1,
            "weight_total": 1,
            "credit": CREDIT_DIRECT,
            "rule_version": 1,
            **named,
            "id": next(self._ids),
            "kind": kind,
            "day": _day(day),
            "due_day": _day(due) if due else None,
            "recorded_at": datetime(2030, 1, 1, tzinfo=UTC),
            "amount": amount_units(Decimal(amount)),
            "cost": amount_units(Decimal(cost)),
            "quantity": quantity_units(Decimal(quantity)),
            "traits": int(traits),
        }
        row["subject_kind"], row["subject_id"] = subject or self._subject_of(kind, named)
        row["month"] = f"{row['day']:%Y-%m}"
        self.rows.append(row)
        return int(str(row["id"]))

    def take_back(self, fact_id: int) -> int:
        """Adds the reversal of a row and gives its id: every dimension the same, every measure the other way."""
        row = dict(self.rows[fact_id - 1])
        for measure in ("quantity", "amount", "cost", "minutes"):
            row[measure] = -int(str(row[measure]))
        row |= {"id": next(self._ids), "reverses_id": fact_id}
        self.rows.append(row)
        return int(str(row["id"]))

    def describe(self, dimension: str, **columns: object) -> None:
        """Adds a row to a dimension table, for example `describe("customers", customer_id=7, city="Athens")`."""
        unknown = set(columns) - set(DIMENSION_COLUMNS[dimension])
        assert not unknown, f"{dimension} has no {unknown}"
        key = DIMENSION_COLUMNS[dimension][0]
        row = {"code": f"{key.removesuffix('_id')}-{columns[key]}"} | columns
        self._dimensions[dimension].append(row)

    def view(self, as_of: int | None = None) -> "MemoryView":
        """The rows so far (up to a watermark), as the engine reads them."""
        rows = [row for row in self.rows if as_of is None or int(str(row["id"])) <= as_of]
        return MemoryView(rows, self._dimensions)

    def scan(
        self,
        period: Period,
        *,
        settings: Mapping[str, Value] | None = None,
        only: Mapping[str, Codes] | None = None,
        credit_kinds: tuple[str, ...] = (CREDIT_DIRECT,),
    ) -> Scan:
        """A scan over the rows so far, with default settings where none are given."""
        view = self.view()
        return Scan(
            read=view.read,
            period=period,
            settings=default_settings() | dict(settings or {}),
            dimensions=_Lazy(view),
            latest_day=view.latest_day,
            credit_kinds=credit_kinds,
            only=only or {},
        )

    def _subject_of(self, kind: str, named: Mapping[str, object]) -> tuple[str, int]:
        noun = kind.split(".", maxsplit=1)[0]
        for column, nouns in _SUBJECT_NOUNS.items():
            if noun in nouns and named.get(column):
                return column.removesuffix("_id"), int(str(named[column]))
        return noun, next(self._subjects)


class MemoryView:
    """A FactView over rows in memory, in a DuckDB of its own."""

    def __init__(
        self, rows: list[dict[str, object]], dimensions: Mapping[str, list[dict[str, object]]] | None = None
    ) -> None:
        self._rows = pa.Table.from_pylist(rows, schema=FACTS_SCHEMA)
        self._dimension_rows = dimensions or {}
        self._spans: set[str] = set()

    @cached_property
    def backend(self) -> Backend:
        """The engine, with the facts and the dimensions in it."""
        connection = duckdb.connect()
        connection.register("facts", self._rows)
        for name in DIMENSION_COLUMNS:
            rows = list(self._dimension_rows.get(name, ()))
            connection.register(name, pa.Table.from_pylist(rows, schema=_dimension_schema(name)))
        return ibis.duckdb.from_connection(connection)

    def read(self, start: date | None, end: date | None) -> ibis.Table:
        name = f"facts_{start}_{end}"
        if name not in self._spans:
            conditions = [f"day >= DATE '{start}'"] * bool(start) + [f"day < DATE '{end}'"] * bool(end)
            where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
            self.backend.con.execute(f'CREATE VIEW "{name}" AS SELECT * FROM facts {where}')
            self._spans.add(name)
        return self._table(name, FACTS_SCHEMA)

    def dimension(self, name: str) -> ibis.Table:
        return self._table(name, _dimension_schema(name))

    def latest_day(self) -> date | None:
        days = self._rows["day"].to_pylist()
        return max(days) if days else None

    def run(self, sql: str) -> pa.Table:
        return self.backend.con.sql(sql).to_arrow_table()

    def _table(self, name: str, schema: pa.Schema) -> ibis.Table:
        """Without asking DuckDB what is in it: Ibis does that in a way that DuckDB warns of."""
        known = ibis.Schema.from_pyarrow(schema)
        return DatabaseTable(name, schema=known, source=self.backend, namespace=Namespace()).to_expr()


class _Lazy(Mapping[str, ibis.Table]):
    def __init__(self, view: MemoryView) -> None:
        self._view = view

    def __getitem__(self, name: str) -> ibis.Table:
        return self._view.dimension(name)

    def __iter__(self) -> Iterator[str]:
        return iter(DIMENSION_COLUMNS)

    def __len__(self) -> int:
        return len(DIMENSION_COLUMNS)


def default_settings() -> dict[str, Value]:
    """Every setting as the product ships it."""
    return {name: definition.default for name, definition in DEFINITIONS.items()}


def _long_name(name: str) -> str:
    return name if name in COLUMNS else f"{name}_id"


def _day(day: str | date) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)
