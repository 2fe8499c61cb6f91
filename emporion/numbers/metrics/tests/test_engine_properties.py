"""Sums and counts against a plain reading of their definitions, over any facts, corrections and dimensions."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine.arithmetic import quotients
from emporion.numbers.metrics.tests.engine_answers import answers
from emporion.numbers.metrics.tests.facts_table import FactsTable
from emporion.numbers.metrics.tests.slow_counting import READINGS, reading

JANUARY = Period.month(2026, 1)
FIRST_DAY = date(2025, 12, 30)
DIMENSIONS = {
    "member": "member_id",
    "team": "team_id",
    "customer": "customer_id",
    "product": "product_id",
    "channel": "channel",
    "day": "day",
    "kind": "kind",
}
PLACES = {"orders": 0, "customers_buying": 0, "meetings": 0, "calls": 0, "calls_cold": 0, "units": 6}

ids = st.one_of(st.none(), st.integers(1, 3))
days = st.integers(0, 40).map(lambda days: FIRST_DAY + timedelta(days=days))
SALES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["order.placed", "order.placed", "order.cancelled", "order.returned"]),
        "day": days,
        "member": ids,
        "team": ids,
        "customer": ids,
        "product": ids,
        "order": st.integers(1, 4),
        "channel": st.sampled_from([None, "online", "seller"]),
        "quantity": st.integers(-2, 4),
        "amount": st.decimals(-999, 999, places=4),
        "cost": st.decimals(-99, 99, places=4),
        "traits": st.sampled_from([0, Trait.NEW_PRODUCT, Trait.OPENING]),
        "credit": st.sampled_from(["direct", "direct", "overlay"]),
    }
)
CONTACTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["call.made", "meeting.held"]),
        "day": days,
        "customer": ids,
        "traits": st.sampled_from([0, Trait.COLD]),
        "people": st.sets(st.integers(1, 3), max_size=3),
        "team": ids,
    }
)
TAKEN_BACK = st.sets(st.integers(0, 40), max_size=6)


@st.composite
def ledgers(draw: st.DrawFn) -> FactsTable:
    """Sales and contacts by up to three people, some of them taken back."""
    facts = FactsTable()
    for sale in draw(st.lists(SALES, max_size=12)):
        facts.add(**sale)
    for number, contact in enumerate(draw(st.lists(CONTACTS, max_size=8))):
        people = sorted(contact.pop("people")) or [None]
        for member in people:
            shared: dict[str, Any] = {"weight_total": len(people), "subject": ("activity", number)}
            facts.add(**contact, member=member, **shared)
    for place in draw(TAKEN_BACK):
        if place < len(facts.rows) and facts.rows[place]["reverses_id"] is None:
            facts.take_back(place + 1)
    return facts


@settings(max_examples=60, deadline=None)
@given(facts=ledgers(), by=st.lists(st.sampled_from(sorted(DIMENSIONS)), unique=True, max_size=3))
def test_sums_and_counts_are_what_their_definitions_say(facts: FactsTable, by: list[str]) -> None:
    counted = [row for row in facts.rows if row["day"] in JANUARY and row["credit"] == "direct"]
    rows = answers(facts, " ".join(READINGS), JANUARY, by=" ".join(by))
    found = {tuple(row[f"{name}_id"] for name in by): row for row in rows}
    expected: dict[Any, dict[str, str | None]] = {}
    for name in READINGS:
        for key, value in reading(counted, name, [DIMENSIONS[dimension] for dimension in by]).items():
            expected.setdefault(_codes(key, by), {})[name] = _written(name, value)
    if not by:
        expected.setdefault((), {name: _written(name, READINGS[name]([])) for name in READINGS})
    with_something = {key: row for key, row in expected.items() if not by or _has_something(row)}
    assert {key: {name: row[name] for name in READINGS} for key, row in found.items()} == with_something


def _codes(key: tuple[Any, ...], by: list[str]) -> tuple[str | None, ...]:
    return tuple(
        None
        if value is None
        else value.isoformat()
        if name == "day"
        else value
        if name in {"channel", "kind"}
        else f"{name}-{value}"
        for name, value in zip(by, key, strict=True)
    )


def _written(name: str, value: Fraction | None) -> str | None:
    if value is None:
        return None
    places = PLACES.get(name, 4)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if name == "units" and "." in text else text


def _has_something(row: Mapping[str, str | None]) -> bool:
    return any(value is not None and Decimal(value) != 0 for value in row.values())


@given(
    pairs=st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(-(10**9), 10**9)), max_size=20),
    shift=st.integers(-4, 8),
    per=st.sampled_from([1, 7, 1440]),
)
def test_a_ratio_is_divided_once_and_rounded_half_away_from_zero(
    pairs: list[tuple[int, int]], shift: int, per: int
) -> None:
    above, below = [top for top, _ in pairs], [bottom for _, bottom in pairs]
    for (top, bottom), found in zip(pairs, quotients(above, below, shift, per), strict=True):
        if bottom == 0:
            assert found is None
            continue
        exact = Fraction(top, bottom) * Fraction(10) ** shift / per
        assert found is not None
        assert abs(exact - found) <= Fraction(1, 2)
        assert abs(found) >= abs(exact) or abs(exact - found) < Fraction(1, 2)
