"""The plans of the made-up company: the running year drawn, agreed from two sides, signed and published; the next one
begun, with people who have answered and others who are late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.rules.words import words
from emporion.kernel.access.actions import create_user
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.periods import DAY, Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.planning.agreeing import NoRoom
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.models.plans import MEMBER
from emporion.numbers.planning.plan_actions import ChannelOfYear, MetricOfYear, draw_plan
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.proposal_actions import (
    Answer,
    agree,
    ask_for_answers,
    counter_propose,
    propose,
    submit_round,
)
from emporion.numbers.planning.proposal_queries import branches_of, calculated, coming, open_rounds, read_way
from emporion.numbers.planning.publishing import publish_plan
from emporion.numbers.planning.version_actions import sign_plan
from emporion.records.team.actions import change_member
from emporion.records.team.models import Member
from emporion.records.team.queries import viewer_for

GROWTH = Decimal("0.06")
UNIT = Decimal(100)
ASKED = 6  # people who answer for themselves
LATE_BY = timedelta(days=3)
YEAR = timedelta(days=365)
_THOUSAND = 1_000
# What the employee says first, what the head says to it, what the employee says then: thousandths of the calculated.
_FIRST, _HEADS, _SECOND = 930, 1_020, 980


def make_plans(wanted: Wanted, *, by: Viewer, at: datetime) -> None:
    """Draw both plans and lead the conversations about them. A running year without a whole year before it in the books
    keeps the plans that were brought: there is nothing to draw it from."""
    making = _Making(wanted, by, at)
    last = wanted.last_day
    if wanted.first_day <= date(last.year - 1, 1, 1):
        making.running(last.year)
    making.coming(last.year + 1)


class _Person(NamedTuple):
    """Someone who answers for themselves."""

    member: Member
    viewer: Viewer


class _Making:
    """The plans being made."""

    def __init__(self, wanted: Wanted, by: Viewer, at: datetime) -> None:
        self.wanted, self.by, self.at = wanted, by, at
        said = words(wanted.language)
        self.names, self.reasons = said["plan_names"], said["plan_reasons"]
        self.director = self._viewer(User.objects.get(username="director"))

    def running(self, year: int) -> None:
        """Drawn, agreed with those who answer, signed, published."""
        plan = self._draw(year, self.names[0], None)
        for place, one in enumerate(self._people(plan)):
            self._agree(plan, one, rounds=1 + place % 2)
        left = self.reasons[3] if open_rounds(plan) else ""
        signed = sign_plan(plan=plan, despite=left, by=self.director, at=self.at)
        for _done in publish_plan(plan=signed, by=self.director, at=self.at):
            pass

    def coming(self, year: int) -> None:
        """Drawn, half of those who are asked have answered, the rest are late."""
        months = Period(self.wanted.last_day + DAY - YEAR, self.wanted.last_day + DAY)
        plan = self._draw(year, self.names[1], self._measured(("revenue",), months)[0]["revenue"])
        people = self._people(plan)
        for place, one in enumerate(people[::2]):
            self._say(plan, one, _FIRST, self.reasons[place % 2])
            if place == 0:
                self._counter(plan, one)
        due_on = self.wanted.last_day - LATE_BY
        ask_for_answers(plan=plan, due_on=due_on, by=self.director, at=self.at)

    def _draw(self, year: int, name: str, base: Decimal | None) -> Plan:
        days = Period(date(year, 1, 1), date(year + 1, 1, 1))
        return draw_plan(
            code=str(year),
            name=name.format(year),
            days=days,
            metrics=[MetricOfYear("revenue", base, own=GROWTH, unit=UNIT)],
            channels=self._channels(days),
            by=self.director,
            at=self.at,
        )

    def _channels(self, days: Period) -> list[ChannelOfYear]:
        """By what each brought in the year before, in whole per cents."""
        before = Period(date(days.start.year - 1, 1, 1), days.start)
        rows = self._measured(("revenue",), before, by=("channel",))
        brought = {row["channel_id"]: row["revenue"] for row in rows if row["channel_id"] and row["revenue"]}
        whole = sum(brought.values())
        return [
            ChannelOfYear(name, Decimal(int(value * 100 / whole)) / 100)
            for name, value in sorted(brought.items())
        ]

    def _measured(self, names: Sequence[str], period: Period, **more: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = measure(
            list(names), period=period, viewer=self.director, **more
        ).to_pylist()
        return rows

    def _people(self, plan: Plan) -> list[_Person]:
        """Who may sign in already, and a few more, each with an account of their own."""
        ids = Branch.objects.filter(plan=plan, kind=MEMBER).values("member_id")
        there = Member.objects.filter(pk__in=ids, left_on=None).order_by("user_id", "pk")
        known = [one for one in there if one.user_id is not None]
        asked = [*known, *(one for one in there if one.user_id is None)][:ASKED]
        return [_Person(one, self._viewer(self._user(one))) for one in asked]

    def _user(self, member: Member) -> User:
        if member.user_id is not None:
            return User.objects.get(pk=member.user_id)
        user = create_user(
            name=member.code.lower(), role="rep", language=self.wanted.language, by=self.by, at=self.at
        )
        change_member(member_id=member.pk, changes={"user_id": user.pk}, by=self.by, at=self.at)
        return user

    def _viewer(self, user: User) -> Viewer:
        return viewer_for(User.objects.select_related("access_role").get(pk=user.pk), self.at.date())

    def _agree(self, plan: Plan, one: _Person, rounds: int) -> None:
        """One round or two; what is agreed may move the branches above, where nobody beside is free."""
        self._say(plan, one, _FIRST, self.reasons[rounds % 2])
        if rounds > 1:
            self._counter(plan, one)
            self._say(plan, one, _SECOND, self.reasons[3])
        where = self._where(plan, one, self.director) | {"round": rounds}
        try:
            agree(**where)
        except NoRoom:
            self._agree_with_room(where)

    def _agree_with_room(self, where: dict[str, Any]) -> None:
        try:
            agree(makes_room=True, **where)
        except Refusal:
            return  # it stays open, and the plan is signed despite it

    def _say(self, plan: Plan, one: _Person, thousandths: int, reason: str) -> None:
        where = self._where(plan, one, one.viewer)
        propose(answers=self._answers(plan, one.member, thousandths), **where)
        number = 1 if thousandths == _FIRST else 2
        submit_round(round=number, note=reason, **where)

    def _counter(self, plan: Plan, one: _Person) -> None:
        answers = self._answers(plan, one.member, _HEADS)
        counter_propose(answers=answers, note=self.reasons[2], **self._where(plan, one, self.director))

    def _answers(self, plan: Plan, member: Member, thousandths: int) -> list[Answer]:
        """So many thousandths of what is calculated in each month, in whole hundreds."""
        book = PlanBook(plan, "revenue")
        branches = branches_of(plan, [member.pk])[member.pk]
        read_way(book, branches)
        sheet = calculated(book, branches, agreed=False)
        values = sheet.spans if sheet else ()
        return [
            Answer("revenue", span.starts_on, _rounded(quantity_of(value), thousandths))
            for span, value in zip(coming(plan, book.spans), values, strict=True)
        ]

    def _where(self, plan: Plan, one: _Person, by: Viewer) -> dict[str, Any]:
        return {"plan_id": plan.pk, "member_id": one.member.pk, "by": by, "at": self.at}


def _rounded(value: Decimal, thousandths: int) -> Decimal:
    return value * thousandths / _THOUSAND // UNIT * UNIT
