"""A firm small enough to reckon by hand, and the steps by which cases act on it.

Two teams: north (ann, bob; zone N) and south (cy; zone S); hal assists. Products p1 (cost 6) and p2 (cost 10, new
in 2026). Customers acme and beta are ann's, zone N; ceta is cy's, zone S. Everything is done through the product's
own actions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.importable import Fate, ImportBatch, ImportRow, importables
from emporion.kernel.ledger.closing import close
from emporion.kernel.ledger.locks import watermark
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import measure
from emporion.records.catalog.models import Product, ProductCost
from emporion.records.customers.actions.customers import create_customer
from emporion.records.orders.actions.orders import cancel_order, change_order, credit_order, place_order
from emporion.records.orders.actions.payments import allocate_payment, receive_payment, return_goods
from emporion.records.orders.models import Order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.team.actions import Move, create_member, create_team, create_territory, reorganise

BEGINNING = date(2025, 1, 1)


def day(text: str) -> date:
    """The day, as the cases write it."""
    return date.fromisoformat(text)


@dataclass
class World:
    """Ids by code, and a clock that moves on with every step."""

    ids: dict[str, int] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    clock: datetime = datetime(2026, 6, 1, 8, tzinfo=UTC)

    def at(self) -> datetime:
        """The moment of the next step."""
        self.clock += timedelta(minutes=1)
        return self.clock

    def build(self) -> None:
        """The firm before anything happens."""
        for zone in ("N", "S"):
            self.ids[zone] = create_territory(code=zone, by=SYSTEM, at=self.at(), name=zone).pk
        for team in ("north", "south"):
            self.ids[team] = create_team(code=team, by=SYSTEM, at=self.at(), name=team).pk
        for code, team, zone, role in (
            ("ann", "north", "N", "closer"),
            ("bob", "north", "N", "hunter"),
            ("cy", "south", "S", "closer"),
            ("hal", "south", "S", "assistant"),
        ):
            self.ids[code] = create_member(code=code, by=SYSTEM, at=self.at(), name=code).pk
            self.move(code, BEGINNING, team, zone, role)
        for code, cost, new_until in (("p1", 6, None), ("p2", 10, date(2027, 1, 1))):
            product = Product.objects.create(
                code=code, name=code, launched_on=date(2026, 1, 1), new_until=new_until, is_active=True
            )
            ProductCost.objects.create(product=product, starts_on=BEGINNING, cost=Decimal(cost))
            self.ids[code] = product.pk
        for code, owner, zone in (("acme", "ann", "N"), ("beta", "ann", "N"), ("ceta", "cy", "S")):
            self.ids[code] = create_customer(
                name=code,
                code=code,
                owner_id=self.ids[owner],
                territory_id=self.ids[zone],
                in_base_from=BEGINNING,
                by=SYSTEM,
                at=self.at(),
            ).pk

    def move(self, code: str, since: date, team: str, zone: str, role: str) -> None:
        """Put someone somewhere, and post anew what that touches."""
        move = Move(self.ids[code], since, team_id=self.ids[team], territory_id=self.ids[zone], role=role)
        reorganise(moves=[move], by=SYSTEM, at=self.at())

    def number(self, question: str) -> Decimal | None:
        """`revenue 2026-01 member=ann`, `… now`, `… @mark`: what `measure` answers."""
        metric, period, *rest = question.split()
        where = dict(word.split("=", 1) for word in rest if "=" in word)
        mark = next((self.marks[word[1:]] for word in rest if word.startswith("@")), None)
        table = measure(
            [metric],
            period=Period.parse(period),
            where=where,
            as_of=mark,
            view="now" if "now" in rest or mark is not None else "closed",
            viewer=SYSTEM,
        )
        value: Decimal | None = table[metric][0].as_py()
        return value


Step = Callable[[World], None]


def _entry(world: World, code: str, on: str, lines: str, more: Mapping[str, object]) -> OrderEntry:
    weights = {
        who: weight for who, weight in more.items() if who in ("ann", "bob", "cy") and isinstance(weight, int)
    }
    shares = [CreditEntry(world.ids[who], weight) for who, weight in weights.items()]
    if more.get("overlay"):
        shares.append(CreditEntry(world.ids[str(more["overlay"])], 1, "overlay"))
    customer = more.get("customer", "acme")
    return OrderEntry(
        code=code,
        customer_id=world.ids[str(customer)] if customer else None,
        placed_on=day(on),
        currency=str(more.get("currency", "EUR")),
        rate=Decimal(str(more.get("rate", 1))),
        total=Decimal(str(more["total"])) if "total" in more else None,
        territory_id=world.ids[str(more.get("zone", "N"))],
        opening=bool(more.get("opening")),
        lines=[_line(world, number, text) for number, text in enumerate(lines.split(), start=1)],
        credits=shares,
    )


def _line(world: World, number: int, text: str) -> LineEntry:
    product, rest = text.split("*")
    quantity, price = rest.split("@")
    return LineEntry(number, world.ids[product], Decimal(quantity), Decimal(price))


def order(code: str, on: str, lines: str, **more: object) -> Step:
    """An order: lines as `p1*2@500`, sellers by weight (`ann=2, bob=1`)."""

    def step(world: World) -> None:
        place_order(entry=_entry(world, code, on, lines, more), by=SYSTEM, at=world.at())

    return step


def edit(code: str, on: str, lines: str, **more: object) -> Step:
    """The order was wrong; this is right."""

    def step(world: World) -> None:
        entry = _entry(world, code, on, lines, more)
        change_order(entry=entry, version=_version(code), by=SYSTEM, at=world.at())

    return step


def cancel(code: str, on: str) -> Step:
    """The order is called off on that day."""

    def step(world: World) -> None:
        cancel_order(code=code, cancelled_on=day(on), version=_version(code), by=SYSTEM, at=world.at())

    return step


def credit(code: str, **weights: int) -> Step:
    """It was the sale of these people."""

    def step(world: World) -> None:
        shares = [CreditEntry(world.ids[who], weight) for who, weight in weights.items()]
        credit_order(code=code, shares=shares, version=_version(code), by=SYSTEM, at=world.at())

    return step


def give_back(code: str, of: str, on: str, quantity: str, line: int = 1) -> Step:
    """Goods of one line come back."""

    def step(world: World) -> None:
        return_goods(
            code=code,
            order_code=of,
            line_number=line,
            returned_on=day(on),
            quantity=Decimal(quantity),
            by=SYSTEM,
            at=world.at(),
        )

    return step


def pay(code: str, on: str, amount: str, **orders: str) -> Step:
    """Money comes in, for these orders."""

    def step(world: World) -> None:
        receive_payment(
            code=code,
            customer_id=world.ids["acme"],
            received_on=day(on),
            amount=Decimal(amount),
            currency="EUR",
            allocations={name: Decimal(part) for name, part in orders.items()},
            by=SYSTEM,
            at=world.at(),
        )

    return step


def use(code: str, **orders: str) -> Step:
    """A prepayment is used for orders."""

    def step(world: World) -> None:
        parts = {name: Decimal(part) for name, part in orders.items()}
        allocate_payment(code=code, allocations=parts, by=SYSTEM, at=world.at())

    return step


def move(code: str, since: str, team: str, zone: str, role: str = "closer") -> Step:
    """Someone is (or was, back-dated) moved."""
    return lambda world: world.move(code, day(since), team, zone, role)


def close_before(on: str) -> Step:
    """Everything before that day is closed."""

    def step(world: World) -> None:
        close(end=day(on), by=SYSTEM, at=world.at())

    return step


def mark(name: str) -> Step:
    """Remember the watermark."""

    def step(world: World) -> None:
        world.marks[name] = watermark()

    return step


def imported(code: str, on: str, total: str, seller: str = "ann") -> Step:
    """An order comes in by a file."""

    def step(world: World) -> None:
        batch = _batch(world, code, on, total, seller)
        write = importables()["orders"].write
        assert write is not None
        fates = write(batch)
        own = next(fate for fate in fates if not fate.importable)
        world.ids[f"fate of {code}"] = list(Fate).index(own.fate)
        if own.record_id is not None:
            world.ids[code] = own.record_id

    return step


def _batch(world: World, code: str, on: str, total: str, seller: str) -> ImportBatch:
    values = {"code": code, "placed_on": day(on), "customer": world.ids["acme"], "seller": world.ids[seller]}
    line = {"order": code, "product": world.ids["p1"], "quantity": Decimal(1), "unit_price": Decimal(total)}
    rows = [ImportRow(2, {**values, "territory": world.ids["N"]})]
    return ImportBatch(rows, SYSTEM, world.at(), {"order_lines": {code: [ImportRow(2, line)]}})


def undo(*codes: str) -> Step:
    """The import of these orders is undone."""

    def step(world: World) -> None:
        take_back = importables()["orders"].undo
        assert take_back is not None
        take_back([world.ids[code] for code in codes], SYSTEM, world.at())

    return step


def _version(code: str) -> int:
    return Order.objects.values_list("version", flat=True).get(code=code)
