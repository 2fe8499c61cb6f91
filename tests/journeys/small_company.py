"""Files of a made-up company in the columns of the generic preset: the same for the same seed."""

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

FIRST_DAY = date(2026, 1, 1)
DAYS = 90
Rows = list[Sequence[object]]


def write_company(folder: Path, *, orders: int, seed: int = 1, people: int = 4, customers: int = 12) -> Path:
    """Writes the files and gives the folder. Anna (M1) sells in Attica, from March on in Epirus."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    files = (
        _people(people)
        | _goods()
        | _customers(customers, people, draw)
        | _orders(orders, people, customers, draw)
    )
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def _people(people: int) -> dict[str, Rows]:
    names = ["Anna", "Boris", "Chloe", "Dmitri", *(f"Seller {number}" for number in range(5, people + 1))]
    numbers = range(1, people + 1)
    targets: Rows = [["metric", "member", "starts_on", "ends_on", "value"]]
    for number in numbers:
        targets += [
            ["revenue", f"M{number}", "2026-01-01", "2026-02-01", 1000 * number],
            ["revenue", f"M{number}", "2026-02-01", "2026-03-01", 1500 * number],
        ]
    return {
        "teams": [["code", "name"], ["T1", "North"], ["T2", "South"]],
        "territories": [["code", "name"], ["Z1", "Attica"], ["Z2", "Epirus"]],
        "members": [["code", "name"], *([f"M{number}", names[number - 1]] for number in numbers)],
        "places": [
            ["member", "starts_on", "team", "role", "territory"],
            *([f"M{number}", "2026-01-01", f"T{1 + number % 2}", "closer", "Z1"] for number in numbers),
            ["M1", "2026-03-01", "T1", "closer", "Z2"],
        ],
        "targets": targets,
    }


def _goods() -> dict[str, Rows]:
    return {
        "categories": [["code", "name"], ["C1", "Bikes"], ["C2", "Bells"]],
        "products": [
            ["code", "name", "category"],
            *([f"P{n}", f"Product {n}", f"C{1 + n % 2}"] for n in range(1, 6)),
        ],
        "product_costs": [
            ["product", "starts_on", "cost"],
            *([f"P{n}", "2026-01-01", n * 3] for n in range(1, 6)),
        ],
    }


def _customers(customers: int, people: int, draw: random.Random) -> dict[str, Rows]:
    return {
        "customers": [
            ["code", "name", "city", "owner", "territory", "in_base_from"],
            *(
                [
                    f"K{n}",
                    f"Customer {n}",
                    draw.choice(["Athens", "Patras"]),
                    f"M{1 + n % people}",
                    "Z1",
                    "2026-01-01",
                ]
                for n in range(1, customers + 1)
            ),
        ]
    }


def _orders(orders: int, people: int, customers: int, draw: random.Random) -> dict[str, Rows]:
    heads: Rows = [["code", "placed_on", "customer", "seller", "channel"]]
    lines: Rows = [["order", "code", "product", "quantity", "unit_price"]]
    for number in range(1, orders + 1):
        day = FIRST_DAY + timedelta(days=draw.randrange(DAYS))
        seller = f"M{draw.randrange(1, people + 1)}" if draw.random() < 0.8 else ""
        channel = "seller" if seller else "online"
        heads.append([f"O{number}", day, f"K{draw.randrange(1, customers + 1)}", seller, channel])
        for line in range(1, draw.randrange(2, 5)):
            price = Decimal(draw.randrange(100, 10_000)) / 100
            lines.append([f"O{number}", line, f"P{draw.randrange(1, 6)}", draw.randrange(1, 9), price])
    return {"orders": heads, "order_lines": lines}


def revenue_by_hand(folder: Path, member: str | None = None) -> Decimal:
    """What the files' own lines sum to, for one seller or for all: the slow reading."""
    sellers = {row["code"]: row["seller"] for row in read(folder / "orders.csv")}
    return sum(
        (
            Decimal(row["quantity"]) * Decimal(row["unit_price"])
            for row in read(folder / "order_lines.csv")
            if member is None or sellers[row["order"]] == member
        ),
        Decimal(0),
    )


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
