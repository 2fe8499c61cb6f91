"""Who sees which customers, who has no owner, holdings, and the history of changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.models import Record
from emporion.records.customers.actions.contacts import add_contact
from emporion.records.customers.actions.customers import change_customer, create_customer
from emporion.records.customers.actions.owning import leave_base, set_owner, set_zone
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import (
    Held,
    change_history,
    customer_codes,
    customers_of_member,
    holding_ids,
    in_base,
    owned_now,
    visible_contacts,
    visible_customer,
    visible_customers,
    without_owner,
)
from emporion.records.customers.tests.scene import AT, Scene, day, rep

pytestmark = pytest.mark.both_databases


def codes(found: Iterable[Record]) -> list[str]:
    """The codes of a query's records."""
    return sorted(record.code for record in found)


@pytest.fixture
def four(scene: Scene) -> Scene:
    """`handed`: Anna's, then Boris's from the 10th; `hers`: Anna's; `zoned`: nobody's, in the north; `loose`."""
    handed = create_customer(
        name="h", code="handed", owner_id=scene.anna, in_base_from=day(1), by=SYSTEM, at=AT
    )
    set_owner(customer_id=handed.pk, member_id=scene.boris, starts_on=day(10), by=SYSTEM, at=AT)
    create_customer(name="o", code="hers", owner_id=scene.anna, in_base_from=day(5), by=SYSTEM, at=AT)
    create_customer(name="z", code="zoned", territory_id=scene.north, in_base_from=day(1), by=SYSTEM, at=AT)
    create_customer(name="l", code="loose", by=SYSTEM, at=AT)
    return scene


@pytest.mark.spec("CUST-1", "TEAM-1")
def test_one_sees_what_one_owns_on_that_day(four: Scene) -> None:
    anna, boris = rep(four.anna), rep(four.boris)
    assert codes(visible_customers(anna, day(9))) == ["handed", "hers"]
    assert codes(visible_customers(anna, day(10))) == ["hers"]
    assert codes(visible_customers(boris, day(9))) == []
    assert codes(visible_customers(boris, day(10))) == ["handed"]
    assert codes(visible_customers(SYSTEM)) == ["handed", "hers", "loose", "zoned"]


@pytest.mark.spec("TEAM-4")
def test_a_zone_manager_sees_the_zone_and_their_people(four: Scene) -> None:
    manager = Viewer(
        "m", Scope.TERRITORY, territory_ids=frozenset({four.north}), member_ids=frozenset({four.boris})
    )
    assert codes(visible_customers(manager, day(10))) == ["handed", "zoned"]
    zoned = Customer.objects.get(code="zoned")
    set_zone(customer_id=zoned.pk, territory_id=four.south, starts_on=day(12), by=SYSTEM, at=AT)
    assert codes(visible_customers(manager, day(12))) == ["handed"]


@pytest.mark.spec("TEAM-4")
def test_no_customer_without_an_owner(four: Scene) -> None:
    assert codes(without_owner(SYSTEM, day(20))) == ["zoned"]
    handed = Customer.objects.get(code="handed")
    set_owner(customer_id=handed.pk, member_id=None, starts_on=day(15), by=SYSTEM, at=AT)
    assert codes(without_owner(SYSTEM, day(14))) == ["zoned"]
    assert codes(without_owner(SYSTEM, day(15))) == ["handed", "zoned"]
    leave_base(customer_id=handed.pk, day=day(16), by=SYSTEM, at=AT)
    assert codes(without_owner(SYSTEM, day(16))) == ["zoned"]


@pytest.mark.spec("CUST-2")
def test_the_base_of_a_day(four: Scene) -> None:
    assert codes(in_base(SYSTEM, day(4))) == ["handed", "zoned"]
    assert codes(in_base(rep(four.anna), day(5))) == ["handed", "hers"]


