"""Writes about orders: each one transaction, one audit entry, its facts posted."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.models import own_fields
from emporion.kernel.record_undoing import rows_of
from emporion.records.catalog.queries import CostBook
from emporion.records.customers.queries import Held
from emporion.records.orders.actions.fact_sources import post_for
from emporion.records.orders.actions.writing import (
    Books,
    Draft,
    draft,
    refuse_lost_returns,
    returned_quantities,
    rewrite,
    stored_drafts,
    write_new,
)
from emporion.records.orders.facts import Share
from emporion.records.orders.models import Contract, Invoice, Order, OrderCredit
from emporion.records.orders.queries import launches, signed_in_pipeline, visible_contracts, visible_order
from emporion.records.orders.rules.documents import CreditEntry, OrderEntry
from emporion.records.pipeline.queries import refuse_hidden_with_deal
from emporion.records.team.queries import Places


def place_order(*, entry: OrderEntry, by: Viewer, at: datetime) -> Order:
    """Write an order with its lines and credits. Refuses a code in use, credit to others than the viewer's people,
    and a customer, deal, territory or contract they may not open."""
    by.require(Permission.WRITE)
    by.require_members(share.member_id for share in entry.credits)
    with transaction.atomic():
        _refuse_hidden(entry, None, by)
        if Order.objects.filter(code=entry.code).exists():
            raise Refusal("code_taken", f"an order {entry.code} exists already")
        books = Books.load([entry])
        made = draft(entry, books)
        made.order.touched_at = at
        write_new([made], books, at=at)
        record("order.placed", by=by, at=at, subject=_subject(made.order), new=_seen(made))
    return made.order


def change_order(*, entry: OrderEntry, version: int, by: Viewer, at: datetime) -> Order:
    """Make the order of that code say what `entry` says; payments made stay spread as they were, and with
    returns and invoices they follow the order to another customer or seller.

    Refuses an order that was changed since it had `version`, one that loses lines of which goods came back, another
    credit that gives to, or takes from, others than the viewer's people, and another customer, deal, territory or
    contract that they may not open.
    """
    with transaction.atomic():
        stored = _stored(entry.code, version, by)
        _refuse_hidden(entry, stored.order, by)
        books = Books.load([entry])
        made = draft(entry, books)
        _refuse_foreign_credit(stored.shares, made.shares, by)
        order_id = stored.order.pk
        refuse_lost_returns(made, stored, returned_quantities([order_id]).get(order_id, {}))
        _write_again(stored, made, books, at)
        record(
            "order.changed", by=by, at=at, subject=_subject(made.order), old=_seen(stored), new=_seen(made)
        )
    return made.order


def cancel_order(*, code: str, cancelled_on: date, version: int, by: Viewer, at: datetime) -> Order:
    """Call an order off on a day: its amounts are taken back on that day, not on the day it was placed.

    Refuses one that is cancelled, one of which goods came back, and a day before it was placed.
    """
    with transaction.atomic():
        stored = _stored(code, version, by)
        if stored.order.cancelled_on:
            raise Refusal("already_cancelled", f"order {code} was cancelled on {stored.order.cancelled_on}")
        if stored.order.returns.exists():
            raise Refusal(
                "has_returns", f"goods of order {code} came back; return the rest instead of cancelling"
            )
        if cancelled_on < stored.order.placed_on:
            raise Refusal("cancelled_before", "an order cannot be cancelled before it was placed")
        before = _seen(stored)
        stored.order.cancelled_on = cancelled_on
        _write_again(stored, stored, _books_of(stored), at)
        record("order.cancelled", by=by, at=at, subject=_subject(stored.order), old=before, new=_seen(stored))
    return stored.order


def credit_order(
    *, code: str, shares: Sequence[CreditEntry], version: int, by: Viewer, at: datetime
) -> Order:
    """Say anew whose sale it is; facts of returns and payments follow. Refuses giving to, and taking from, others than
    the viewer's people."""
    with transaction.atomic():
        stored = _stored(code, version, by)
        _refuse_foreign_credit(stored.shares, [Share(c.member_id, c.weight, c.credit) for c in shares], by)
        before = _seen(stored)
        pk = stored.order.pk
        OrderCredit.objects.filter(order_id=pk).delete()
        OrderCredit.objects.bulk_create(
            OrderCredit(order_id=pk, member_id=c.member_id, weight=c.weight, credit=c.credit) for c in shares
        )
        fresh = stored_drafts([code])[code]
        _write_again(stored, fresh, _books_of(fresh), at)
        record("order.credited", by=by, at=at, subject=_subject(fresh.order), old=before, new=_seen(fresh))
    return fresh.order


