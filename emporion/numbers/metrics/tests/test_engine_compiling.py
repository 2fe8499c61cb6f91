"""SQL made for one question serves the next of its kind: other days, other people, another last day with a fact."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.ledger.fact import Fact, Subject
from emporion.kernel.ledger.posting import post
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import compiling, measure
from emporion.numbers.metrics.engine.remembering import remembered, remembering
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SEE-4")]
AT = datetime(2026, 1, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def calls(settings: Any, tmp_path: Path) -> list[int]:
    """Two people; Anna called on 5 January and 20 February, Boris on 5 January. Nothing came of it."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    members = [Member.objects.create(code=code).pk for code in ("anna", "boris")]
    for number, (member_id, day) in enumerate(
        [(members[0], date(2026, 1, 5)), (members[0], date(2026, 2, 20)), (members[1], date(2026, 1, 5))],
        start=1,
    ):
        called(number, member_id, day)
    return members


def called(number: int, member_id: int, day: date) -> None:
    """A call."""
    with transaction.atomic():
        post(
            Subject("activity", number),
            [Fact("call.made", day, member_id=member_id, quantity=1_000_000)],
            at=AT,
        )


def own(member_id: int) -> Viewer:
    """Somebody who sees their own."""
    return Viewer(f"user {member_id}", Scope.OWN, member_id=member_id, member_ids=frozenset({member_id}))


def asked(text: str, viewer: Viewer = SYSTEM) -> dict[str, Any]:
    """Calls and the busy-work index of a period."""
    row: dict[str, Any] = measure(
        ["calls", "busy_work"], period=Period.parse(text), viewer=viewer
    ).to_pylist()[0]
    return row


@contextmanager
def made() -> Iterator[list[object]]:
    """The questions that were compiled meanwhile."""
    before = set(compiling._kept.compiled)
    found: list[object] = []
    yield found
    found += set(compiling._kept.compiled) - before


def test_other_days_and_other_people_need_no_other_sql(calls: list[int]) -> None:
    """Trap: a page of another month, or of another person, took half a second to be compiled."""
    asked("2026-01")
    asked("2026-01", own(calls[0]))
    with made() as again:
        assert [asked(text)["calls"] for text in ("2026-02", "2026-Q1", "2025", "2026-01-05")] == [1, 3, 0, 2]
        assert [asked("2026-Q1", own(member))["calls"] for member in calls] == [2, 1]
    assert again == []


def test_the_last_day_that_has_a_fact_moves_on(calls: list[int]) -> None:
    """Trap: what is two weeks old hangs on the latest fact, and SQL that keeps it would never count the later calls."""
    assert asked("2026-02")["busy_work"] is None
    called(9, calls[1], date(2026, 3, 10))
    assert asked("2026-02")["busy_work"] == 1


def test_days_that_nobody_lives_are_refused() -> None:
    """Trap: a day of the year 4000 stands for the start of the period in the SQL."""
    with pytest.raises(Refusal, match="2999"):
        measure(["calls"], period=Period.parse("2026"), where={"month": "4000-01"}, viewer=SYSTEM)


def test_remembered_answers_are_those_of_the_same_facts(calls: list[int]) -> None:
    """Trap: an answer kept over a fact that came in since."""
    with remembering():
        assert asked("2026-01")["calls"] == 2
        called(9, calls[1], date(2026, 1, 31))
        assert asked("2026-01")["calls"] == 3


def test_only_who_wants_it_remembers() -> None:
    counted: list[str] = []

    def answer(sql: str) -> Any:
        counted.append(sql)
        return measure(["calls"], period=Period.parse("2026"), viewer=SYSTEM)

    for _ in range(2):
        remembered("one", answer)
    with remembering():
        for _ in range(2):
            remembered("two", answer)
    assert counted == ["one", "one", "two"]
