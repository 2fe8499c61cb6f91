"""A small department to own customers, and how the ledger's base reads."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Sum

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.ledger.models import LedgerFact
from emporion.records.team.models import Member, Place, Team, Territory

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
MAY = date(2026, 5, 1)
ONE = 1_000_000


def day(number: int) -> date:
    """The so-manieth of May 2026; later numbers run into June."""
    return MAY + timedelta(days=number - 1)


class Scene(NamedTuple):
    """Anna in team red, Boris in team blue, two zones."""

    anna: int
    boris: int
    red: int
    blue: int
    north: int
    south: int


def build() -> Scene:
    """The scene, in the database."""
    anna, boris = (Member.objects.create(code=code, name=code) for code in ("anna", "boris"))
    red, blue = (Team.objects.create(code=code, name=code) for code in ("red", "blue"))
    north, south = (Territory.objects.create(code=code, name=code) for code in ("north", "south"))
    Place.objects.create(member=anna, starts_on=day(-100), team=red, role="farmer", territory=north)
    Place.objects.create(member=boris, starts_on=day(-100), team=blue, role="hunter", territory=south)
    return Scene(anna.pk, boris.pk, red.pk, blue.pk, north.pk, south.pk)


def base_on(on: date, column: str = "member_id") -> dict[Any, int]:
    """By that column of the ledger, how many customers are in the base on that day."""
    rows = LedgerFact.objects.filter(kind="base.changed", day__lte=on)
    sums = rows.values(key=F(column)).annotate(total=Sum("quantity")).values_list("key", "total")
    return {key: total // ONE for key, total in sums if total}


def rows_of(customer_id: int) -> Counter[tuple[int, int | None, int]]:
    """All ledger rows of a customer, reversals too: day of May, owner, change."""
    rows = LedgerFact.objects.filter(subject_kind="customer", subject_id=customer_id)
    return Counter(
        ((fact_day - MAY).days + 1, member, quantity // ONE)
        for fact_day, member, quantity in rows.values_list("day", "member_id", "quantity")
    )


def rep(member_id: int, *permissions: Permission) -> Viewer:
    """Someone who sees their own."""
    return Viewer(
        "rep",
        Scope.OWN,
        member_id=member_id,
        member_ids=frozenset({member_id}),
        permissions=frozenset(permissions or {Permission.WRITE}),
    )
