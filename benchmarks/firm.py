"""A made-up firm of 5,000 people, and N facts of 24 months of theirs straight into the files of the store.

Everything follows from the number of a fact by a hash: the same N is the same firm, on every machine.
"""

from datetime import UTC, date, datetime
from itertools import pairwise

import duckdb
from deltalake import DeltaTable, write_deltalake

from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.ledger.models import LedgerFact
from emporion.numbers.metrics.store import making
from emporion.numbers.metrics.store.columns import CLUSTERED_BY, MONTH, PARTITION, stored_schema
from emporion.numbers.metrics.store.layout import make_current
from emporion.numbers.metrics.store.ledger_state import mark_of
from emporion.records.catalog.models import Category, Product
from emporion.records.customers.models import Customer, CustomerOwner
from emporion.records.pipeline.models import Pipeline, Stage
from emporion.records.team.models import Member, Place, Team, Territory

MEMBERS, TEAMS, ZONES, PRODUCTS, STAGES, DAYS = 5_000, 200, 50, 500, 6, 730
FIRST_DAY = date(2024, 1, 1)
FACTS_A_CUSTOMER = 50
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def build(facts: int) -> None:
    """Records and facts, in an empty installation."""
    begin_epoch(base_currency="EUR")
    people()
    _things(customers_of(facts))
    write_facts(facts)


