"""Writes about orders name only what their maker may open, and move credit only among their own people.

Anna owns Acme, Boris owns Bolt. Order A1 is Anna's at Acme, B1 is Boris's at Bolt; AB is Boris's sale at Acme, which
Anna sees because she owns Acme.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal as D
from functools import partial
from typing import Any

import pytest

from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.models import LedgerFact
from emporion.records.orders.actions.orders import (
    cancel_order,
    change_order,
    credit_order,
    issue_invoice,
    place_order,
    sign_contract,
)
from emporion.records.orders.actions.payments import allocate_payment, receive_payment, return_goods
from emporion.records.orders.models import Contract, Order
from emporion.records.orders.queries import visible_contracts, visible_payments
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.actions.deals import open_deal
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, Department, build, day, rep
from emporion.records.team.models import Territory

pytestmark = [pytest.mark.both_databases, pytest.mark.spec("TEAM-10")]

PEOPLE = "you may only act for yourself and your people"


def entry(code: str, customer_id: int | None, *members: int, **more: Any) -> OrderEntry:
    return OrderEntry(
        code=code,
        customer_id=customer_id,
        placed_on=day(1),
        currency="EUR",
        lines=[LineEntry(1, None, D(2), D(50))],
        credits=[CreditEntry(member_id) for member_id in members],
        **more,
    )


@pytest.fixture
def here(db: None) -> Department:
    """The small department with its three orders."""
    made = build()
    for told in (
        entry("A1", made.acme, made.anna),
        entry("B1", made.bolt, made.boris),
        entry("AB", made.acme, made.boris),
    ):
        place_order(entry=told, by=SYSTEM, at=AT)
    return made


def words_of(action: Callable[[], object]) -> str:
    """In which words the action is refused; nothing may have come into the ledger."""
    before = LedgerFact.objects.count()
    with pytest.raises(Refusal) as refusal:
        action()
    assert LedgerFact.objects.count() == before
    return str(refusal.value)


def returning(order_code: str, by: Viewer, quantity: D = D(1), line: int = 1) -> object:
    return return_goods(
        code="R",
        order_code=order_code,
        line_number=line,
        returned_on=day(5),
        quantity=quantity,
        by=by,
        at=AT,
    )


def paid(code: str, customer_id: int | None, by: Viewer, **allocations: D) -> object:
    return receive_payment(
        code=code,
        customer_id=customer_id,
        received_on=day(5),
        amount=D(70),
        currency="EUR",
        allocations=allocations,
        by=by,
        at=AT,
    )


@pytest.mark.parametrize("code", ["B1", "NOPE"])
def test_goods_of_foreign_orders_do_not_come_back(here: Department, code: str) -> None:
    """Trap: anyone could return anyone's goods, and the refusals told how much was sold on which line."""
    anna = rep(here.anna)
    for attempt in (
        partial(returning, code, anna),
        partial(returning, code, anna, D(1000)),
        partial(returning, code, anna, D(1), 7),
    ):
        assert words_of(attempt) == f"there is no order {code} that you may open"
    returning("AB", anna)


@pytest.mark.parametrize("code", ["B1", "NOPE"])
def test_no_money_for_foreign_orders_and_customers(here: Department, code: str) -> None:
    """Trap: a rep booked payments for foreign orders, which counted as collected by their sellers."""
    anna = rep(here.anna)
    words = f"there is no order {code} that you may open"
    assert words_of(lambda: paid("P", here.acme, anna, **{code: D(5)})) == words
    for customer_id in (here.bolt, 999):
        assert words_of(partial(paid, "P", customer_id, anna)) == (
            f"there is no customer {customer_id} that you may open"
        )
    paid("P", here.acme, anna, A1=D(5))
    assert words_of(lambda: allocate_payment(code="P", allocations={code: D(5)}, by=anna, at=AT)) == words
    allocate_payment(code="P", allocations={"AB": D(5)}, by=anna, at=AT)


def test_foreign_payments_are_not_found(here: Department) -> None:
    """Trap: using a foreign payment told how much of it is left, and used it."""
    paid("BOLT", here.bolt, SYSTEM, B1=D(5))
    paid("ACME", here.acme, SYSTEM)
    paid("USED", None, SYSTEM, A1=D(5))
    paid("LOOSE", None, SYSTEM)
    anna = rep(here.anna)
    assert set(visible_payments(anna).values_list("code", flat=True)) == {"ACME", "USED"}
    assert visible_payments(SYSTEM).count() == 4
    for code in ("BOLT", "LOOSE", "NOPE"):
        attempt = partial(allocate_payment, code=code, allocations={"A1": D(10**7)}, by=anna, at=AT)
        assert words_of(attempt) == f"there is no payment {code} that you may open"


