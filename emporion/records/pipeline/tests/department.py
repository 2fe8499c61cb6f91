"""A small department in the database: two sellers in two teams, a pipeline, two customers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.importable import Fate, ImportBatch, ImportRow, RowFate, importables
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.verifying import discrepancies
from emporion.records.customers.models import Customer, CustomerOwner, CustomerZone
from emporion.records.pipeline.models import Pipeline, Stage
from emporion.records.team.models import Member, Place, Team, Territory

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
MAY = date(2026, 5, 1)
ONE = 1_000_000


def day(number: int) -> date:
    """The so-manieth of May 2026; later numbers run into June, earlier ones back."""
    return MAY + timedelta(days=number - 1)


class Department(NamedTuple):
    """Ids. Anna owns Acme, which is in the north; Boris owns Bolt, which is nowhere."""

    anna: int
    boris: int
    red: int
    blue: int
    north: int
    acme: int
    bolt: int
    pipeline: int
    call: int
    offer: int
    won: int
    lost: int


def build() -> Department:
    """The department, in the database."""
    anna, boris = (Member.objects.create(code=code, name=code) for code in ("anna", "boris"))
    red, blue = (Team.objects.create(code=code) for code in ("red", "blue"))
    north = Territory.objects.create(code="north")
    for member, team, role in ((anna, red, "hunter"), (boris, blue, "closer")):
        Place.objects.create(member=member, starts_on=day(-100), team=team, role=role)
    acme, bolt = (Customer.objects.create(code=code, name=code) for code in ("acme", "bolt"))
    for customer, owner in ((acme, anna), (bolt, boris)):
        CustomerOwner.objects.create(customer=customer, starts_on=day(-100), member=owner)
    CustomerZone.objects.create(customer=acme, starts_on=day(-100), territory=north)
    pipeline = Pipeline.objects.create(code="new-business")
    call, offer, won, lost = (
        Stage.objects.create(
            code=code, pipeline=pipeline, position=place, outcome=outcome, is_key=code == "offer"
        )
        for place, (code, outcome) in enumerate(
            [("call", "open"), ("offer", "open"), ("won", "won"), ("lost", "lost")], start=1
        )
    )
    records = (anna, boris, red, blue, north, acme, bolt, pipeline, call, offer, won, lost)
    return Department(*(record.pk for record in records))


def rep(member_id: int) -> Viewer:
    """Someone who sees and writes their own."""
    own = frozenset({member_id})
    return Viewer(
        "rep", Scope.OWN, member_id=member_id, member_ids=own, permissions=frozenset({Permission.WRITE})
    )


def load(name: str, *rows: Mapping[str, Any]) -> list[RowFate]:
    """Import rows into an importable, in one batch."""
    write = importables()[name].write
    assert write is not None
    return write(
        ImportBatch([ImportRow(number, row) for number, row in enumerate(rows, start=2)], SYSTEM, AT)
    )


def fates(name: str, *rows: Mapping[str, Any]) -> list[str]:
    """The same; what became of each row."""
    return [row.fate.value for row in load(name, *rows)]


def loaded(name: str, *rows: Mapping[str, Any]) -> list[int]:
    """The same, where every row must be new; their ids."""
    found = load(name, *rows)
    assert {row.fate for row in found} == {Fate.CREATED}, found
    return [row.record_id or 0 for row in found]


def undo(name: str, ids: Iterable[int]) -> list[int]:
    """Take back what an import created; the ids that were kept."""
    taking_back = importables()[name].undo
    assert taking_back is not None
    return taking_back(list(ids), SYSTEM, AT)


def net(kind: str, *columns: str) -> Counter[tuple[Any, ...]]:
    """By these columns, how often facts of the kind stand, reversals taken off."""
    return Counter(LedgerFact.objects.filter(kind=kind, reverses=None, reversal=None).values_list(*columns))


def open_on(on: date, column: str = "stage__code") -> dict[Any, tuple[int, int]]:
    """By member or stage code, number and value of open deals on that day as the ledger sums up."""
    names = {"stage__code": dict(Stage.objects.values_list("id", "code")), "member_id": None}[column]
    found: dict[Any, list[int]] = {}
    for key, quantity, amount in LedgerFact.objects.filter(kind="pipeline.changed", day__lte=on).values_list(
        column.replace("__code", "_id"), "quantity", "amount"
    ):
        sums = found.setdefault(names[key] if names else key, [0, 0])
        sums[0] += quantity
        sums[1] += amount
    return {
        key: (number // ONE, value // 10_000) for key, (number, value) in found.items() if number or value
    }


def disagreements() -> list[str]:
    """Where records and ledger disagree; there should be nothing."""
    return [str(one) for one in discrepancies()]
