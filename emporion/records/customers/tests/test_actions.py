"""Customers by hand: created, changed, handed over, put into the base and out of it, and what the ledger then says."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.audit.recording import broken_links
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.verifying import discrepancies
from emporion.records.customers.actions.contacts import add_contact, change_contact
from emporion.records.customers.actions.custom_fields import define_custom_field
from emporion.records.customers.actions.customers import change_customer, create_customer
from emporion.records.customers.actions.owning import leave_base, put_into_base, set_owner, set_zone
from emporion.records.customers.models import Customer, CustomerOwner
from emporion.records.customers.tests.scene import AT, Scene, base_on, build, day, rep, rows_of
from emporion.records.team.models import Place
from emporion.records.team.reposting import ChangedSpan, repost_spans

pytestmark = pytest.mark.both_databases


def refused(name: str, action: Callable[[], object]) -> None:
    """The action is refused by that name."""
    with pytest.raises(Refusal) as refusal:
        action()
    assert refusal.value.name == name


@pytest.mark.spec("CUST-1", "CUST-2")
def test_a_customer_is_created_with_owner_zone_and_base(scene: Scene) -> None:
    made = create_customer(
        name="Andromeda",
        code="C1",
        by=SYSTEM,
        at=AT,
        owner_id=scene.anna,
        territory_id=scene.north,
        in_base_from=day(3),
        source="fair",
        what_matters="quality",
    )
    assert (base_on(day(2)), base_on(day(3))) == ({}, {scene.anna: 1})
    assert base_on(day(3), "territory_id") == {scene.north: 1}
    assert LedgerFact.objects.get(subject_id=made.pk).source == "fair"
    assert list(discrepancies()) == []


@pytest.mark.spec("CUST-2")
def test_a_back_dated_change_of_owner_takes_back_and_posts_anew(scene: Scene) -> None:
    made = create_customer(name="A", by=SYSTEM, at=AT, owner_id=scene.anna, in_base_from=day(3))
    set_owner(customer_id=made.pk, member_id=scene.boris, starts_on=day(20), by=SYSTEM, at=AT)
    set_owner(customer_id=made.pk, member_id=scene.boris, starts_on=day(9), by=SYSTEM, at=AT)
    assert rows_of(made.pk) == {
        (3, scene.anna, 1): 1,
        (20, scene.anna, -1): 1,
        (20, scene.boris, 1): 1,
        (20, scene.anna, 1): 1,
        (20, scene.boris, -1): 1,
        (9, scene.anna, -1): 1,
        (9, scene.boris, 1): 1,
    }
    assert LedgerFact.objects.exclude(reverses=None).count() == 2
    assert [base_on(day(n)) for n in (8, 9, 25)] == [{scene.anna: 1}, {scene.boris: 1}, {scene.boris: 1}]
    assert list(discrepancies()) == []


@pytest.mark.spec("TEAM-1")
def test_a_member_who_moves_takes_the_base_to_the_new_team(scene: Scene) -> None:
    create_customer(name="A", by=SYSTEM, at=AT, owner_id=scene.anna, in_base_from=day(3))
    Place.objects.create(member_id=scene.anna, starts_on=day(10), team_id=scene.blue, role="farmer")
    assert len(list(discrepancies())) > 0, "until it is posted anew, the ledger says the old"
    changed = repost_spans([ChangedSpan(scene.anna, day(10), day(3000))], at=AT)
    assert changed["customer"] == 2
    assert [base_on(day(n), "team_id") for n in (9, 10)] == [{scene.red: 1}, {scene.blue: 1}]
    assert list(discrepancies()) == []


@pytest.mark.spec("CUST-2")
def test_entering_later_and_leaving(scene: Scene) -> None:
    made = create_customer(name="A", by=SYSTEM, at=AT, owner_id=scene.anna)
    assert LedgerFact.objects.count() == 0
    refused("not_in_base", lambda: leave_base(customer_id=made.pk, day=day(9), by=SYSTEM, at=AT))
    put_into_base(customer_id=made.pk, day=day(5), by=SYSTEM, at=AT)
    refused("leaves_before_entering", lambda: leave_base(customer_id=made.pk, day=day(5), by=SYSTEM, at=AT))
    leave_base(customer_id=made.pk, day=day(9), by=SYSTEM, at=AT)
    refused(
        "leaves_before_entering", lambda: put_into_base(customer_id=made.pk, day=day(9), by=SYSTEM, at=AT)
    )
    assert [base_on(day(n)) for n in (4, 5, 8, 9)] == [{}, {scene.anna: 1}, {scene.anna: 1}, {}]
    leave_base(customer_id=made.pk, day=None, by=SYSTEM, at=AT)
    assert base_on(day(9)) == {scene.anna: 1}
    assert list(discrepancies()) == []


STEPS = st.lists(
    st.tuples(st.sampled_from(["owner", "zone", "base", "leave"]), st.integers(1, 20), st.integers(0, 2)),
    max_size=8,
)


@pytest.mark.spec("CUST-2", "TEAM-1")
@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_is_done_the_ledger_says_what_the_record_says(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        scene = build()
        made = create_customer(name="A", by=SYSTEM, at=AT, owner_id=scene.anna, in_base_from=day(3))
        for what, number, which in steps:
            try:
                one_step(scene, made.pk, what, number, which)
            except Refusal as refusal:
                if refusal.name != "leaves_before_entering":
                    raise
        assert list(discrepancies()) == []
        for number in range(22):
            assert base_on(day(number)) == owner_slowly(made.pk, number)
        transaction.set_rollback(True)


def one_step(scene: Scene, customer_id: int, what: str, number: int, which: int) -> None:
    """One action, chosen by numbers."""
    common: dict[str, Any] = {"customer_id": customer_id, "by": SYSTEM, "at": AT}
    if what == "owner":
        set_owner(**common, member_id=(None, scene.anna, scene.boris)[which], starts_on=day(number))
    elif what == "zone":
        set_zone(**common, territory_id=(None, scene.north, scene.south)[which], starts_on=day(number))
    elif what == "base":
        put_into_base(**common, day=day(number))
    else:
        leave_base(**common, day=day(number) if which else None)


def owner_slowly(customer_id: int, number: int) -> dict[int | None, int]:
    """Whose the customer is on a day, if in the base, read off the record."""
    customer = Customer.objects.get(id=customer_id)
    on = day(number)
    if customer.in_base_from is None or on < customer.in_base_from:
        return {}
    if customer.left_base_on is not None and on >= customer.left_base_on:
        return {}
    rows = CustomerOwner.objects.filter(customer_id=customer_id, starts_on__lte=on).order_by("starts_on")
    last = rows.last()
    return {last.member_id if last else None: 1}


@pytest.mark.spec("CUST-1")
def test_a_change_keeps_what_it_does_not_name(scene: Scene) -> None:
    define_custom_field(code="card", name="Card", kind="choice", choices=["gold", "silver"], by=SYSTEM, at=AT)
    define_custom_field(code="staff", name="Staff", kind="number", by=SYSTEM, at=AT)
    made = create_customer(
        name="A", city="Patras", custom={"card": "gold", "Staff": "12.50"}, by=SYSTEM, at=AT
    )
    change_customer(customer_id=made.pk, phone="123", custom={"card": ""}, by=SYSTEM, at=AT)
    found = Customer.objects.get(id=made.pk)
    assert (found.city, found.phone, found.custom) == ("Patras", "123", {"staff": "12.50"})
    assert (found.version, found.touched_at) == (2, AT)
    refused(
        "bad_custom_value",
        lambda: change_customer(customer_id=made.pk, custom={"card": "tin"}, by=SYSTEM, at=AT),
    )


@pytest.mark.spec("CUST-1")
def test_a_changed_source_is_posted_anew(scene: Scene) -> None:
    made = create_customer(name="A", source="fair", in_base_from=day(3), by=SYSTEM, at=AT)
    change_customer(customer_id=made.pk, source="web", by=SYSTEM, at=AT)
    assert list(discrepancies()) == []
    assert base_on(day(3), "source") == {"web": 1}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": " "}, "no_name"),
        ({"kind": "alien"}, "bad_value"),
        ({"preferred_channel": "pigeon"}, "bad_value"),
        ({"city": None}, "bad_value"),
        ({"phone": "1" * 51}, "bad_value"),
        ({"country": "Greece"}, "bad_country"),
        ({"holding_id": 4711}, "no_such_holding"),
        ({"custom": {"colour": "red"}}, "unknown_custom_field"),
    ],
)
def test_what_is_no_value_is_refused_and_nothing_is_written(
    scene: Scene, values: dict[str, Any], name: str
) -> None:
    refused(name, lambda: create_customer(**{"name": "A", "by": SYSTEM, "at": AT, **values}))
    assert Customer.objects.count() == 0


@pytest.mark.spec("CUST-1")
def test_a_holding_cannot_belong_to_itself(scene: Scene) -> None:
    top = create_customer(name="Top", by=SYSTEM, at=AT)
    low = create_customer(name="Low", holding_id=top.pk, by=SYSTEM, at=AT)
    refused(
        "circular_holding", lambda: change_customer(customer_id=top.pk, holding_id=low.pk, by=SYSTEM, at=AT)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(id=top.pk).update(holding_id=top.pk)


def test_a_code_is_had_once_and_given_where_none_comes(scene: Scene) -> None:
    create_customer(name="A", code="C1", by=SYSTEM, at=AT)
    refused("code_taken", lambda: create_customer(name="B", code="C1", by=SYSTEM, at=AT))
    given_code = create_customer(name="B", by=SYSTEM, at=AT)
    assert given_code.code == f"customer-{given_code.pk}"


def test_two_people_who_change_one_customer_are_told(scene: Scene) -> None:
    made = create_customer(name="A", by=SYSTEM, at=AT)
    change_customer(customer_id=made.pk, version=1, phone="1", by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        change_customer(customer_id=made.pk, version=1, phone="2", by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        set_owner(customer_id=made.pk, version=1, member_id=None, starts_on=day(1), by=SYSTEM, at=AT)


def test_nobody_changes_what_they_may_not_open(scene: Scene) -> None:
    made = create_customer(name="A", owner_id=scene.anna, by=SYSTEM, at=AT)
    anna, boris = rep(scene.anna), rep(scene.boris)
    reader = rep(scene.anna, Permission.EXPORT)
    change_customer(customer_id=made.pk, phone="1", by=anna, at=AT)
    refused("no_such_customer", lambda: change_customer(customer_id=made.pk, phone="2", by=boris, at=AT))
    refused("no_such_customer", lambda: add_contact(customer_id=made.pk, given_name="X", by=boris, at=AT))
    refused("not_permitted", lambda: change_customer(customer_id=made.pk, phone="2", by=reader, at=AT))
    refused("not_permitted", lambda: define_custom_field(code="a", name="a", by=anna, at=AT))
    refused(
        "no_such_member",
        lambda: set_owner(customer_id=made.pk, member_id=99, starts_on=day(1), by=SYSTEM, at=AT),
    )


def words_of(action: Callable[[], object]) -> str:
    """In which words the action is refused."""
    with pytest.raises(Refusal) as refusal:
        action()
    return str(refusal.value)


@pytest.mark.spec("TEAM-10")
def test_customers_are_neither_given_to_nor_taken_from_other_people(scene: Scene) -> None:
    """Trap: a rep gave a new customer to another team's member, or wrote a past owner out of a span of theirs."""
    anna = rep(scene.anna)
    words = {
        words_of(partial(create_customer, name="A", owner_id=member_id, by=anna, at=AT))
        for member_id in (scene.boris, 99)
    }
    assert words == {"you may only act for yourself and your people"}
    made = create_customer(name="A", owner_id=scene.boris, in_base_from=day(1), by=SYSTEM, at=AT)
    set_owner(customer_id=made.pk, member_id=scene.anna, starts_on=day(9), by=SYSTEM, at=AT)
    for owner_id, since in ((scene.boris, 12), (99, 12), (scene.anna, 3), (None, 3)):
        refused(
            "not_your_people",
            partial(set_owner, customer_id=made.pk, member_id=owner_id, starts_on=day(since), by=anna, at=AT),
        )
    set_owner(customer_id=made.pk, member_id=scene.anna, starts_on=day(12), by=anna, at=AT)
    assert base_on(day(8)) == {scene.boris: 1}


