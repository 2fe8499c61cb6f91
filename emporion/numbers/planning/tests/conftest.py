"""A department of two teams with facts of last year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.periods import Period
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.plan_actions import ChannelOfYear, MetricOfYear, draw_plan
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.team.models import Member, Place, Team

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


@dataclass
class Department:
    members: dict[str, Member]
    teams: dict[str, Team]

    def draw(self, code: str = "2026", **more: object) -> Plan:
        """The year of revenue: 1,000 of last year, half as much again."""
        given: dict[str, object] = {
            "name": "Year 2026",
            "days": YEAR,
            "metrics": [MetricOfYear("revenue", own=D("0.5"))],
            "by": SYSTEM,
            "at": AT,
        }
        return draw_plan(code=code, **(given | more))  # type: ignore[arg-type]


def sell(member: Member | None, day: date, amount: int, channel: str = "dealers") -> None:
    """An order of one line, perhaps nobody's."""
    line = LineEntry(
        number=1,
        code="1",
        product_id=None,
        quantity=D(1),
        unit_price=D(amount),
        discount=D(0),
        amount=None,
        unit_cost=None,
    )
    entry = OrderEntry(
        code=f"{member.code if member else ''}-{day}-{channel}",
        customer_id=None,
        placed_on=day,
        placed_at=None,
        territory_id=None,
        deal_id=None,
        contract_id=None,
        channel=channel,
        source="",
        currency="EUR",
        rate=D(1),
        total=None,
        cancelled_on=None,
        opening=False,
        lines=[line],
        credits=[CreditEntry(member.pk)] if member else [],
    )
    place_order(entry=entry, by=SYSTEM, at=AT)


@pytest.fixture
def department(db: None) -> Department:
    """In each of March, June, September and December 2025 Ann (North) sold 100, Bob (North) 50 by tender, Cem (South)
    100. Dan comes to South in July 2026."""
    teams = {name: Team.objects.create(code=name, name=name) for name in ("North", "South")}
    members = {}
    for code, team in (("ann", "North"), ("bob", "North"), ("cem", "South"), ("dan", "South")):
        joins = date(2026, 7, 1) if code == "dan" else date(2024, 1, 1)
        members[code] = Member.objects.create(code=code, name=code.title(), hired_on=joins)
        Place.objects.create(member=members[code], starts_on=joins, team=teams[team], role="closer")
    for month in (3, 6, 9, 12):
        sell(members["ann"], date(2025, month, 3), 100)
        sell(members["bob"], date(2025, month, 4), 50, "tenders")
        sell(members["cem"], date(2025, month, 5), 100)
    return Department(members, teams)


CHANNELS = (ChannelOfYear("dealers", D("0.8")), ChannelOfYear("tenders", D("0.15")))
