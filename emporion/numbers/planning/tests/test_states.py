"""Up to which day a state is known, and which days spans cover together."""

from datetime import date

from emporion.kernel.periods import Period
from emporion.numbers.planning.rules import covering
from emporion.numbers.planning.states import known_until, until

TODAY = date(2026, 11, 24)


def test_a_state_is_known_until_today_or_until_the_facts_end() -> None:
    """Trap: after a quiet weekend what fell due on Saturday is overdue; after years it is not known."""
    assert known_until(TODAY, date(2026, 11, 20)) == TODAY
    assert known_until(TODAY, date(2014, 6, 30)) == date(2014, 6, 30)
    assert known_until(TODAY, date(2027, 1, 1)) == TODAY
    assert known_until(TODAY, None) == TODAY


def test_the_part_of_a_period_that_is_known() -> None:
    assert until(Period.parse("2026-11"), TODAY) == Period.parse("2026-11-01..2026-11-24")
    assert until(Period.parse("2026-10"), TODAY) == Period.parse("2026-10")
    assert until(Period.parse("2026-11-24"), TODAY) == Period.parse("2026-11-24")
    assert until(Period.parse("2026-12"), TODAY) is None


def test_spans_that_leave_out_a_day_cover_nothing() -> None:
    one, two, three = (date(2026, month, 1) for month in (1, 2, 3))
    assert covering([(two, three), (one, two)]) == (one, three)
    assert covering([(one, three), (one, two)]) == (one, three)
    assert covering([(one, two), (date(2026, 2, 2), three)]) is None
