"""What a field of one's own, a holding, a birthday and a country may be."""

from datetime import date
from decimal import Decimal

import pytest

from emporion.kernel.errors import Refusal
from emporion.records.customers.rules import (
    FieldRule,
    check_base,
    check_birthday,
    check_country,
    check_field,
    checked_custom,
    closes_circle,
    full_name,
)

RULES = {
    "card": FieldRule("card", "choice", ["gold", "silver"]),
    "Card": FieldRule("card", "choice", ["gold", "silver"]),
    "staff": FieldRule("staff", "number"),
    "since": FieldRule("since", "day"),
    "note": FieldRule("note", "text"),
}


@pytest.mark.spec("CUST-1")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"card": "gold"}, {"card": "gold"}),
        ({"Card": "gold"}, {"card": "gold"}),
        ({"staff": Decimal("12.50")}, {"staff": "12.50"}),
        ({"staff": "1E+3"}, {"staff": "1000"}),
        ({"staff": 0}, {"staff": "0"}),
        ({"since": "2026-02-28"}, {"since": "2026-02-28"}),
        ({"since": date(2026, 2, 28)}, {"since": "2026-02-28"}),
        ({"note": " hello "}, {"note": "hello"}),
        ({"note": "", "staff": None}, {}),
    ],
)
def test_custom_values_are_kept_exactly(given: dict[str, object], kept: dict[str, str]) -> None:
    assert checked_custom(given, RULES) == kept


@pytest.mark.spec("CUST-1")
@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"colour": "red"}, "unknown_custom_field"),
        ({"card": "bronze"}, "bad_custom_value"),
        ({"staff": "many"}, "bad_custom_value"),
        ({"staff": "NaN"}, "bad_custom_value"),
        ({"since": "28.02.2026"}, "bad_custom_value"),
    ],
)
def test_a_value_its_kind_does_not_allow_is_refused(given: dict[str, object], name: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_custom(given, RULES)
    assert refused.value.name == name


def test_a_choice_needs_choices_and_others_have_none() -> None:
    assert check_field("choice", [" a ", "b", "a", ""]) == ["a", "b"]
    with pytest.raises(Refusal):
        check_field("choice", [])
    with pytest.raises(Refusal):
        check_field("text", ["a"])


@pytest.mark.parametrize("text", ["", "02-29", "12-31"])
def test_a_birthday_is_a_day_of_the_year(text: str) -> None:
    check_birthday(text)


@pytest.mark.parametrize("text", ["02-30", "13-01", "2-9", "29-02", "04-31"])
def test_another_birthday_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        check_birthday(text)


@pytest.mark.parametrize(
    ("code", "fine"), [("", True), ("GR", True), ("gr", False), ("GRC", False), ("ΕΛ", False)]
)
def test_a_country_has_two_letters(code: str, fine: bool) -> None:
    if fine:
        check_country(code)
    else:
        with pytest.raises(Refusal):
            check_country(code)


@pytest.mark.parametrize(
    ("entered", "left", "name"),
    [
        (None, date(2026, 5, 1), "not_in_base"),
        (date(2026, 5, 1), date(2026, 5, 1), "leaves_before_entering"),
        (date(2026, 5, 2), date(2026, 5, 1), "leaves_before_entering"),
    ],
)
def test_leaving_comes_after_entering(entered: date | None, left: date, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_base(entered, left)
    assert refused.value.name == name


@pytest.mark.spec("CUST-1")
def test_a_holding_is_no_circle() -> None:
    parents = {1: 2, 2: 3, 3: None}
    assert not closes_circle(4, 1, parents)
    assert closes_circle(3, 1, parents)
    assert closes_circle(1, 1, {})
    assert not closes_circle(1, None, parents)


def test_a_name_is_made_of_its_parts() -> None:
    assert (
        full_name({"given_name": "Анна", "patronymic": "Ивановна", "family_name": "Петрова"})
        == "Анна Ивановна Петрова"
    )
    assert full_name({"given_name": None, "family_name": " Lee "}) == "Lee"
    assert full_name({}) == ""
