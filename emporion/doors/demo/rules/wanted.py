"""What is wished for, and the sizes that follow from it. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

YEAR = 365
LEAST_SCALE, MOST_SCALE = Decimal("0.01"), Decimal(25)
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """A made-up company: the same wish is the same company, on every machine."""

    seed: int
    scale: Decimal
    years: int
    last_day: date
    language: str
    with_stories: bool

    @property
    def first_day(self) -> date:
        """The first day of its books."""
        return self.last_day - timedelta(days=YEAR * self.years - 1)

    @property
    def teams(self) -> int:
        """How many teams, each with its head."""
        return self._scaled(2, 1)

    @property
    def of_each_role(self) -> int:
        """How many hunters, as many closers and as many farmers."""
        return self._scaled(8, 2)

    @property
    def assistants(self) -> int:
        """How many assistants."""
        return self._scaled(3, 1)

    @property
    def customers(self) -> int:
        """How many customers and prospects."""
        return self._scaled(4_000, 120)

    @property
    def products(self) -> int:
        """How many products: a firm ten times as large does not sell ten times as many."""
        return 48 if self.scale < 1 else 96

    def draw(self, noun: str) -> Random:
        """The dice for one noun: what is drawn for people does not move what is drawn for products."""
        return Random(f"{self.seed}/{noun}")  # noqa: S311 - nothing here is a secret

    def _scaled(self, number: int, least: int) -> int:
        return max(least, int((self.scale * number).to_integral_value(ROUND_HALF_UP)))
