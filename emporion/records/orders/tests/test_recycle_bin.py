"""What is removed stands for nothing and comes back as it was; what others need stays; changes are undone.

Anna owns Acme, Boris owns Bolt.
"""

from collections import Counter
from decimal import Decimal as D
from typing import Any

import pytest
from django.db.models import Sum

from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.audit.recording import broken_links
from emporion.kernel.change_undoing import can_be_undone, undo_change
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.verifying import discrepancies
from emporion.kernel.record_removing import recycle_bin, remove_record, restore_record
from emporion.records.catalog.actions import change_product, create_product
from emporion.records.customers.actions.bulk import change_customers, reassign_customers
from emporion.records.customers.actions.contacts import add_contact
from emporion.records.customers.actions.customers import change_customer
from emporion.records.customers.actions.owning import set_owner, set_zone
from emporion.records.customers.models import Customer, CustomerOwner
from emporion.records.customers.queries import change_history, visible_contacts, visible_customers
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.actions.payments import receive_payment
from emporion.records.orders.models import Allocation, AllocationPart, Order, Payment
from emporion.records.orders.queries import visible_orders, visible_payments
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.actions.changing import change_deal, close_deal, reassign_deals, reopen_deal
from emporion.records.pipeline.actions.deals import move_deal, open_deal, revalue_deal
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import credited, values_on, visible_deals
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, Department, build, day, rep

pytestmark = [pytest.mark.both_databases, pytest.mark.spec("SYS-6")]


@pytest.fixture
def here(db: None) -> Department:
    """The small department; its customers are in the base."""
    made = build()
    Customer.objects.update(in_base_from=day(1))
    for customer_id in (made.acme, made.bolt):
        change_customer(customer_id=customer_id, city="Here", by=SYSTEM, at=AT)
    return made


def order(here: Department, code: str = "A1") -> Order:
    told = OrderEntry(
        code=code,
        customer_id=here.acme,
        placed_on=day(1),
        currency="EUR",
        lines=[LineEntry(1, None, D(2), D(50)), LineEntry(2, None, D(1), D(20))],
        credits=[CreditEntry(here.anna)],
    )
    return place_order(entry=told, by=SYSTEM, at=AT)


def paid(code: str, **allocations: D) -> Payment:
    return receive_payment(
        code=code,
        customer_id=None,
        received_on=day(2),
        amount=D(90),
        currency="EUR",
        allocations=allocations,
        by=SYSTEM,
        at=AT,
    )


def deal(here: Department, **more: Any) -> Deal:
    told = {"name": "Fleet", "customer_id": here.acme, "shares": [Share(here.anna)], **more}
    return open_deal(opened_on=day(1), pipeline_id=here.pipeline, value=D(10), by=SYSTEM, at=AT, **told)


def stands() -> Counter[tuple[str, int]]:
    """By kind, what the ledger sums to."""
    sums = LedgerFact.objects.values("kind").annotate(quantity=Sum("quantity"), amount=Sum("amount"))
    return +Counter({(row["kind"], row["amount"]): row["quantity"] for row in sums})