def test_owned_now_means_today(four: Scene) -> None:
    ids = {customer.code: customer.pk for customer in Customer.objects.all()}
    assert set(owned_now([four.boris]).values_list("customer_id", flat=True)) == {ids["handed"]}
    assert set(owned_now([]).values_list("customer_id", flat=True)) == set()


@pytest.mark.spec("TEAM-1")
def test_what_held_on_any_day(four: Scene) -> None:
    handed = Customer.objects.get(code="handed").pk
    for held in (Held.owners([handed]), Held.owners()):
        found = [held.on(handed, on) for on in (day(0), day(1), day(9), day(10))]
        assert found == [None, four.anna, four.anna, four.boris]
    zoned = Customer.objects.get(code="zoned").pk
    assert Held.zones().on(zoned, day(1)) == four.north
    assert Held.zones().on(None, day(1)) is None


@pytest.mark.spec("TEAM-1")
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (day(-20), day(1), []),
        (day(1), day(2), ["handed"]),
        (day(8), day(9), ["handed", "hers"]),
        (day(10), day(11), ["handed", "hers"]),
        (day(11), day(12), ["hers"]),
        (day(11), date.max, ["hers"]),
    ],
)
def test_which_customers_a_move_touches(four: Scene, start: date, end: date, expected: list[str]) -> None:
    """On the 10th the customer left Anna's base: that fact names her."""
    names = customer_codes()
    assert sorted(names[one] for one in customers_of_member(four.anna, start, end)) == expected


def test_one_may_not_open_does_not_exist(four: Scene) -> None:
    loose = Customer.objects.get(code="loose").pk
    for viewer, customer_id in ((rep(four.anna), loose), (SYSTEM, 4711)):
        with pytest.raises(Refusal) as refused:
            visible_customer(viewer, customer_id)
        assert refused.value.name == "no_such_customer"


def test_contacts_are_seen_with_their_customers(four: Scene) -> None:
    hers = Customer.objects.get(code="hers").pk
    add_contact(customer_id=hers, code="P1", by=SYSTEM, at=AT)
    assert codes(visible_contacts(rep(four.anna), day(20))) == ["P1"]
    assert codes(visible_contacts(rep(four.boris), day(20))) == []
    assert codes(visible_contacts(SYSTEM)) == ["P1"]


@pytest.mark.spec("CUST-1")
def test_a_holding_is_found_from_any_of_its_companies(scene: Scene) -> None:
    top = create_customer(name="top", by=SYSTEM, at=AT)
    mid = create_customer(name="mid", holding_id=top.pk, by=SYSTEM, at=AT)
    low = create_customer(name="low", holding_id=mid.pk, by=SYSTEM, at=AT)
    side = create_customer(name="side", holding_id=top.pk, by=SYSTEM, at=AT)
    other = create_customer(name="other", by=SYSTEM, at=AT)
    whole = {top.pk, mid.pk, low.pk, side.pk}
    assert [holding_ids(one) for one in (top.pk, low.pk, side.pk)] == [whole] * 3
    assert holding_ids(other.pk) == {other.pk}


@pytest.mark.spec("CUST-1")
def test_every_change_is_in_the_history(scene: Scene) -> None:
    made = create_customer(name="A", phone="1", by=SYSTEM, at=AT)
    change_customer(customer_id=made.pk, phone="2", by=replace(SYSTEM, name="head"), at=AT)
    set_owner(customer_id=made.pk, member_id=scene.anna, starts_on=day(1), by=SYSTEM, at=AT)
    history = change_history(SYSTEM, made.pk)
    assert [change.action for change in history] == [
        "customer.owner_set",
        "customer.changed",
        "customer.created",
    ]
    assert (history[1].by, history[1].values) == ("head", {"phone": ["1", "2"]})
    assert history[0].values == {"member_id from 2026-05-01": ["", scene.anna]}


def test_seeing_customers_costs_the_same_whatever_their_number(
    four: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        list(visible_customers(rep(four.anna)))
