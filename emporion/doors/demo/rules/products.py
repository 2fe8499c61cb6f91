"""What the made-up company sells: products in categories, their prices and costs over time. Pure."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

from emporion.doors.demo.rules.tables import Write, cents_text, day_text
from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.rules.words import words

LAUNCHES_A_YEAR = 4
PRICE_LIST = "L1"


@dataclass(slots=True)
class Product:
    """A product; `prices` are in cents by the day from which they hold."""

    code: str
    launched: int
    days: list[int] = field(default_factory=list)
    prices: list[int] = field(default_factory=list)

    def price_on(self, day: int) -> int:
        """Its price on that day, in cents."""
        return self.prices[max(bisect_right(self.days, day) - 1, 0)]


def draw_products(wanted: Wanted, currency: str, write: Write) -> list[Product]:
    """The products, oldest first, with categories, prices, costs and complements written."""
    draw, said = wanted.draw("products"), words(wanted.language)
    _write_categories(said, write)
    write("price_lists", (PRICE_LIST, said["price_list"], currency))
    first, last = wanted.first_day.toordinal(), wanted.last_day.toordinal()
    launches = sorted(draw.randrange(first + 30, last - 30) for _ in range(LAUNCHES_A_YEAR * wanted.years))
    old = [first - draw.randrange(400, 2_000) for _ in range(wanted.products - len(launches))]
    made = []
    for number, launched in enumerate([*sorted(old), *launches]):
        category = number % len(said["categories"])
        product = Product(f"P{number + 1}", launched)
        brand = said["brands"][(number // len(said["categories"])) % len(said["brands"])]
        name = said["product"].format(brand=brand, category=said["categories"][category], number=100 + number)
        unit = said["units"][category]
        write("products", (product.code, name, f"C{category + 1}", unit, day_text(launched)))
        _price(product, draw.randrange(400, 9_000), draw.randrange(55, 76), wanted, write)
        made.append(product)
    for product in made[: len(made) // 2]:
        other = draw.choice(made)
        if other is not product:
            write("complements", (product.code, other.code, "cross"))
    return made


def _write_categories(said: dict[str, list[str]], write: Write) -> None:
    for number, name in enumerate(said["groups"]):
        write("categories", (f"G{number + 1}", name, ""))
    for number, name in enumerate(said["categories"]):
        write("categories", (f"C{number + 1}", name, f"G{number % len(said['groups']) + 1}"))


def _price(product: Product, cents: int, cost_share: int, wanted: Wanted, write: Write) -> None:
    """Prices rise on New Year's days, costs on the first of July: in between the margin is thinner."""
    start = min(product.launched, wanted.first_day.toordinal())
    cost = cents * cost_share // 100
    product.days, product.prices = [start], [cents]
    write("product_prices", (PRICE_LIST, product.code, day_text(start), cents_text(cents)))
    write("product_costs", (product.code, day_text(start), cents_text(cost)))
    for year in range(wanted.first_day.year, wanted.last_day.year + 1):
        july, january = date(year, 7, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        if start < july <= wanted.last_day.toordinal():
            cost = cost * 104 // 100
            write("product_costs", (product.code, day_text(july), cents_text(cost)))
        if start < january <= wanted.last_day.toordinal():
            cents = cents * 104 // 100
            product.days.append(january)
            product.prices.append(cents)
            write("product_prices", (PRICE_LIST, product.code, day_text(january), cents_text(cents)))
