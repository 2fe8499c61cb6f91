"""Whether closed days have learnt more since they were closed."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.closing import close
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.ledger.fact import Fact, Subject
from emporion.kernel.ledger.posting import post
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine.late import has_late_facts

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH = (Period.month(2026, month) for month in (1, 2, 3))


def sell(number: int, day: str) -> None:
    """An order of one line."""
    fact = Fact(kind="order.placed", day=date.fromisoformat(day), order_id=number, quantity=1, amount=1)
    with transaction.atomic():
        post(Subject("order", number), [fact], at=AT)


def test_what_came_after_its_own_closing_is_late() -> None:
    """Trap: what January learnt before February was closed lies below the last closing's watermark, and is hidden all
    the same; and what February learnt in time is no news of January's."""
    begin_epoch(base_currency="EUR")
    sell(1, "2026-01-10")
    close(end=JANUARY.end, by=SYSTEM, at=AT)
    sell(2, "2026-02-10")
    assert not has_late_facts(Period(JANUARY.start, MARCH.end))
    sell(3, "2026-01-11")
    close(end=FEBRUARY.end, by=SYSTEM, at=AT)
    sell(4, "2026-03-10")
    assert has_late_facts(JANUARY)
    assert has_late_facts(Period(JANUARY.start, MARCH.end))
    assert not has_late_facts(FEBRUARY)
    assert not has_late_facts(MARCH)


def test_while_nothing_is_closed_nothing_is_late() -> None:
    begin_epoch(base_currency="EUR")
    sell(1, "2026-01-10")
    assert not has_late_facts(JANUARY)