def customers_of(facts: int) -> int:
    """How many customers there are: the same number for everyone."""
    return max(facts // FACTS_A_CUSTOMER // MEMBERS, 1) * MEMBERS


def people() -> None:
    """Everyone, their teams and zones."""
    Team.objects.bulk_create([Team(code=f"T{n}", name=f"Team {n}") for n in range(1, TEAMS + 1)])
    Territory.objects.bulk_create([Territory(code=f"Z{n}", name=f"Zone {n}") for n in range(1, ZONES + 1)])
    Member.objects.bulk_create([Member(code=f"M{n}", name=f"Person {n}") for n in range(1, MEMBERS + 1)])
    Place.objects.bulk_create(
        [
            Place(
                member_id=n,
                starts_on=FIRST_DAY,
                team_id=n % TEAMS + 1,
                role="closer",
                territory_id=n % ZONES + 1,
                capacity=100,
            )
            for n in range(1, MEMBERS + 1)
        ],
        batch_size=1_000,
    )


def _things(customers: int) -> None:
    Category.objects.bulk_create([Category(code=f"C{n}") for n in range(1, 11)])
    Product.objects.bulk_create(
        [Product(code=f"P{n}", category_id=n % 10 + 1) for n in range(1, PRODUCTS + 1)]
    )
    pipeline = Pipeline.objects.create(code="new")
    Stage.objects.bulk_create(
        [Stage(code=f"S{n}", pipeline=pipeline, position=n) for n in range(1, STAGES + 1)]
    )
    Customer.objects.bulk_create(
        [Customer(code=f"K{n}", name=f"Customer {n}") for n in range(1, customers + 1)], batch_size=1_000
    )
    CustomerOwner.objects.bulk_create(
        [
            CustomerOwner(customer_id=n, starts_on=FIRST_DAY, member_id=(n - 1) % MEMBERS + 1)
            for n in range(1, customers + 1)
        ],
        batch_size=5_000,
    )


def write_facts(facts: int) -> None:
    """So many facts into the files of the store."""
    epoch = begin_epoch(base_currency="EUR")
    folder = making.begin_table(str(epoch.code))
    table, database = DeltaTable(folder), duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    for first, end in pairwise([*_months(facts), facts + 1]):
        _insert_last(database, end - 1, facts)
        rows = database.sql(_query(first, end, facts) + f" ORDER BY {', '.join(CLUSTERED_BY)}")
        write_deltalake(
            table,
            rows.to_arrow_reader(100_000),
            mode="append",
            writer_properties=making.WRITING,
            commit_properties=making.carrying(end - 1, mark_of(end - 1)),
        )
    make_current(folder)


def _months(facts: int) -> list[int]:
    """The number of the first fact of each month: the facts are evenly spread over the days."""
    firsts = [date(FIRST_DAY.year + n // 12, n % 12 + 1, 1) for n in range(24)]
    # The day of fact n is n * DAYS // (facts + 1): the first fact on or after a day is rounded up.
    return [max(-(-(first - FIRST_DAY).days * (facts + 1) // DAYS), 1) for first in firsts]


def _insert_last(database: duckdb.DuckDBPyConnection, number: int, facts: int) -> None:
    """The ledger itself gets the last row of each month only, which is what the store looks for."""
    row = database.sql(_query(number, number + 1, facts)).to_arrow_table().to_pylist()[0]
    LedgerFact.objects.create(
        **{name: value for name, value in row.items() if name not in {MONTH, PARTITION}}
    )


def _query(first: int, end: int, facts: int) -> str:
    """Facts first <= n < end, in threes of one kind, person and customer, as the lines of an order are.

    Of a hundred, 30 are lines of orders, 10 payments, 30 calls, 8 meetings, 8 messages, 10 steps of deals.
    """
    computed = {
        "id": "n",
        "kind": "what",
        "occurred_at": "day::TIMESTAMPTZ + to_seconds((a % 80000)::BIGINT)",
        "day": "day",
        "recorded_at": f"TIMESTAMPTZ '{_AT.isoformat()}'",
        "subject_kind": "CASE WHEN what LIKE 'order.%' THEN 'order' ELSE split_part(what, '.', 1) END",
        "subject_id": "CASE WHEN what = 'order.placed' THEN order_id ELSE n END",
        "member_id": "member",
        "team_id": f"member % {TEAMS} + 1",
        "role": "'closer'",
        "member_zone_id": f"member % {ZONES} + 1",
        "territory_id": f"member % {ZONES} + 1",
        "customer_id": f"member + {MEMBERS} * (b % {customers_of(facts) // MEMBERS})::BIGINT",
        "deal_id": f"CASE WHEN deals THEN member + {MEMBERS} * (n // 2000000 + b % 7)::BIGINT END",
        "order_id": "CASE WHEN what IN ('order.placed', 'payment.received') THEN order_id END",
        "product_id": f"CASE WHEN what = 'order.placed' THEN (a % {PRODUCTS} + 1)::BIGINT END",
        "stage_id": f"CASE WHEN deals THEN (a % {STAGES} + 1)::BIGINT END",
        "channel": "'channel ' || a % 5",
        "source": "'source ' || b % 8",
        "quantity": "1000000",
        "amount": "CASE WHEN money THEN (a % 9000000 + 1)::BIGINT ELSE 0 END",
        "cost": "CASE WHEN what = 'order.placed' THEN (a % 5000000)::BIGINT ELSE 0 END",
        "minutes": "0",
        "weight": "1",
        "weight_total": "1",
        "credit": "'direct'",
        "traits": "CASE what WHEN 'call.made' THEN 1 + 256 WHEN 'stage.left' THEN 512 ELSE 0 END",
        "due_day": "CASE WHEN what LIKE 'task.%' THEN day + 7 END",
        "rule_version": "1",
        "month": "strftime(day, '%Y-%m')",
    }
    types = {"int64": "BIGINT", "int32": "INTEGER", "string": "VARCHAR", "date32[day]": "DATE"}
    columns = ", ".join(
        f'CAST({computed.get(field.name, "NULL")} AS {types.get(str(field.type), "TIMESTAMPTZ")}) AS "{field.name}"'
        for field in stored_schema()
    )
    return f"""
        WITH numbers AS (
            SELECT range AS n, hash(range) AS a, hash(three + 7919) AS b, hash(three + 31) AS who,
                (hash(three + 104729) % 100)::INTEGER AS c
            FROM (SELECT range, range // 3 AS three FROM range({first}, {end}))
        ), drawn AS (
            SELECT *, DATE '{FIRST_DAY}' + (n * {DAYS} // {facts + 1})::INTEGER AS day,
                (who % {MEMBERS})::BIGINT + 1 AS member,
                CASE
                    WHEN c < 30 THEN 'order.placed' WHEN c < 40 THEN 'payment.received'
                    WHEN c < 70 THEN 'call.made' WHEN c < 78 THEN 'meeting.held' WHEN c < 86 THEN 'message.sent'
                    WHEN c < 89 THEN 'pipeline.changed' WHEN c < 92 THEN 'stage.entered'
                    WHEN c < 94 THEN 'stage.left' WHEN c < 95 THEN 'deal.won' WHEN c < 96 THEN 'contract.signed'
                    WHEN c < 98 THEN 'task.opened' ELSE 'base.changed'
                END AS what
            FROM numbers
        ), known AS (
            SELECT *, n // 3 AS order_id,
                split_part(what, '.', 1) IN ('pipeline', 'stage', 'deal', 'contract') AS deals,
                split_part(what, '.', 1) IN ('order', 'payment', 'deal', 'contract', 'pipeline') AS money
            FROM drawn
        )
        SELECT {columns}, strftime(day, '%Y-%m') AS {PARTITION} FROM known"""
