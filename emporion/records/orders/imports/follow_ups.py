"""What files may carry about what follows an order: contracts, invoices, payments, returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Permission
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch, ImportRow, RowFate
from emporion.kernel.models import Record
from emporion.kernel.preferences.queries import preference
from emporion.kernel.record_undoing import rows_of
from emporion.kernel.record_writing import PlannedRow, RecordShape, ids_by_code, stored_as
from emporion.records.orders.actions.fact_sources import post_for
from emporion.records.orders.actions.payments import allocate_to, returned
from emporion.records.orders.actions.undoing import undo_payments, undo_returns
from emporion.records.orders.models import (
    Allocation,
    Contract,
    GoodsReturn,
    Invoice,
    Order,
    OrderLine,
    Payment,
)
from emporion.records.orders.queries import signed_in_pipeline

K = ColumnKind

CONTRACT_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, doc="the contract's number", example="CT-5"),
    Column("customer", K.REFERENCE, required=True, refers_to="customer", doc="with whom", example="C-17"),
    Column("deal", K.REFERENCE, refers_to="deal", doc="the deal it came from"),
    Column("member", K.REFERENCE, refers_to="member", doc="who brought it", example="M-3"),
    Column("signed_on", K.DAY, required=True, doc="day of signing", example="2026-02-01"),
    Column("ends_on", K.DAY, doc="first day on which it no longer holds"),
    Column(
        "amount", K.EXACT, places=4, default=Decimal(0), doc="its value in the base currency", example="12000"
    ),
)
INVOICE_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, doc="the invoice's number", example="INV-8"),
    Column("order", K.REFERENCE, required=True, refers_to="order", doc="for which order", example="SO-1001"),
    Column("issued_on", K.DAY, required=True, doc="day of issue", example="2026-03-15"),
    Column("due_on", K.DAY, doc="day it falls due", example="2026-04-14"),
    Column("amount", K.EXACT, required=True, places=4, doc="in the order's currency", example="59.70"),
)
PAYMENT_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, doc="the payment's number", example="PAY-3"),
    Column("customer", K.REFERENCE, refers_to="customer", doc="who paid; without it the order's customer"),
    Column(
        "order",
        K.REFERENCE,
        refers_to="order",
        doc="for which order; empty is a prepayment",
        example="SO-1001",
    ),
    Column("received_on", K.DAY, required=True, doc="day the money came", example="2026-04-10"),
    Column("amount", K.EXACT, required=True, places=4, doc="negative when it was paid back", example="59.70"),
    Column("currency", K.TEXT, longest=3, doc="without it the order's, else the base currency"),
    Column("rate", K.EXACT, places=9, doc="for what belongs to no order; without it 1"),
)
RETURN_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, doc="the return's number", example="R-2"),
    Column("order", K.REFERENCE, required=True, refers_to="order", doc="of which order", example="SO-1001"),
    Column("line", K.CODE, required=True, doc="the line's code, or its number", example="1"),
    Column("returned_on", K.DAY, required=True, doc="day it came back", example="2026-03-20"),
    Column("quantity", K.EXACT, required=True, places=6, doc="how many came back", example="1"),
    Column("amount", K.EXACT, places=4, doc="in the order's currency; without it the line's share"),
)


@dataclass(frozen=True, slots=True)
class _OneByOne:
    """Writes records whose figures depend on those before them, one row at a time.

    `compared` are the attributes in which a second import may differ. A record that is here is never changed: later
    payments and returns were reckoned from it.
    """

    kind: str
    model: type[Record]
    build: Callable[[Mapping[str, Any]], Record]
    compared: tuple[str, ...]
    after: Callable[[Any, Mapping[str, Any]], None] | None = None

    def __call__(self, batch: ImportBatch) -> list[RowFate]:
        batch.by.require(Permission.IMPORT)
        with transaction.atomic():
            known = rows_of(self.model).in_bulk([row.values["code"] for row in batch.rows], field_name="code")
            fates = [self._one(row, known, batch.at) for row in batch.rows]
            created = [fate.record_id for fate in fates if fate.fate is Fate.CREATED and fate.record_id]
            if created:
                post_for(self.kind, created, at=batch.at)
                new = {"created": created}
                record(
                    f"{self.kind}.imported", by=batch.by, at=batch.at, subject=f"{self.kind}:import", new=new
                )
        return fates

    def _one(self, row: ImportRow, known: dict[str, Record], at: datetime) -> RowFate:
        try:
            with transaction.atomic():
                return self._settle(row, known, at)
        except Refusal as refusal:
            return RowFate(row.number, Fate.REJECTED, _COLUMN_OF.get(refusal.name, ""), refusal.text)

    def _settle(self, row: ImportRow, known: dict[str, Record], at: datetime) -> RowFate:
        made = self.build(row.values)
        stored = known.get(made.code)
        if stored is not None:
            return self._compare(row, made, stored)
        made.updated_at = made.created_at = at
        made.save(force_insert=True)
        if self.after is not None:
            self.after(made, row.values)
        known[made.code] = made
        return RowFate(row.number, Fate.CREATED, record_id=made.pk)

    def _compare(self, row: ImportRow, made: Record, stored: Record) -> RowFate:
        if all(getattr(made, name) == getattr(stored, name) for name in self.compared):
            return RowFate(row.number, Fate.UNCHANGED, record_id=stored.pk)
        if stored.touched_at is not None:
            return RowFate(row.number, Fate.KEPT, record_id=stored.pk)
        text = f"{self.kind} {stored.code} is here already with other figures; undo its import first"
        raise Refusal("differs", text)


def _check_contracts(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    signed = signed_in_pipeline(row.values.get("deal") for row in rows)
    for row in rows:
        if row.values.get("deal") in signed:
            row.reject("deal", "this deal says itself when its contract was signed; it would count twice")
        if row.values.get("ends_on") and row.values["ends_on"] <= row.values["signed_on"]:
            row.reject("ends_on", "a contract must end after the day it was signed")


def _check_invoices(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        if row.values.get("due_on") and row.values["due_on"] < row.values["issued_on"]:
            row.reject("due_on", "an invoice cannot fall due before it is issued")


def _post(kind: str, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    touched = [row.record_id for row in rows if row.fate in {Fate.CREATED, Fate.CHANGED}]
    if touched:
        post_for(kind, touched, at=batch.at)


_COLUMN_OF = {
    "more_than_sold": "quantity",
    "bad_quantity": "quantity",
    "no_such_line": "line",
    "order_cancelled": "order",
    "returned_before": "returned_on",
    "other_currency": "currency",
    "no_lines": "order",
    "zero_payment": "amount",
    "differs": "code",
}


def _payment(values: Mapping[str, Any]) -> Payment:
    order = Order.objects.filter(pk=values["order"]).first() if values.get("order") else None
    if values["amount"] == 0:
        raise Refusal("zero_payment", "a payment of 0 says nothing")
    currency = values.get("currency") or (order.currency if order else str(preference("base_currency")))
    if order and order.currency != currency:
        raise Refusal(
            "other_currency", f"order {order.code} is in {order.currency}, the payment in {currency}"
        )
    return Payment(
        code=values["code"],
        customer_id=values.get("customer") or (order.customer_id if order else None),
        received_on=values["received_on"],
        amount=values["amount"],
        currency=currency,
        rate=values.get("rate") or (order.rate if order else Decimal(1)),
    )


def _allocate_payment(payment: Payment, values: Mapping[str, Any]) -> None:
    """For its order as much as is still open there; what is over stays a prepayment."""
    if not values.get("order"):
        return
    order = Order.objects.get(pk=values["order"])
    paid = sum(Allocation.objects.filter(order=order).values_list("amount", flat=True), Decimal(0))
    amount = (
        payment.amount if payment.amount < 0 else min(payment.amount, max(order.total - paid, Decimal(0)))
    )
    if amount:
        allocate_to(payment, order, amount)


def _return(values: Mapping[str, Any]) -> GoodsReturn:
    lines = OrderLine.objects.filter(order_id=values["order"]).select_related("order")
    line = lines.filter(code=values["line"]).first()
    if line is None and values["line"].isdecimal():
        line = lines.filter(number=int(values["line"])).first()
    if line is None:
        raise Refusal("no_such_line", f"the order has no line {values['line']}")
    stored = GoodsReturn.objects.filter(code=values["code"]).first()
    if stored is not None:
        return _as_stated(stored, line, values)
    of_line = (line.order.code, line.number)
    return returned(values["code"], of_line, values["returned_on"], values["quantity"], values.get("amount"))


def _as_stated(stored: GoodsReturn, line: OrderLine, values: Mapping[str, Any]) -> GoodsReturn:
    """The return the row states, for comparing with the one that exists: its own share must not count as earlier."""
    amount = values.get("amount")
    return GoodsReturn(
        code=values["code"],
        order=line.order,
        line_number=line.number,
        returned_on=values["returned_on"],
        quantity=values["quantity"],
        amount=stored.amount if amount is None else amount,
    )


_CONTRACTS = RecordShape(
    Contract,
    "contract",
    stored_as(CONTRACT_COLUMNS),
    check=_check_contracts,
    after=partial(_post, "contract"),
    fact_kind="contract",
)
_INVOICES = RecordShape(
    Invoice,
    "invoice",
    stored_as(INVOICE_COLUMNS),
    check=_check_invoices,
    after=partial(_post, "invoice"),
    fact_kind="invoice",
)

FOLLOW_UPS = (
    _CONTRACTS.importable(
        "contracts",
        CONTRACT_COLUMNS,
        after=("customers", "deals", "members", "places"),
        doc="Signed contracts.",
    ),
    _INVOICES.importable("invoices", INVOICE_COLUMNS, after=("orders",), doc="Invoices for orders."),
    Importable(
        "payments",
        "payment",
        PAYMENT_COLUMNS,
        after=("orders",),
        doc="Money received, for one order each; what is over stays a prepayment.",
        write=_OneByOne(
            "payment",
            Payment,
            _payment,
            ("customer_id", "received_on", "amount", "currency"),
            _allocate_payment,
        ),
        references=partial(ids_by_code, Payment),
        undo=undo_payments,
    ),
    Importable(
        "returns",
        "return",
        RETURN_COLUMNS,
        after=("orders",),
        doc="Goods that came back, by line.",
        write=_OneByOne(
            "return", GoodsReturn, _return, ("order_id", "line_number", "returned_on", "quantity", "amount")
        ),
        references=partial(ids_by_code, GoodsReturn),
        undo=undo_returns,
    ),
)
