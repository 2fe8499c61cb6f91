"""What files may carry about orders, and how batches of it are written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Permission
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch, ImportRow, RowFate
from emporion.kernel.preferences.queries import preference
from emporion.kernel.record_writing import ids_by_code
from emporion.records.orders.actions.undoing import undo_orders
from emporion.records.orders.actions.writing import (
    Books,
    Draft,
    changed_lines,
    draft,
    refuse_lost_returns,
    returned_quantities,
    rewrite,
    same,
    stored_drafts,
    write_new,
)
from emporion.records.orders.models import Order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry

K = ColumnKind
PLACED, CANCELLED = "placed", "cancelled"

ORDER_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, doc="the order's number", example="SO-1001"),
    Column("placed_on", K.DAY, required=True, doc="day of the order", example="2026-03-14"),
    Column("placed_at", K.INSTANT, doc="moment of the order, when it is known"),
    Column("customer", K.REFERENCE, refers_to="customer", doc="the customer's code", example="C-17"),
    Column("territory", K.REFERENCE, refers_to="territory", doc="zone of the order, not of the seller"),
    Column(
        "seller",
        K.REFERENCE,
        refers_to="member",
        doc="who sold it; for several use order_credits",
        example="M-3",
    ),
    Column("channel", K.TEXT, longest=40, doc="how it was sold, e.g. online", example="seller"),
    Column("source", K.TEXT, longest=100, doc="where the customer came from"),
    Column("currency", K.TEXT, longest=3, doc="ISO code; without it the base currency", example="EUR"),
    Column("rate", K.EXACT, places=9, doc="base currency for one unit of it; without it 1"),
    Column("total", K.EXACT, places=4, doc="before tax; without it the sum of the lines, rounded once"),
    Column("status", K.CHOICE, choices=(PLACED, CANCELLED), doc="placed or cancelled"),
    Column("cancelled_on", K.DAY, doc="day it was called off"),
    Column("deal", K.REFERENCE, refers_to="deal", doc="the deal it came from"),
    Column("contract", K.REFERENCE, refers_to="contract", doc="the contract it falls under"),
    Column("opening", K.YES_NO, doc="yes: history from before, never counted as revenue"),
)
LINE_COLUMNS = (
    Column("order", K.CODE, required=True, doc="the order's code", example="SO-1001"),
    Column("code", K.CODE, longest=100, doc="the line's own number", example="1"),
    Column("product", K.REFERENCE, refers_to="product", doc="the product's code", example="P-9"),
    Column(
        "quantity", K.EXACT, required=True, places=6, doc="more than 0; returns go into returns", example="3"
    ),
    Column("unit_price", K.EXACT, places=9, doc="price of one, before discount", example="19.90"),
    Column("discount", K.EXACT, places=9, doc="a share: 0.1 is ten percent"),
    Column(
        "amount", K.EXACT, places=9, doc="the line's amount; without it quantity × price × (1 − discount)"
    ),
    Column(
        "cost", K.EXACT, places=9, doc="cost of one, base currency; without it the product's cost of the day"
    ),
)
CREDIT_COLUMNS = (
    Column("order", K.CODE, required=True, doc="the order's code", example="SO-1001"),
    Column("member", K.REFERENCE, required=True, refers_to="member", doc="whose sale it is", example="M-3"),
    Column("weight", K.WHOLE, minimum=1, default=1, doc="their share: 1 of the sum of weights", example="1"),
    Column(
        "credit", K.CHOICE, choices=("direct", "overlay"), default="direct", doc="direct shares one whole"
    ),
)


def write_orders(batch: ImportBatch) -> list[RowFate]:
    """Orders with their lines and credits, many at once: created, changed or left unchanged; a refused order says
    why, and its lines with it. About ten queries a batch."""
    batch.by.require(Permission.IMPORT)
    with transaction.atomic():
        work = _Work(batch)
        work.take_all()
        write_new([made for _, made in work.new], work.books, at=batch.at)
        rewrite([made for _, made in work.changed], work.books, at=batch.at)
        fates = work.fates()
        _note(fates, batch)
    return fates


class _Work:
    """One batch being sorted into new, changed, unchanged and refused orders."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.currency = str(preference("base_currency"))
        self.stored = stored_drafts([row.values["code"] for row in batch.rows])
        self.lines = batch.children.get("order_lines", {})
        self.credits = batch.children.get("order_credits", {})
        self.new: list[tuple[ImportRow, Draft]] = []
        self.changed: list[tuple[ImportRow, Draft]] = []
        self.settled: list[RowFate] = []
        self.seen: set[str] = set()

        entries = [self._entry(row) for row in batch.rows]
        self.entries = list(zip(batch.rows, entries, strict=True))
        self.books = Books.load(entries)
        self.returned = returned_quantities([found.order.pk for found in self.stored.values()])

    def take_all(self) -> None:
        """Decide what becomes of each order."""
        for row, entry in self.entries:
            try:
                self._take(row, entry)
            except Refusal as refusal:
                self._refuse(row, refusal)

    def _take(self, row: ImportRow, entry: OrderEntry) -> None:
        if entry.code in self.seen:
            raise Refusal("code_twice", f"order {entry.code} stands in this file twice")
        self.seen.add(entry.code)
        made = draft(entry, self.books)
        before = self.stored.get(entry.code)
        if before is None:
            self.new.append((row, made))
        else:
            self._take_known(row, made, before)

    def _take_known(self, row: ImportRow, made: Draft, before: Draft) -> None:
        made.order.pk = before.order.pk
        if same(made, before):
            self._settle(row, Fate.UNCHANGED, before.order.pk)
        elif before.order.touched_at is not None:
            self._settle(row, Fate.KEPT, before.order.pk)
        else:
            refuse_lost_returns(made, before, self.returned.get(before.order.pk, {}))
            made.order.version = before.order.version + 1
            self.changed.append((row, made))

    def _entry(self, row: ImportRow) -> OrderEntry:
        values = row.values
        code = values["code"]
        cancelled = values.get("cancelled_on")
        if values.get("status") == PLACED:
            # Exports carry a closing day on every order; only one that says it was cancelled was.
            cancelled = None
        elif values.get("status") == CANCELLED and cancelled is None:
            cancelled = values["placed_on"]
        return OrderEntry(
            code=code,
            customer_id=values.get("customer"),
            placed_on=values["placed_on"],
            placed_at=values.get("placed_at"),
            territory_id=values.get("territory"),
            deal_id=values.get("deal"),
            contract_id=values.get("contract"),
            channel=values.get("channel") or "",
            source=values.get("source") or "",
            currency=values.get("currency") or self.currency,
            rate=values.get("rate") or Decimal(1),
            total=values.get("total"),
            cancelled_on=cancelled,
            opening=bool(values.get("opening")),
            lines=[_line(n, line.values) for n, line in enumerate(self.lines.get(code, ()), start=1)],
            credits=self._credits(code, values.get("seller")),
        )

    def _credits(self, code: str, seller: int | None) -> Sequence[CreditEntry]:
        rows = self.credits.get(code, ())
        if rows:
            return [
                CreditEntry(
                    c.values["member"], c.values.get("weight") or 1, c.values.get("credit") or "direct"
                )
                for c in rows
            ]
        return [CreditEntry(seller)] if seller is not None else ()

    def _refuse(self, row: ImportRow, refusal: Refusal) -> None:
        self.settled.append(
            RowFate(row.number, Fate.REJECTED, _COLUMN_OF.get(refusal.name, ""), refusal.text)
        )
        for name, children in (("order_lines", self.lines), ("order_credits", self.credits)):
            self.settled += [
                RowFate(
                    child.number,
                    Fate.REJECTED,
                    "order",
                    f"its order was refused: {refusal.text}",
                    importable=name,
                )
                for child in children.get(row.values["code"], ())
            ]

    def _settle(self, row: ImportRow, fate: Fate, pk: int) -> None:
        self.settled.append(RowFate(row.number, fate, record_id=pk))
        self._children(row, Fate.UNCHANGED if fate is Fate.KEPT else fate)

    def _children(self, row: ImportRow, fate: Fate) -> None:
        for name, children in (("order_lines", self.lines), ("order_credits", self.credits)):
            self.settled += [
                RowFate(child.number, fate, importable=name) for child in children.get(row.values["code"], ())
            ]

    def fates(self) -> list[RowFate]:
        """What became of every row, once the new and changed orders are written."""
        for row, made in self.new:
            self.settled.append(RowFate(row.number, Fate.CREATED, record_id=made.order.pk))
            self._children(row, Fate.CREATED)
        for row, made in self.changed:
            before = self.stored[made.order.code]
            self.settled.append(
                RowFate(row.number, Fate.CHANGED, record_id=made.order.pk, previous=_as_values(before))
            )
            self._changed_children(row, made, before)
        return self.settled

    def _changed_children(self, row: ImportRow, made: Draft, before: Draft) -> None:
        code = row.values["code"]
        fates = changed_lines(made, before)
        for number, child in enumerate(self.lines.get(code, ()), start=1):
            self.settled.append(RowFate(child.number, Fate(fates[number]), importable="order_lines"))
        known = set(before.shares)
        for child, share in zip(self.credits.get(code, ()), made.shares, strict=False):
            fate = Fate.UNCHANGED if share in known else Fate.CHANGED
            self.settled.append(RowFate(child.number, fate, importable="order_credits"))


