"""What the address of a forecast asks, and back."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.numbers.insight.asking import STEPS, Wish
from emporion.numbers.metrics.engine.dimensions import dimension
from emporion.numbers.planning.forecastable import forecastable

USUAL = "revenue"
DIMENSIONS = ("member", "team", "territory", "product", "category", "channel")
REACHES = (3, 6, 12)  # months ahead that the page offers
MOST_CODES = 50


def wish_of(query: QueryDict, viewer: Viewer) -> Wish:
    """The wish in an address. Refuses a metric that has no forecast or that one may not see, and a number that is
    none."""
    name = query.get("metric") or USUAL
    needed = forecastable(name).permission
    if needed:
        viewer.require(needed)
    where = {one: list[str | None](_codes(query, one)) for one in DIMENSIONS if _codes(query, one)}
    return Wish(name, where, _steps(query.get("ahead", "")), _like(query.get("like", "")))


def choices_of(wish: Wish) -> dict[str, Any]:
    """The wish as it stands in an address; what is usual is left out."""
    return {
        "metric": "" if wish.metric == USUAL else wish.metric,
        **wish.where,
        "ahead": "" if wish.steps == STEPS else wish.steps,
        "like": ":".join(wish.like) if wish.like else "",
    }


def _codes(query: QueryDict, name: str) -> list[str]:
    return [code for code in query.getlist(name) if code][:MOST_CODES]


def _steps(text: str) -> int:
    if not text:
        return STEPS
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise Refusal("bad_horizon", f"{text!r} is not a number of months")
    return int(text)


def _like(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    name, _colon, code = text.partition(":")
    return dimension(name).name, code


def only_member(where: Mapping[str, list[str | None]]) -> list[str] | None:
    """Whose targets are those of a wish: everybody's (None), those of the named people, or nobody's (empty) where it is
    limited to anything else."""
    if not where:
        return None
    return [code for code in where["member"] if code] if set(where) == {"member"} else []