def issue_invoice(
    *,
    code: str,
    order: Order,
    issued_on: date,
    due_on: date | None,
    amount: Decimal,
    by: Viewer,
    at: datetime,
) -> Invoice:
    """Write an invoice. Refuses a code in use, a due day before its issue, and an order the viewer may not open."""
    by.require(Permission.WRITE)
    opened = visible_order(by, order.code)
    if due_on and due_on < issued_on:
        raise Refusal("due_before_issue", "an invoice cannot fall due before it is issued")
    return _create(
        Invoice(code=code, order=opened, issued_on=issued_on, due_on=due_on, amount=amount), "invoice", by, at
    )


def sign_contract(*, contract: Contract, by: Viewer, at: datetime) -> Contract:
    """Write a contract. Refuses a code in use, an end before its signing, a member who is none of the viewer's people,
    and a customer or deal they may not open."""
    by.require(Permission.WRITE)
    by.require_members([contract.member_id] if contract.member_id is not None else [])
    refuse_hidden_with_deal(by, contract.customer_id, contract.deal_id, None)
    if contract.ends_on and contract.ends_on <= contract.signed_on:
        raise Refusal("ends_before_signing", "a contract must end after the day it was signed")
    if signed_in_pipeline([contract.deal_id]):
        raise Refusal(
            "signed_in_deal", "the deal says itself when its contract was signed; it would count twice"
        )
    return _create(contract, "contract", by, at)


_Document = TypeVar("_Document", Invoice, Contract)


def _create(made: _Document, kind: str, by: Viewer, at: datetime) -> _Document:
    with transaction.atomic():
        if rows_of(type(made)).filter(code=made.code).exists():
            raise Refusal("code_taken", f"there is a {kind} {made.code} already")
        made.touched_at = made.updated_at = at
        made.save(force_insert=True)
        post_for(kind, [made.pk], at=at)
        record(f"{kind}.created", by=by, at=at, subject=f"{kind}:{made.pk}", new=own_fields(made))
    return made


def _stored(code: str, version: int, by: Viewer) -> Draft:
    by.require(Permission.WRITE)
    visible_order(by, code)
    found = stored_drafts([code])[code]
    if found.order.version != version:
        raise Conflict(f"order {code}")
    return found


def _refuse_hidden(entry: OrderEntry, stored: Order | None, by: Viewer) -> None:
    """What stays as stored may be named though it is out of sight: the order itself shows it."""

    def newly(name: str) -> int | None:
        value: int | None = getattr(entry, name)
        return None if value == getattr(stored, name, None) else value

    refuse_hidden_with_deal(by, newly("customer_id"), newly("deal_id"), newly("territory_id"))
    contract_id = newly("contract_id")
    if contract_id is not None and not visible_contracts(by).filter(id=contract_id).exists():
        raise Refusal("no_such_contract", f"there is no contract {contract_id} that you may open")


def _refuse_foreign_credit(old: Sequence[Share], new: Sequence[Share], by: Viewer) -> None:
    if sorted(old) != sorted(new):
        by.require_members(share.member_id for share in (*old, *new))


def _books_of(found: Draft) -> Books:
    """What posting a stored order anew needs: its costs and its zone stay as they were written."""
    products = {line.product_id for line in found.lines}
    return Books(Places.load(), CostBook.load([]), launches(products), Held.zones([]))


def _write_again(stored: Draft, made: Draft, books: Books, at: datetime) -> None:
    made.order.pk = stored.order.pk
    made.order.version = stored.order.version + 1
    made.order.touched_at = at
    rewrite([made], books, at=at)


def _subject(order: Order) -> str:
    return f"order:{order.pk}"


def _seen(found: Draft) -> dict[str, object]:
    """An order as an audit entry keeps it: its own columns, lines and credits."""
    lines = [
        [line.number, line.product_id, str(line.quantity), str(line.unit_price), str(line.amount)]
        for line in found.lines
    ]
    hidden = {"version", "updated_at", "touched_at", "created_at"}
    fields = {name: value for name, value in own_fields(found.order).items() if name not in hidden}
    return {**fields, "lines": lines, "credits": [list(share) for share in found.shares]}
