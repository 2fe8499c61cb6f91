"""The papers of the made-up company: orders with their lines, invoices, payments, returns. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from emporion.doors.demo.rules.calendar import month_of, strength
from emporion.doors.demo.rules.customers import LARGE, Customer
from emporion.doors.demo.rules.people import Person
from emporion.doors.demo.rules.products import Product
from emporion.doors.demo.rules.tables import Cell, Write, cents_text, day_text, money_text

DISCOUNTS = (10, 5, 0)  # percent, by size
TERMS = (30, 21, 14)  # days to pay, by size
# Invoices and payments go back so many days: those of earlier years are with the accountant.
MONEY_DAYS = 400
TALLY_KINDS = ("revenue", "meetings", "calls", "new_customers")


@dataclass(slots=True)
class Desk:
    """Where papers are written: the dice, the numbers given out, and what each person did by month (revenue in
    ten-thousandths), from which the plans are made."""

    draw: Random
    write: Write
    first: int
    last: int
    products: list[Product]
    channels: list[str]
    numbers: Counter[str] = field(default_factory=Counter)
    tally: Counter[tuple[str, tuple[int, int], str]] = field(default_factory=Counter)

    def number(self, letter: str) -> str:
        """The next code that begins with that letter."""
        self.numbers[letter] += 1
        return f"{letter}{self.numbers[letter]}"

    def count(self, person: Person, day: int, kind: str, much: int = 1) -> None:
        """Something that plans are made for was done."""
        self.tally[person.code, month_of(day), kind] += much


def write_opening(desk: Desk, customer: Customer, day: int) -> None:
    """What a customer bought before the books were opened: history, never revenue."""
    code = desk.number("O")
    desk.write("orders", (code, day_text(day), customer.code, "", "", "placed", "", "", "yes"))
    product = customer.likes[0]
    desk.write("order_lines", (code, 1, product.code, 1, cents_text(product.prices[0]), "0"))


def write_order(
    desk: Desk, customer: Customer, day: int, seller: Person, *, hunter: Person | None = None, deal: str = ""
) -> None:
    """An order of that day with all that follows from it; the first one is shared with the `hunter`."""
    draw, code = desk.draw, desk.number("O")
    online = hunter is None and draw.random() < 0.04
    channel = desk.channels[2 if online else draw.randrange(2)]
    cancelled = hunter is None and customer.size != LARGE and draw.random() < 0.015 and day + 2 <= desk.last
    called_off = day_text(day + draw.randrange(1, 3)) if cancelled else ""
    named = "" if online or hunter else seller.code
    status = "cancelled" if cancelled else "placed"
    desk.write("orders", (code, day_text(day), customer.code, named, channel, status, called_off, deal, ""))
    if hunter is not None:
        desk.write("order_credits", (code, hunter.code, 1))
        desk.write("order_credits", (code, seller.code, 3))
        desk.count(hunter, day, "new_customers")
        desk.count(seller, day, "new_customers")
    units, lines = _write_lines(desk, customer, code, day)
    if cancelled:
        return
    if not online:
        desk.count(seller, day, "revenue", units if hunter is None else units * 3 // 4)
    if hunter is not None:
        desk.count(hunter, day, "revenue", units // 4)
    if day > desk.last - MONEY_DAYS:
        _write_money(desk, customer, code, day, units)
    _write_return(desk, code, day, lines)


def _write_lines(desk: Desk, customer: Customer, code: str, day: int) -> tuple[int, list[int]]:
    """The amount in ten-thousandths, and the quantity of each line."""
    draw = desk.draw
    discount = DISCOUNTS[customer.size] + (5 if draw.random() < 0.05 else 0)
    count = draw.choice((1, 2, 2, 3, 3, 4))
    worth = customer.volume * strength(day, desk.first) * draw.randrange(70, 131) // 10_000 // count
    total, quantities = 0, []
    share = f"0.{discount:02d}"
    for line, product in enumerate(_wanted_products(desk, customer, day, count), 1):
        price = product.price_on(day)
        quantity = max(1, worth // price)
        desk.write("order_lines", (code, line, product.code, quantity, cents_text(price), share))
        total += quantity * price * (100 - discount)
        quantities.append(quantity)
    return total, quantities


def _wanted_products(desk: Desk, customer: Customer, day: int, count: int) -> list[Product]:
    chosen = desk.draw.sample(customer.likes, count)
    newest = desk.products[-1 - desk.draw.randrange(min(12, len(desk.products)))]
    if newest.launched <= day and newest not in chosen and desk.draw.random() < 0.15:
        chosen[-1] = newest
    return chosen


def _write_money(desk: Desk, customer: Customer, order: str, day: int, units: int) -> None:
    """The invoice, and how it is paid: most in time, some late, some in two parts, a few not at all."""
    draw, due = desk.draw, day + TERMS[customer.size]
    desk.write("invoices", (desk.number("I"), order, day_text(day), day_text(due), money_text(units)))
    dice = draw.random()
    parts: list[tuple[int, int]] = []
    if dice < 0.70:
        parts = [(due - draw.randrange(6), units)]
    elif dice < 0.92:
        parts = [(due + draw.randrange(3, 60), units)]
    elif dice < 0.98:
        half = units // 2
        parts = [(due, half), (due + draw.randrange(15, 60), units - half)]
    for received, amount in parts:
        if received <= desk.last:
            row: tuple[Cell, ...] = (desk.number("Y"), order, day_text(received), money_text(amount))
            desk.write("payments", row)


def _write_return(desk: Desk, order: str, day: int, quantities: list[int]) -> None:
    back = day + desk.draw.randrange(4, 25)
    if desk.draw.random() >= 0.02 or back > desk.last:
        return
    line = desk.draw.randrange(len(quantities))
    quantity = max(1, quantities[line] // 4)
    desk.write("returns", (desk.number("R"), order, str(line + 1), day_text(back), quantity))
