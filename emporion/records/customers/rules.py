"""What holds on a day, and what a field of one's own may hold. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from emporion.kernel.errors import Refusal

Since = tuple[date, int | None]
SINCE_EVER = date(1900, 1, 1)
_COUNTRY = re.compile("[A-Z]{2}")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def held_on(rows: Sequence[Since], day: date) -> int | None:
    """What the last row that begins on or before `day` says; None before the first. `rows` rise by day."""
    place = bisect_right(rows, day, key=_starts_on)
    return rows[place - 1][1] if place else None


def _starts_on(row: Since) -> date:
    return row[0]


def first_day(entered_on: date | None) -> date:
    """From when the owner and the zone hold that came without a day: from entering the base, or since ever."""
    return entered_on or SINCE_EVER


class BaseHistory(NamedTuple):
    """All that a customer's facts depend on. Owners and zones rise by day."""

    customer_id: int
    source: str
    entered_on: date | None
    left_on: date | None
    owners: Sequence[Since] = ()
    zones: Sequence[Since] = ()
    removed: bool = False


class FieldRule(NamedTuple):
    """What a field of one's own may hold."""

    code: str
    kind: str
    choices: Sequence[str] = ()


def checked_custom(values: Mapping[str, object], rules: Mapping[str, FieldRule]) -> dict[str, str]:
    """The values as they are kept, by the field's code: numbers and days as exact text, empty ones left out.

    `rules` are found by code or by name. Refuses an unknown field and a value its kind does not allow.
    """
    kept = {}
    for name, value in values.items():
        rule = rules.get(name)
        if rule is None:
            raise Refusal("unknown_custom_field", f"customers have no field called {name!r}; define it first")
        if value is not None and value != "":
            kept[rule.code] = custom_text(rule, value)
    return kept


def custom_text(rule: FieldRule, value: object) -> str:
    """One value as it is kept. Refuses what its kind does not allow."""
    text = value.isoformat() if isinstance(value, date) else str(value).strip()
    if rule.kind == "number":
        return _number_text(rule.code, text)
    if rule.kind == "day":
        return _day_text(rule.code, text)
    if rule.kind == "choice" and text not in rule.choices:
        raise Refusal(
            "bad_custom_value", f"{rule.code} must be one of {', '.join(rule.choices)}, not {text!r}"
        )
    return text


def _number_text(code: str, text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Refusal("bad_custom_value", f"{code} must be a number, not {text!r}") from None
    if not number.is_finite():
        raise Refusal("bad_custom_value", f"{code} must be a number, not {text!r}")
    return format(number, "f")


def _day_text(code: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refusal("bad_custom_value", f"{code} must be a day such as 2026-01-31, not {text!r}") from None


def check_field(kind: str, choices: Iterable[object]) -> list[str]:
    """The choices of a field as they are kept. Refuses a choice field without any, and choices on another kind."""
    kept = list(dict.fromkeys(str(choice).strip() for choice in choices if str(choice).strip()))
    if kind == "choice" and not kept:
        raise Refusal("no_choices", "a field to choose in needs at least one choice")
    if kind != "choice" and kept:
        raise Refusal("needless_choices", f"a field of kind {kind!r} has no choices")
    return kept


def check_country(code: str) -> None:
    """Refuses a country that is not two capital letters (ISO 3166); none is allowed."""
    if code and not _COUNTRY.fullmatch(code):
        raise Refusal(
            "bad_country", f"a country is written with two capital letters, such as GR, not {code!r}"
        )


def check_birthday(text: str) -> None:
    """Refuses a birthday that is not MM-DD; 29 February is one."""
    found = _MONTH_DAY.fullmatch(text)
    if text and (not found or not _is_day(int(found[1]), int(found[2]))):
        raise Refusal("bad_birthday", f"a birthday is written MM-DD, such as 02-29, not {text!r}")


def _is_day(month: int, day: int) -> bool:
    try:
        date(2000, month, day)  # a leap year
    except ValueError:
        return False
    return True


def check_base(entered_on: date | None, left_on: date | None) -> None:
    """Refuses to leave the base before, on the day of, or without entering it."""
    if left_on is not None and entered_on is None:
        raise Refusal(
            "not_in_base", "a customer leaves a base they have entered; give the day they entered it"
        )
    if left_on is not None and entered_on is not None and left_on <= entered_on:
        raise Refusal(
            "leaves_before_entering", f"they entered the base on {entered_on} and cannot leave on {left_on}"
        )


def full_name(parts: Mapping[str, object]) -> str:
    """A person's name, of the parts that are known; empty when none is."""
    known = (str(parts.get(part) or "").strip() for part in ("given_name", "patronymic", "family_name"))
    return " ".join(part for part in known if part)


def closes_circle(child: int, parent: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether `parent` above `child` would make a holding belong to itself."""
    seen = {child}
    while parent is not None:
        if parent in seen:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False
