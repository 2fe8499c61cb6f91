"""What stands in a cell of a table: the value, and how it is drawn, sorted and exported."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in its currency."""

    amount: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction, shown as per cent."""

    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Link:
    """A name that is a link to its card."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A word that stands out: `tone` is good, warning, bad, or quiet; the word says it too, colour never alone."""

    text: str | Promise
    tone: str = "quiet"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a metric in its unit (money, count, share, days, quantity): a link to the facts behind it where it
    has an address. `short` rounds large ones, in full when pointed at; exports hold it whole."""

    value: Decimal | None
    unit: str
    address: str = ""
    currency: str = ""
    short: bool = True
    tone: str = ""


Cell = str | int | Decimal | date | bool | None | Promise | Money | Share | Link | Badge | Figure