_COLUMN_OF = {
    "code_twice": "code",
    "bad_quantity": "quantity",
    "bad_rate": "rate",
    "cancelled_before": "cancelled_on",
    "total_does_not_fit": "total",
    "no_lines": "total",
    "credited_twice": "member",
    "line_was_returned": "code",
    "less_than_returned": "code",
}


def _line(number: int, values: Mapping[str, Any]) -> LineEntry:
    return LineEntry(
        number=number,
        code=values.get("code") or "",
        product_id=values.get("product"),
        quantity=values["quantity"],
        unit_price=values.get("unit_price") or Decimal(0),
        discount=values.get("discount") or Decimal(0),
        amount=values.get("amount"),
        unit_cost=values.get("cost"),
    )


def _as_values(before: Draft) -> dict[str, Any]:
    """A stored order as a row of a file, with its lines and credits, for undo to write again."""
    order = before.order
    return {
        "code": order.code,
        "placed_on": order.placed_on,
        "placed_at": order.placed_at,
        "customer": order.customer_id,
        "territory": order.territory_id,
        "deal": order.deal_id,
        "contract": order.contract_id,
        "channel": order.channel,
        "source": order.source,
        "currency": order.currency,
        "rate": order.rate,
        "total": order.total,
        "cancelled_on": order.cancelled_on,
        "opening": order.opening,
        "order_lines": [
            {
                "code": line.code,
                "product": line.product_id,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "discount": line.discount,
                "amount": line.exact_amount,
                "cost": line.cost / line.quantity,
            }
            for line in before.lines
        ],
        "order_credits": [
            {"member": share.member_id, "weight": share.weight, "credit": share.credit}
            for share in before.shares
        ],
    }


def _note(fates: Sequence[RowFate], batch: ImportBatch) -> None:
    """One audit entry for the batch, when it wrote anything."""
    counts = Counter(fate.fate.value for fate in fates if not fate.importable)
    if counts[Fate.CREATED] or counts[Fate.CHANGED]:
        record("orders.imported", by=batch.by, at=batch.at, subject="orders", new=dict(counts))


ORDERS = (
    Importable(
        "orders",
        "order",
        ORDER_COLUMNS,
        after=(
            "customers",
            "territories",
            "members",
            "deals",
            "contracts",
            "products",
            "product_costs",
            "places",
        ),
        doc="Orders; their lines are in order_lines, several sellers in order_credits.",
        write=write_orders,
        references=partial(ids_by_code, Order),
        undo=undo_orders,
    ),
    Importable(
        "order_lines",
        "order_line",
        LINE_COLUMNS,
        key=("order", "code"),
        nested_in="orders",
        doc="Lines of orders.",
    ),
    Importable(
        "order_credits",
        "order_credit",
        CREDIT_COLUMNS,
        key=("order", "member", "credit"),
        nested_in="orders",
        doc="Whose sale an order is, when several share it.",
    ),
)