@pytest.mark.spec("TEAM-10")
def test_customers_are_not_put_where_one_may_not_look(scene: Scene) -> None:
    """Trap: a territory that exists was told from one that does not, and any of them could be named."""
    made = create_customer(name="A", owner_id=scene.anna, by=SYSTEM, at=AT)
    anna = replace(rep(scene.anna), territory_ids=frozenset({scene.north}))
    for zone in (scene.south, 99):
        words = f"there is no territory {zone} that you may open"
        assert words_of(partial(create_customer, name="B", territory_id=zone, by=anna, at=AT)) == words
        moving = partial(set_zone, customer_id=made.pk, territory_id=zone, starts_on=day(1), by=anna, at=AT)
        assert words_of(moving) == words
    set_zone(customer_id=made.pk, territory_id=scene.north, starts_on=day(1), by=anna, at=AT)
    create_customer(name="B", owner_id=scene.anna, territory_id=scene.north, by=anna, at=AT)


@pytest.mark.spec("CUST-1")
def test_contacts(scene: Scene) -> None:
    made = create_customer(name="A", by=SYSTEM, at=AT)
    contact = add_contact(
        customer_id=made.pk, given_name="Eleni", decides=True, birthday_month_day="02-29", by=SYSTEM, at=AT
    )
    change_contact(contact_id=contact.pk, version=1, position="Buyer", by=SYSTEM, at=AT)
    contact.refresh_from_db()
    assert (contact.given_name, contact.position, contact.version) == ("Eleni", "Buyer", 2)
    with pytest.raises(Conflict):
        change_contact(contact_id=contact.pk, version=1, position="Chief", by=SYSTEM, at=AT)
    refused(
        "bad_birthday",
        lambda: change_contact(contact_id=contact.pk, birthday_month_day="02-30", by=SYSTEM, at=AT),
    )
    refused("no_such_contact", lambda: change_contact(contact_id=99, by=SYSTEM, at=AT))
    refused("code_taken", lambda: add_contact(customer_id=made.pk, code=contact.code, by=SYSTEM, at=AT))
    assert list(broken_links()) == []


def test_the_database_itself_refuses_leaving_before_entering(scene: Scene) -> None:
    made = create_customer(name="A", in_base_from=day(3), by=SYSTEM, at=AT)
    for values in ({"left_base_on": day(3)}, {"left_base_on": day(5), "in_base_from": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Customer.objects.filter(id=made.pk).update(**values)


def test_a_viewer_without_anything_sees_nothing(scene: Scene) -> None:
    create_customer(name="A", by=SYSTEM, at=AT)
    nobody = Viewer("nobody", Scope.OWN, permissions=frozenset({Permission.WRITE}))
    refused("no_such_customer", lambda: change_customer(customer_id=1, phone="1", by=nobody, at=AT))