def refused(name: str, action: Any, /, **given: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        action(by=given.pop("by", SYSTEM), at=AT, **given)
    assert refusal.value.name == name


def undo(by: Viewer = SYSTEM) -> None:
    """The last change."""
    entry = AuditEntry.objects.latest("id")
    assert can_be_undone(entry)
    undo_change(entry_id=entry.pk, by=by, at=AT)


# The bin


def test_a_removed_order_counts_no_more_and_comes_back_as_it_was(here: Department) -> None:
    before = stands()
    placed = order(here)
    counted = stands()
    assert counted != before
    gone = remove_record(subject="order", record_id=placed.pk, by=SYSTEM, at=AT, version=1)
    assert (gone.version, gone.removed_by, gone.removed_at) == (2, "system", AT)
    assert stands() == before
    assert not visible_orders(SYSTEM).exists()
    assert list(recycle_bin(SYSTEM, "order")) == [placed]
    assert list(discrepancies()) == []
    refused(
        "code_taken",
        place_order,
        entry=OrderEntry(
            code="A1",
            customer_id=None,
            placed_on=day(1),
            currency="EUR",
            lines=[LineEntry(1, None, D(2), D(50))],
        ),
    )
    restore_record(subject="order", record_id=placed.pk, by=SYSTEM, at=AT)
    assert stands() == counted
    assert visible_orders(SYSTEM).get() == placed
    assert list(discrepancies()) == []
    assert list(broken_links()) == []


def test_a_removed_payment_leaves_its_orders_unpaid(here: Department) -> None:
    placed = order(here)
    payment = paid("P1", A1=D(70))
    parts = list(AllocationPart.objects.values_list("line_number", "amount"))
    counted = stands()
    refused("has_payments", remove_record, subject="order", record_id=placed.pk)
    remove_record(subject="payment", record_id=payment.pk, by=SYSTEM, at=AT)
    assert not Allocation.objects.exists()
    assert not visible_payments(SYSTEM).exists()
    assert list(discrepancies()) == []
    remove_record(subject="order", record_id=placed.pk, by=SYSTEM, at=AT)
    refused("needs_removed", restore_record, subject="payment", record_id=payment.pk)
    restore_record(subject="order", record_id=placed.pk, by=SYSTEM, at=AT)
    restore_record(subject="payment", record_id=payment.pk, by=SYSTEM, at=AT)
    assert list(AllocationPart.objects.values_list("line_number", "amount")) == parts
    assert stands() == counted
    assert list(discrepancies()) == []


def test_what_others_need_is_not_removed(here: Department) -> None:
    sold = deal(here)
    refused("has_deals", remove_record, subject="customer", record_id=here.acme)
    remove_record(subject="deal", record_id=sold.pk, by=SYSTEM, at=AT)
    remove_record(subject="customer", record_id=here.acme, by=SYSTEM, at=AT)
    refused("needs_removed", restore_record, subject="deal", record_id=sold.pk)
    assert list(discrepancies()) == []


def test_contacts_go_and_come_back_with_their_customer(here: Department) -> None:
    stayed, left = (
        add_contact(customer_id=here.acme, given_name=name, by=SYSTEM, at=AT) for name in ("Ada", "Eve")
    )
    remove_record(subject="contact", record_id=left.pk, by=SYSTEM, at=AT)
    counted = stands()
    remove_record(subject="customer", record_id=here.acme, by=SYSTEM, at=AT)
    assert stands() != counted
    assert not visible_contacts(SYSTEM).exists()
    restore_record(subject="customer", record_id=here.acme, by=SYSTEM, at=AT)
    assert list(visible_contacts(SYSTEM)) == [stayed]
    assert stands() == counted


def test_only_what_is_in_scope_is_removed_and_seen_in_the_bin(here: Department) -> None:
    """Trap: a record that is there but foreign, and one that is not, are refused in the same way."""
    anna, boris = rep(here.anna), rep(here.boris)
    placed = order(here)
    refused("no_such_order", remove_record, subject="order", record_id=placed.pk, by=boris)
    refused("no_such_order", remove_record, subject="order", record_id=0, by=boris)
    remove_record(subject="order", record_id=placed.pk, by=anna, at=AT)
    assert (recycle_bin(anna, "order").count(), recycle_bin(boris, "order").count()) == (1, 0)
    refused("no_such_order", restore_record, subject="order", record_id=placed.pk, by=boris)
    refused("no_such_order", remove_record, subject="order", record_id=placed.pk, by=anna)
    refused("not_removable", remove_record, subject="stage", record_id=1)
    both = deal(here, shares=[Share(here.anna), Share(here.boris)])
    refused("not_your_people", remove_record, subject="deal", record_id=both.pk, by=anna)


def test_a_record_changed_meanwhile_is_not_removed(here: Department) -> None:
    placed = order(here)
    with pytest.raises(Conflict):
        remove_record(subject="order", record_id=placed.pk, by=SYSTEM, at=AT, version=7)


def test_a_product_in_an_order_is_not_removed(here: Department) -> None:
    product = create_product(code="X", by=SYSTEM, at=AT)
    refused("not_permitted", remove_record, subject="product", record_id=product.pk, by=rep(here.anna))
    remove_record(subject="product", record_id=product.pk, by=SYSTEM, at=AT)
    refused("no_such_product", change_product, product_id=product.pk, changes={"name": "Y"})


# Many at once


def test_many_customers_are_given_to_another(here: Department) -> None:
    both = [here.acme, here.bolt]
    given: dict[str, Any] = {
        "customer_ids": both,
        "member_id": here.boris,
        "starts_on": day(3),
        "by": SYSTEM,
        "at": AT,
    }
    assert reassign_customers(**given) == 1
    assert reassign_customers(**given) == 0
    assert visible_customers(rep(here.boris), day(3)).count() == 2
    assert change_history(SYSTEM, here.acme)[0].values == {f"member_id from {day(3)}": ["", here.boris]}
    assert list(discrepancies()) == []
    undo()
    assert not CustomerOwner.objects.filter(customer_id=here.acme, starts_on=day(3)).exists()
    assert list(discrepancies()) == []


def test_many_customers_get_one_segment(here: Department) -> None:
    both = [here.acme, here.bolt]
    assert change_customers(customer_ids=both, segment="A", source="fair", by=SYSTEM, at=AT) == 2
    assert set(Customer.objects.values_list("segment", "source", "version")) == {("A", "fair", 3)}
    assert list(discrepancies()) == []
    undo()
    assert set(Customer.objects.values_list("segment", "source")) == {("", "")}
    refused("not_for_many", change_customers, customer_ids=both, tax_id="1")
    refused("bad_value", change_customers, customer_ids=both, segment="x" * 101)


def test_nothing_foreign_is_among_the_many(here: Department) -> None:
    anna = rep(here.anna)
    mine, foreign = deal(here), deal(here, customer_id=here.bolt, shares=[Share(here.boris)])
    both = [here.acme, here.bolt]
    refused("no_such_customer", change_customers, customer_ids=both, segment="A", by=anna)
    refused(
        "no_such_customer",
        reassign_customers,
        customer_ids=both,
        member_id=here.anna,
        starts_on=day(2),
        by=anna,
    )
    refused(
        "not_your_people",
        reassign_customers,
        customer_ids=[here.acme],
        member_id=here.boris,
        starts_on=day(2),
        by=anna,
    )
    refused("no_such_deal", reassign_deals, deal_ids=[mine.pk, foreign.pk], member_id=here.anna, by=anna)
    refused("not_your_people", reassign_deals, deal_ids=[mine.pk], member_id=here.boris, by=anna)
    assert set(Customer.objects.values_list("segment", flat=True)) == {""}


def test_many_deals_are_given_to_another(here: Department) -> None:
    first = deal(here, shares=[Share(here.anna), Share(here.boris, 1, "overlay")])
    second = deal(here, shares=[])
    assert reassign_deals(deal_ids=[first.pk, second.pk], member_id=here.boris, by=SYSTEM, at=AT) == 2
    assert credited(first.pk) == [Share(here.boris), Share(here.boris, 1, "overlay")]
    assert credited(second.pk) == [Share(here.boris)]
    assert list(discrepancies()) == []
    undo()
    assert credited(first.pk) == [Share(here.anna), Share(here.boris, 1, "overlay")]
    assert credited(second.pk) == []
    assert list(discrepancies()) == []


# Deals


def test_a_deal_is_changed_in_one_go(here: Department) -> None:
    made = deal(here)
    changed = change_deal(
        deal_id=made.pk,
        version=made.version,
        name="Trucks",
        customer_id=here.bolt,
        value=D(25),
        valued_on=day(5),
        shares=[Share(here.boris)],
        by=SYSTEM,
        at=AT,
    )
    assert (changed.name, changed.customer_id, changed.version) == ("Trucks", here.bolt, made.version + 1)
    assert values_on(SYSTEM, [made.pk], day(4)) == {made.pk: D(10)}
    assert values_on(SYSTEM, [made.pk], day(5)) == {made.pk: D(25)}
    assert credited(made.pk) == [Share(here.boris)]
    assert list(discrepancies()) == []
    undo()
    back = Deal.objects.get(pk=made.pk)
    assert (back.name, back.customer_id, credited(made.pk)) == ("Fleet", here.acme, [Share(here.anna)])
    assert values_on(SYSTEM, [made.pk], day(5)) == {made.pk: D(10)}
    assert list(discrepancies()) == []
    undo()
    again = Deal.objects.get(pk=made.pk)
    assert (again.name, credited(made.pk)) == ("Trucks", [Share(here.boris)])


def test_a_deal_names_nothing_foreign_and_nothing_that_is_not(here: Department) -> None:
    made = deal(here)
    mine: dict[str, Any] = {"deal_id": made.pk, "version": made.version, "by": rep(here.anna)}
    refused("no_such_customer", change_deal, customer_id=here.bolt, **mine)
    refused("no_such_source", change_deal, source_id=77, **mine)
    refused("not_your_people", change_deal, shares=[Share(here.boris)], **mine)
    refused("negative_value", change_deal, value=D(-1), **mine)
    refused("bad_value", change_deal, name="x" * 256, **mine)
    refused("no_such_deal", change_deal, name="x", **{**mine, "by": rep(here.boris)})
    refused("changed_meanwhile", change_deal, name="x", **{**mine, "version": 9})
    assert change_deal(name="Fleet", at=AT, **mine).version == made.version


def test_a_deal_is_lost_and_opened_again(here: Department) -> None:
    made = deal(here)
    given: dict[str, Any] = {"deal_id": made.pk, "by": SYSTEM, "at": AT}
    moved = move_deal(stage_id=here.offer, entered_on=day(2), version=made.version, **given)
    lost = close_deal(outcome="lost", closed_on=day(3), lost_reason="price", version=moved.version, **given)
    assert (lost.stage_id, lost.closed_on, lost.lost_reason) == (here.lost, day(3), "price")
    undo()
    back = Deal.objects.get(pk=made.pk)
    assert (back.stage_id, back.closed_on, back.lost_reason) == (here.offer, None, "")
    refused("is_open", reopen_deal, deal_id=made.pk, opened_on=day(4), version=back.version)
    won = close_deal(outcome="won", closed_on=day(3), version=back.version, **given)
    opened = reopen_deal(opened_on=day(4), version=won.version, **given)
    assert (opened.stage_id, opened.closed_on) == (here.offer, None)
    refused("no_such_stage", close_deal, outcome="open", closed_on=day(4), deal_id=made.pk, version=1)
    assert list(discrepancies()) == []


def test_a_deal_in_the_bin_is_gone_from_the_lists(here: Department) -> None:
    made = deal(here)
    remove_record(subject="deal", record_id=made.pk, by=SYSTEM, at=AT)
    assert not visible_deals(SYSTEM).exists()
    assert list(discrepancies()) == []
    undo()
    assert visible_deals(SYSTEM).get() == made
    undo()
    assert not visible_deals(SYSTEM).exists()


# Undoing


def test_a_change_is_undone_while_nobody_has_changed_it_since(here: Department) -> None:
    change_customer(customer_id=here.acme, name="Acme Ltd", city="Rome", by=SYSTEM, at=AT)
    first = AuditEntry.objects.latest("id")
    change_customer(customer_id=here.acme, city="Oslo", by=SYSTEM, at=AT)
    refused("changed_since", undo_change, entry_id=first.pk)
    undo()
    assert Customer.objects.get(pk=here.acme).city == "Rome"
    change_customers(customer_ids=[here.acme], segment="A", by=SYSTEM, at=AT)
    refused("changed_since", undo_change, entry_id=AuditEntry.objects.order_by("-id")[1].pk)
    refused("cannot_be_undone", undo_change, entry_id=0)


def test_nobody_undoes_what_they_may_not_open(here: Department) -> None:
    change_customer(customer_id=here.acme, city="Rome", by=SYSTEM, at=AT)
    entry = AuditEntry.objects.latest("id")
    refused("cannot_be_undone", undo_change, entry_id=entry.pk, by=rep(here.boris))
    undo(rep(here.anna))
    assert Customer.objects.get(pk=here.acme).city == "Here"


def test_counting_through_entries_tells_nothing_of_foreign_records(here: Department) -> None:
    """Trap: whether somebody has changed a foreign record since is refused in the words of an entry that is not."""
    change_customer(customer_id=here.acme, city="Rome", by=SYSTEM, at=AT)
    change_customers(customer_ids=[here.acme, here.bolt], segment="A", by=SYSTEM, at=AT)
    change_customer(customer_id=here.acme, city="Oslo", by=SYSTEM, at=AT)
    last = AuditEntry.objects.latest("id").pk
    for entry_id in (last - 2, last - 1, last, last + 1):
        refused("cannot_be_undone", undo_change, entry_id=entry_id, by=rep(here.boris))


def test_owner_and_zone_are_undone(here: Department) -> None:
    before = stands()
    set_owner(customer_id=here.acme, member_id=here.boris, starts_on=day(4), by=SYSTEM, at=AT)
    refused("not_your_people", undo_change, entry_id=AuditEntry.objects.latest("id").pk, by=rep(here.boris))
    undo()
    set_zone(customer_id=here.acme, territory_id=None, starts_on=day(-100), by=SYSTEM, at=AT)
    undo()
    assert stands() == before
    assert visible_customers(rep(here.anna), day(9)).get().pk == here.acme
    assert list(discrepancies()) == []


def test_a_new_value_is_undone(here: Department) -> None:
    made = deal(here)
    revalue_deal(deal_id=made.pk, starts_on=day(2), value=D(33), version=made.version, by=SYSTEM, at=AT)
    undo()
    assert values_on(SYSTEM, [made.pk], day(3)) == {made.pk: D(10)}
    assert list(discrepancies()) == []
