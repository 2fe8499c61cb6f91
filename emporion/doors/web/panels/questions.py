"""What an address of a number asks: metric, dimensions, conditions, period, and as it was known when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from emporion.doors.web.panels.spans import Span
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.links import address_with
from emporion.numbers.metrics.engine.dimensions import BRANCHING, DIMENSIONS
from emporion.numbers.metrics.engine.resolving import ALONE
from emporion.numbers.metrics.scan import View
from emporion.numbers.planning.states import STATES

NOBODY = "null"  # how an empty value stands in an address; nothing at all is what a form sends for no choice
MOST_DIMENSIONS = 2
LARGEST_ID = 2**63 - 1
Where = Mapping[str, list[str | None]]


@dataclass(frozen=True, slots=True)
class Knowing:
    """As of when a number is asked: of which watermark, and closed periods as closed or as known now."""

    view: View = "closed"
    as_of: int | None = None

    def query(self) -> dict[str, Any]:
        """For an address; what is usual is left out."""
        return {"view": "now" if self.view == "now" else "", "as_of": self.as_of}


def knowing(query: Mapping[str, str]) -> Knowing:
    """What an address says of it."""
    view: View = "now" if query.get("view") == "now" else "closed"
    text = query.get("as_of", "").strip()
    if not text:
        return Knowing(view)
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST_ID):
        raise Refusal("bad_watermark", "a watermark is a whole number, as the ledger counts its facts")
    return Knowing(view, int(text))


def conditions(query: QueryDict) -> dict[str, list[str | None]]:
    """By dimension the codes to which an address limits it."""
    found: dict[str, list[str | None]] = {}
    for name in [*DIMENSIONS, "credit"]:
        values = [value for value in query.getlist(name) if value]
        if values:
            has_records = name in DIMENSIONS and DIMENSIONS[name].record is not None
            found[name] = [None if value == NOBODY and not has_records else value for value in values]
    return found


def exactly(name: str, code: str | None) -> list[str | None]:
    """The condition under which a cell of that value is the same number again: a territory without those below it."""
    is_tree = code is not None and DIMENSIONS[name].record in BRANCHING
    return [f"{ALONE}{code}" if is_tree else code]


def in_address(where: Mapping[str, Any]) -> dict[str, list[str]]:
    """Conditions as they stand in an address."""
    return {
        name: [NOBODY if value is None else str(value) for value in _listed(values)]
        for name, values in where.items()
    }


def _listed(values: Any) -> Iterable[Any]:
    return values if isinstance(values, list | tuple) else [values]


@dataclass(frozen=True, slots=True)
class Linking:
    """Makes the addresses of the numbers of a page: all of one period, asked in one way."""

    span: Span
    knowing: Knowing = field(default_factory=Knowing)
    where: Mapping[str, Any] = field(default_factory=dict)
    known: str = ""  # the days of a state, where they are not those of the page

    def facts(self, metric: str, period: str = "", **where: Any) -> str:
        """The facts behind a number."""
        return self._address("panels:facts", metric, period, (), where)

    def metric(self, metric: str, *by: str, period: str = "", **where: Any) -> str:
        """The page of a metric by these dimensions."""
        return self._address("panels:metric", metric, period, by, where)

    def _address(
        self, page: str, metric: str, period: str, by: tuple[str, ...], where: Mapping[str, Any]
    ) -> str:
        own = self.known if metric in STATES and self.known else self.span.text
        query: dict[str, Any] = {"by": list(by), "period": period or own}
        query |= in_address({**self.where, **where}) | self.knowing.query()
        return address_with(reverse(page, args=[metric]), query)
