"""Numbers, money and days as an English, a Russian and a Greek reader writes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from emporion.kernel.ui import formats

pytestmark = pytest.mark.spec("SYS-7")
# A no-break space, drawn so that a reader of the tables sees it.
SPACE = "\N{NO-BREAK SPACE}"
LANGUAGES = ("en", "ru", "el")
TODAY = date(2026, 11, 24)


def in_each(call: str, *given: object) -> list[str]:
    """What the format gives in the three languages, no-break spaces drawn as `_`."""
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(getattr(formats, call)(*given).replace(SPACE, "_"))
    return said


@pytest.mark.parametrize(
    ("call", "given", "english", "russian", "greek"),
    [
        ("number", (D("1234567.5"),), "1,234,567.5", "1_234_567,5", "1.234.567,5"),
        ("number", (D("1234.5"), 0), "1,235", "1_235", "1.235"),
        ("number", (D(7), 2), "7.00", "7,00", "7,00"),
        ("number", (None,), "–", "–", "–"),
        ("short", (99_999,), "99,999", "99_999", "99.999"),
        ("short", (150_000,), "150K", "150_тыс.", "150_χιλ."),
        ("short", (1_244_000,), "1.24M", "1,24_млн", "1,24_εκ."),
        ("short", (D(-2500000),), "−2.5M", "−2,5_млн", "−2,5_εκ."),
        ("short", (12_300_000_000,), "12.3B", "12,3_млрд", "12,3_δισ."),
        ("short", (4_000_000_000_000,), "4T", "4_трлн", "4_τρισ."),
        ("money", (D("1234.5"), "EUR"), "€1,234.50", "1_234,50_€", "1.234,50_€"),
        ("money", (D("-1234.5"), "RUB"), "−RUB_1,234.50", "−1_234,50_₽", "−1.234,50_RUB"),
        ("money", (D(84300), "JPY"), "¥84,300", "84_300_¥", "84.300_JP¥"),
        ("money", (None, "EUR"), "–", "–", "–"),
        ("share", (D("0.6234"),), "62.3%", "62,3_%", "62,3_%"),
        ("share", (D("1.5"), 0), "150%", "150_%", "150_%"),
        ("share", (D("-0.021"),), "−2.1%", "−2,1_%", "−2,1_%"),
        ("days", (1,), "1_day", "1_день", "1_ημέρα"),
        ("days", (3,), "3_days", "3_дня", "3_ημέρες"),
        ("days", (D("11.00"),), "11_days", "11_дней", "11_ημέρες"),
        ("days", (21,), "21_days", "21_день", "21_ημέρες"),
        ("days", (D("3.46"),), "3.5_days", "3,5_дня", "3,5_ημέρες"),
        ("duration", (15,), "15_min", "15_мин", "15_λ."),
        ("duration", (135,), "2_hr_15_min", "2_ч_15_мин", "2_ώ._15_λ."),
        ("duration", (0,), "0_min", "0_мин", "0_λ."),
        ("full_day", (date(2026, 5, 5),), "5 May 2026", "5 мая 2026", "5 Μαΐ 2026"),
        ("full_day", (date(2026, 11, 5),), "5 Nov 2026", "5 нояб. 2026", "5 Νοε 2026"),
        ("full_day", (None,), "–", "–", "–"),
        (
            "long_day",
            (TODAY,),
            "Tuesday, 24 November 2026",
            "Вторник, 24 ноября 2026",
            "Τρίτη 24 Νοεμβρίου 2026",
        ),
        ("month", (TODAY,), "November 2026", "ноябрь 2026", "Νοέμβριος 2026"),
        ("month", (date(2026, 3, 1),), "March 2026", "март 2026", "Μάρτιος 2026"),
        ("quarter", (TODAY,), "Q4 2026", "4-й квартал 2026", "4ο τρίμηνο 2026"),
        (
            "span",
            (date(2026, 11, 1), date(2026, 11, 15)),
            "1–15 Nov 2026",
            "1–15 нояб. 2026",
            "1–15 Νοε 2026",
        ),
        (
            "span",
            (date(2026, 10, 28), date(2026, 11, 3)),
            "28 Oct – 3 Nov 2026",
            "28 окт. – 3 нояб. 2026",
            "28 Οκτ – 3 Νοε 2026",
        ),
        (
            "span",
            (date(2025, 12, 31), date(2026, 1, 2)),
            "31 Dec 2025 – 2 Jan 2026",
            "31 дек. 2025 – 2 янв. 2026",
            "31 Δεκ 2025 – 2 Ιαν 2026",
        ),
        ("span", (TODAY, TODAY), "24 Nov 2026", "24 нояб. 2026", "24 Νοε 2026"),
        ("listed", (["A", "B", "C"],), "A, B, and C", "A, B и C", "A, B και C"),
    ],
)
def test_each_language_writes_it_its_own_way(
    call: str, given: tuple[object, ...], english: str, russian: str, greek: str
) -> None:
    assert in_each(call, *given) == [english, russian, greek]


@pytest.mark.parametrize(
    ("distance", "english", "russian", "greek"),
    [
        (-8, "16 Nov 2026", "16 нояб. 2026", "16 Νοε 2026"),
        (-5, "5 days ago", "5 дней назад", "πριν από 5 ημέρες"),
        (-2, "2 days ago", "2 дня назад", "πριν από 2 ημέρες"),
        (-1, "yesterday", "вчера", "χθες"),
        (0, "today", "сегодня", "σήμερα"),
        (1, "tomorrow", "завтра", "αύριο"),
        (3, "in 3 days", "через 3 дня", "σε 3 ημέρες"),
        (7, "in 7 days", "через 7 дней", "σε 7 ημέρες"),
        (8, "2 Dec 2026", "2 дек. 2026", "2 Δεκ 2026"),
    ],
)
def test_a_near_day_is_said_as_people_say_it(distance: int, english: str, russian: str, greek: str) -> None:
    assert in_each("near_day", TODAY + timedelta(days=distance), TODAY) == [english, russian, greek]


def test_an_instant_is_told_in_the_readers_zone() -> None:
    """Trap: summer and winter time: the same hour in London is another one in Athens and in Moscow."""
    winter, summer = datetime(2026, 11, 24, 15, 30, tzinfo=UTC), datetime(2026, 7, 24, 15, 30, tzinfo=UTC)
    assert in_each("hour", winter, "Europe/Athens") == ["17:30"] * 3
    assert in_each("hour", summer, "Europe/Athens") == ["18:30"] * 3
    assert in_each("moment", winter, "Europe/Moscow")[1] == "24 нояб. 2026, 18:30"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (999_994, "999.99K"),
        (999_995, "1M"),
        (999_999, "1M"),
        (-999_999, "−1M"),
        (999_999_999, "1B"),
        (D(1245000), "1.25M"),
        (D(10000000000000000), "10000T"),
    ],
)
def test_a_short_number_rounds_into_the_next_word(value: D | int, said: str) -> None:
    """Trap: 999,999 rounds to a thousand thousands, which nobody says."""
    assert in_each("short", value)[0] == said


def test_halves_round_away_from_zero_and_nothing_has_no_sign() -> None:
    """Trap: the library rounds halves to the even digit, so that 0.125 and 0.135 differ by two cents; and -0."""
    assert in_each("number", D("0.125"))[0] == "0.13"
    assert in_each("number", D("-2.5"), 0)[0] == "−3"
    assert in_each("money", D("2.345"), "EUR")[0] == "€2.35"
    assert in_each("share", D("0.0005"))[0] == "0.1%"
    assert in_each("share", D("-0.0001"), 0)[0] == "0%"
    assert in_each("number", D("-0.001"), 2)[0] == "0.00"
