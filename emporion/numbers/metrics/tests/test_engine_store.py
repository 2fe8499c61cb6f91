"""The engine on real records, a real ledger and the store: on both databases, before a flush and after."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.errors import UnknownName
from emporion.kernel.ledger.closing import close
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.ledger.fact import Fact, Subject
from emporion.kernel.ledger.locks import highest_id
from emporion.kernel.ledger.posting import post
from emporion.kernel.periods import Period
from emporion.kernel.preferences.actions import set_preference
from emporion.numbers.metrics.engine import facts_behind, measure
from emporion.numbers.metrics.engine.render import rendered, rendered_facts
from emporion.numbers.metrics.store.flushing import flush
from emporion.records.team.actions import create_member, create_territory
from emporion.records.team.models import Member, Territory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
JANUARY = Period.month(2026, 1)


@pytest.fixture(autouse=True)
def firm(settings: Settings, tmp_path: Path) -> dict[str, int]:
    """Ann and Bob; the zone Attica with Athens in it."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    ids = {name: create_member(code=name, name=name.title(), by=SYSTEM, at=AT).pk for name in ("ann", "bob")}
    ids["attica"] = create_territory(code="attica", name="Attica", by=SYSTEM, at=AT).pk
    ids["athens"] = create_territory(
        code="athens", name="Athens", parent_id=ids["attica"], by=SYSTEM, at=AT
    ).pk
    return ids


def sell(number: int, day: str, amount: int, **columns: Any) -> None:
    """What order `number` stands for from now on: one line, its amount in whole units."""
    fact = Fact(
        kind="order.placed",
        day=date.fromisoformat(day),
        order_id=number,
        quantity=1_000_000,
        amount=amount * 10_000,
        **columns,
    )
    with transaction.atomic():
        post(Subject("order", number), [fact], at=AT)


def revenue(**asked: Any) -> list[dict[str, Any]]:
    """Revenue of January as it is printed."""
    whole: dict[str, Any] = {"period": JANUARY, "viewer": SYSTEM}
    return rendered(measure(["revenue"], **(whole | asked)))


def test_a_number_is_the_same_before_a_flush_and_after(firm: dict[str, int]) -> None:
    sell(1, "2026-01-05", 100, member_id=firm["ann"], territory_id=firm["athens"])
    sell(2, "2026-01-31", 50, member_id=firm["bob"], territory_id=firm["attica"])
    sell(3, "2026-02-01", 7, member_id=firm["bob"])
    sell(4, "2026-01-07", 3)
    expected = [
        {"member": "Ann", "member_id": "ann", "revenue": "100.0000"},
        {"member": "Bob", "member_id": "bob", "revenue": "50.0000"},
        {"member": None, "member_id": None, "revenue": "3.0000"},
    ]
    assert revenue(by=["member"]) == expected
    flush()
    assert revenue(by=["member"]) == expected
    # Asked again and of another: the compiled question serves both.
    assert revenue(where={"member": "ann"}) == [{"revenue": "100.0000"}]
    assert revenue(where={"member": "bob"}) == [{"revenue": "50.0000"}]
    assert revenue(where={"territory": "attica"}) == [{"revenue": "150.0000"}]
    assert revenue(where={"territory": "athens"}) == [{"revenue": "100.0000"}]


def test_a_number_as_it_was_known_at_a_watermark(firm: dict[str, int]) -> None:
    sell(1, "2026-01-05", 100, member_id=firm["ann"])
    known = highest_id()
    sell(1, "2026-01-05", 80, member_id=firm["bob"])
    assert revenue(by=["member"], as_of=known) == [
        {"member": "Ann", "member_id": "ann", "revenue": "100.0000"}
    ]
    assert revenue(by=["member"]) == [{"member": "Bob", "member_id": "bob", "revenue": "80.0000"}]


def test_a_closed_period_shows_as_closed_with_what_was_learnt_beside_it(firm: dict[str, int]) -> None:
    sell(1, "2026-01-05", 100, member_id=firm["ann"])
    close(end=date(2026, 2, 1), by=SYSTEM, at=AT)
    sell(1, "2026-01-05", 80, member_id=firm["ann"])
    sell(2, "2026-01-06", 5, member_id=firm["bob"])
    assert revenue() == [{"revenue": "100.0000"}]
    assert revenue(view="now") == [{"revenue": "85.0000"}]
    assert revenue(by=["member"], later=True) == [
        {"member": "Ann", "member_id": "ann", "revenue": "100.0000", "revenue_later": "-20.0000"},
        {"member": "Bob", "member_id": "bob", "revenue": "0.0000", "revenue_later": "5.0000"},
    ]


def test_a_closed_period_keeps_the_settings_it_was_closed_with(firm: dict[str, int]) -> None:
    # Trap: the active base of a closed month must not change because somebody later counts 30 days instead of 90.
    sell(1, "2025-12-01", 100, member_id=firm["ann"], customer_id=7)
    close(end=date(2026, 2, 1), by=SYSTEM, at=AT)
    set_preference(name="active_base_days", value=30, by=SYSTEM, at=AT)
    asked: dict[str, Any] = {"period": JANUARY, "viewer": SYSTEM}
    assert rendered(measure(["active_base"], **asked)) == [{"active_base": "1"}]
    assert rendered(measure(["active_base"], view="now", **asked)) == [{"active_base": "0"}]


@pytest.mark.spec("SYS-3")
def test_scope_is_applied_by_the_engine(firm: dict[str, int]) -> None:
    sell(1, "2026-01-05", 100, member_id=firm["ann"])
    sell(2, "2026-01-06", 50, member_id=firm["bob"])
    ann = Viewer("ann", Scope.OWN, member_id=firm["ann"], member_ids=frozenset({firm["ann"]}))
    assert revenue(viewer=ann) == [{"revenue": "100.0000"}]
    opened = facts_behind("revenue", period=JANUARY, viewer=ann)
    assert [row["amount"] for row in rendered_facts(opened)] == ["100.0000"]


def test_an_unknown_code_is_answered_with_the_nearest(firm: dict[str, int]) -> None:
    with pytest.raises(UnknownName, match="no member is called 'anne'; did you mean ann"):
        revenue(where={"member": "anne"})


def test_the_queries_of_an_answer_do_not_grow_with_its_rows(firm: dict[str, int]) -> None:
    sell(1, "2026-01-05", 100, member_id=firm["ann"], territory_id=firm["athens"])
    asked: dict[str, Any] = {"by": ["member", "territory"], "where": {"territory": "attica"}}
    revenue(**asked)
    with CaptureQueriesContext(
        connection,
    ) as of_one:
        revenue(**asked)
    _many_more_people_and_zones(firm["attica"])
    flush()
    revenue(**asked)
    with CaptureQueriesContext(connection) as of_many:
        assert len(revenue(**asked)) == 41
    assert len(of_many) <= len(of_one) <= 12


def _many_more_people_and_zones(attica: int) -> None:
    for number in range(40):
        member = Member.objects.create(code=f"m{number}", name=f"M {number}")
        zone = Territory.objects.create(code=f"z{number}", name=f"Z {number}", parent_id=attica)
        sell(100 + number, "2026-01-09", 1, member_id=member.pk, territory_id=zone.pk)
