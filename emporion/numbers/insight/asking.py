"""Asking for an outlook: of which metric, limited to what, how far ahead, and by what it is judged where it is new."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.numbers.insight.history import Asked, History, history, month_from
from emporion.numbers.insight.outlook import Likeness, Outlook
from emporion.numbers.insight.season import DIGITS, run_rate, season_of
from emporion.numbers.metrics.registry import metric
from emporion.records.catalog.queries import visible_products

STEPS, MOST_STEPS = 6, 24
Codes = list[str | None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know: a metric, limited to `where`, so many months ahead. `like` names a dimension and a
    code from which season and run-rate are taken where there is too little history."""

    metric: str
    where: Mapping[str, Codes] = field(default_factory=dict)
    steps: int = STEPS
    like: tuple[str, str] | None = None
    first_day: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MOST_STEPS:
            raise Refusal(
                "bad_horizon", f"a forecast reaches 1 to {MOST_STEPS} months ahead, not {self.steps}"
            )

    def as_json(self) -> dict[str, Any]:
        """As it is kept; `from_json` is the way back."""
        return {
            "metric": self.metric,
            "where": {name: list(codes) for name, codes in sorted(self.where.items())},
            "steps": self.steps,
            "like": list(self.like) if self.like else None,
            "from": self.first_day.isoformat() if self.first_day else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Wish":
        """The wish that was kept."""
        first, like = kept["from"], kept["like"]
        return cls(
            kept["metric"],
            kept["where"],
            kept["steps"],
            (like[0], like[1]) if like else None,
            date.fromisoformat(first) if first else None,
        )

    @property
    def key(self) -> str:
        """The same for the same wish."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


def outlook_of(wish: Wish, *, viewer: Viewer, today: date, last_day: date) -> Outlook:
    """The outlook of a wish, as the viewer may see it, from what was reached up to `last_day`.

    Where the own history is shorter than two years, what is alike lends its season: what the wish names, else, of a
    single product, its category. Up to five questions to the engine, four queries on records. Source: PLAN-7.
    """

    def past(where: Mapping[str, Codes]) -> History:
        return history(
            wish.metric,
            where=where,
            first_day=wish.first_day,
            last_day=last_day,
            today=today,
            viewer=viewer,
        )

    own = past(wish.where)
    places = metric(wish.metric).places
    if season_of(own.series).is_known:
        return Outlook(own, places, wish.steps)
    dimension, code = wish.like or _category_of(wish.where)
    if not dimension:
        return Outlook(own, places, wish.steps)
    alike = past({dimension: [code]})
    rate = _lent(wish, alike, dimension, code, viewer)
    season = season_of(alike.series)
    return Outlook(
        own, places, wish.steps, Likeness(dimension, code, season, chosen=wish.like is not None, rate=rate)
    )


def _category_of(where: Mapping[str, Codes]) -> tuple[str, str]:
    """The category of the one product that is asked for; nothing of anything else. One query."""
    codes = where.get("product", [])
    if set(where) != {"product"} or len(codes) != 1 or codes[0] is None:
        return "", ""
    found = visible_products().filter(code=codes[0]).values_list("category__code", flat=True).first()
    return ("category", found) if found else ("", "")


def _lent(wish: Wish, alike: History, dimension: str, code: str, viewer: Viewer) -> Decimal | None:
    """The run-rate of what is alike; of a category, for a product, that of its mean product. One question of a
    category."""
    rate = run_rate(alike.series, season_of(alike.series))
    if rate is None or dimension != "category" or "product" not in wish.where:
        return rate.value if rate else None
    months = Period(alike.month(rate.months[0].at), month_from(alike.month(rate.months[-1].at), 1))
    many = Asked(wish.metric, {dimension: [code]}, viewer).selling_products(months)
    with localcontext(prec=DIGITS):
        return rate.value / many if many else None