def test_no_invoices_for_foreign_orders(here: Department) -> None:
    """Trap: whoever held an order of any kind could invoice it."""
    anna = rep(here.anna)
    common: dict[str, Any] = {"issued_on": day(5), "due_on": None, "amount": D(9), "by": anna, "at": AT}
    for order in (Order.objects.get(code="B1"), Order(code="NOPE")):
        attempt = partial(issue_invoice, code="I", order=order, **common)
        assert words_of(attempt) == f"there is no order {order.code} that you may open"
    issue_invoice(code="I", order=Order.objects.get(code="A1"), **common)


def test_contracts_name_only_what_one_may_open(here: Department) -> None:
    """Trap: a rep signed contracts with foreign customers, in other people's names."""
    deal = open_deal(
        name="x", opened_on=day(1), customer_id=here.bolt, shares=[Share(here.boris)], by=SYSTEM, at=AT
    )

    def sign(by: Viewer, code: str = "C", **fields: Any) -> Contract:
        told = {"customer_id": here.acme, "member_id": here.anna, **fields}
        return sign_contract(contract=Contract(code=code, signed_on=day(2), **told), by=by, at=AT)

    anna = rep(here.anna)
    for kind, foreign in (("customer", here.bolt), ("deal", deal.pk)):
        for one in (foreign, 999):
            told: dict[str, Any] = {f"{kind}_id": one}
            attempt = partial(sign, anna, **told)
            assert words_of(attempt) == f"there is no {kind} {one} that you may open"
    assert {words_of(partial(sign, anna, member_id=one)) for one in (here.boris, 999)} == {PEOPLE}
    mine = sign(anna)
    sign(SYSTEM, "B", customer_id=here.bolt, member_id=here.boris)
    assert set(visible_contracts(anna)) == {mine}


def test_orders_name_only_what_one_may_open(here: Department) -> None:
    """Trap: a rep placed orders at foreign customers and deals, and moved orders of their own there."""
    deal = open_deal(
        name="x", opened_on=day(1), customer_id=here.bolt, shares=[Share(here.boris)], by=SYSTEM, at=AT
    )
    signed = Contract(code="C", customer_id=here.bolt, member_id=here.boris, signed_on=day(2))
    contract = sign_contract(contract=signed, by=SYSTEM, at=AT)
    anna = rep(here.anna)
    south = Territory.objects.create(code="south")
    foreign = {"customer": here.bolt, "deal": deal.pk, "territory": south.pk, "contract": contract.pk}
    for name, known in foreign.items():
        for one in (known, 999):
            told: dict[str, Any] = {f"{name}_id": one}
            words = f"there is no {name} {one} that you may open"
            fresh, changed = (replace(entry(code, here.acme, here.anna), **told) for code in ("N", "A1"))
            assert words_of(partial(place_order, entry=fresh, by=anna, at=AT)) == words
            assert words_of(partial(change_order, entry=changed, version=1, by=anna, at=AT)) == words
    place_order(entry=entry("N", here.acme, here.anna), by=anna, at=AT)


def test_what_an_order_names_already_may_stay(here: Department) -> None:
    """Trap: who sells at a foreign customer could no longer correct their own order."""
    place_order(entry=entry("OWN", here.bolt, here.anna, territory_id=here.north), by=SYSTEM, at=AT)
    told = replace(entry("OWN", here.bolt, here.anna, territory_id=here.north), channel="shop")
    assert change_order(entry=told, version=1, by=rep(here.anna), at=AT).channel == "shop"


def test_credit_is_neither_given_to_nor_taken_from_other_people(here: Department) -> None:
    """Trap: a rep put their own order under a stranger's name, and took a sale that a stranger made at their
    customer."""
    anna = rep(here.anna)
    for one in (here.boris, 999):
        given = [CreditEntry(one)]
        assert words_of(partial(place_order, entry=entry("N", here.acme, one), by=anna, at=AT)) == PEOPLE
        told = entry("A1", here.acme, one)
        assert words_of(partial(change_order, entry=told, version=1, by=anna, at=AT)) == PEOPLE
        attempt = partial(credit_order, code="A1", shares=given, version=1, by=anna, at=AT)
        assert words_of(attempt) == PEOPLE
    for taken in ([here.anna], []):
        told = entry("AB", here.acme, *taken)
        assert words_of(partial(change_order, entry=told, version=1, by=anna, at=AT)) == PEOPLE
        shares = [CreditEntry(one) for one in taken]
        assert words_of(partial(credit_order, code="AB", shares=shares, version=1, by=anna, at=AT)) == PEOPLE
    told = replace(entry("AB", here.acme, here.boris), channel="shop")
    change_order(entry=told, version=1, by=anna, at=AT)


def test_foreign_orders_are_not_found(here: Department) -> None:
    """Trap: missing and foreign were told apart by their words."""
    anna = rep(here.anna)
    for code in ("B1", "NOPE"):
        attempt = partial(cancel_order, code=code, cancelled_on=day(5), version=9, by=anna, at=AT)
        assert words_of(attempt) == f"there is no order {code} that you may open"
