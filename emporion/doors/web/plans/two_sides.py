"""One person's plan from two sides, as its page draws it: what was, what is calculated, what each says, what is
agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from emporion.doors.web.plans.beside import History
from emporion.doors.web.plans.words import days_said
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.money import quantity_of
from emporion.kernel.ui import formats
from emporion.kernel.ui.actors import who
from emporion.kernel.ui.cells import Figure
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.models import Plan, Submission
from emporion.numbers.planning.models.proposals import EMPLOYEE, HEAD
from emporion.numbers.planning.plan_queries import PlanBook, Span
from emporion.numbers.planning.proposal_queries import (
    Party,
    Said,
    branches_of,
    calculated,
    coming,
    read_way,
    talk_of,
)
from emporion.numbers.planning.sheets import Sheet

OTHER = {EMPLOYEE: HEAD, HEAD: EMPLOYEE}


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A span: the same days a year before, how it counts in their season, and the four numbers."""

    span: Span
    label: str
    before: Figure | None
    season: str
    calculated: Figure
    theirs: Figure | None
    heads: Figure | None
    agreed: Figure | None
    reasons: Sequence[tuple[str, str]]
    value_field: Any = None
    reason_field: Any = None


@dataclass(frozen=True, slots=True)
class RoundSaid:
    """A round in the conversation: who handed it over, and what was said anew in it."""

    submission: Submission
    by: str
    side: str
    total: Figure | None
    cells: Sequence[tuple[str, Figure | None, str]]


class TwoSides:
    """A person's plan of one metric, as a side of it sees it."""

    def __init__(self, it: Party, name: str, viewer: Viewer, on: date) -> None:
        self.party, self.metric, self.viewer, self.on = it, name, viewer, on
        self.plan: Plan = it.plan
        self.talk = talk_of(it.plan, it.member.pk)
        self.book = PlanBook(it.plan, name)
        self.unit = metric(name).unit
        self.coming = coming(it.plan, self.book.spans)

    @property
    def is_mine(self) -> bool:
        """Whether the viewer is the employee."""
        return self.party.side == EMPLOYEE

    @cached_property
    def sheet(self) -> Sheet:
        """What is calculated, over all their branches; what was, once it is agreed."""
        branches = branches_of(self.plan, [self.party.member.pk])[self.party.member.pk]
        read_way(self.book, branches)
        found = calculated(self.book, branches, agreed=self.talk.agreement is not None)
        return found or Sheet(0, (0,) * len(self.book.spans))

    @cached_property
    def history(self) -> History:
        """What they brought in the years before."""
        return History(self.viewer, self.party.member.code, self.metric, self.plan, self.on)

    def said(self, side: str) -> dict[int, Said]:
        """By span what a side says: what it handed over, and of one's own side what is only noted too."""
        found = self.talk.said(side) if side == self.party.side else self.talk.handed(side)
        return {span_id: one for (name, span_id), one in found.items() if name == self.metric}

    @cached_property
    def agreed(self) -> dict[int, Decimal]:
        """By span what both signed."""
        return {
            span_id: value for (name, span_id), value in self.talk.agreed().items() if name == self.metric
        }

    def rows(self, form: Any = None) -> list[SpanRow]:
        """The spans, with the fields of a form beside them where something may be said."""
        theirs, heads = self.said(EMPLOYEE), self.said(HEAD)
        return [
            SpanRow(
                span=span,
                label=days_said(span.starts_on, span.ends_on),
                before=self._figure(self.history.of_span(span)),
                season=_times(self.history.season(span)),
                calculated=Figure(quantity_of(self.sheet.spans[place]), self.unit),
                theirs=self._said(theirs.get(span.id)),
                heads=self._said(heads.get(span.id)),
                agreed=self._figure(self.agreed.get(span.id)),
                reasons=self._reasons(theirs.get(span.id), heads.get(span.id)),
                value_field=_field(form, f"value_{span.id}"),
                reason_field=_field(form, f"reason_{span.id}"),
            )
            for place, span in enumerate(self.book.spans)
        ]

    @property
    def sums(self) -> dict[str, Figure | None] | None:
        """The last row of the table; None for what has no sum over time."""
        if not self.book.sums.time:
            return None
        return {
            "before": self._figure(self.history.year(1)),
            "calculated": Figure(quantity_of(self.sheet.whole), self.unit),
            "theirs": self.total(self.said(EMPLOYEE)),
            "heads": self.total(self.said(HEAD)),
            "agreed": self._figure(sum(self.agreed.values(), Decimal(0)) if self.agreed else None),
        }

    def total(self, said: Mapping[int, Said]) -> Figure | None:
        """What a side's answers come to; None where it gave none."""
        values = [one.value for one in said.values() if one.value is not None]
        return self._figure(sum(values, Decimal(0)) if values and self.book.sums.time else None)

    @property
    def signatures(self) -> list[tuple[str, str, datetime]]:
        """Who signed for which side, and when; empty where no agreement stands."""
        one = self.talk.agreement
        if one is None:
            return []
        return [
            (name_said(one.employee_user, one.employee_name), side_said(EMPLOYEE), one.employee_at),
            (name_said(one.head_user, one.head_name), side_said(HEAD), one.head_at),
        ]

    @property
    def to_sign(self) -> Submission | None:
        """What the other side handed over last and nobody has signed yet."""
        if self.talk.agreement is not None:
            return None
        return self.talk.to_sign(OTHER[self.party.side])

    @property
    def rounds(self) -> list[RoundSaid]:
        """The conversation, the newest first."""
        labels = {one.id: days_said(one.starts_on, one.ends_on) for one in self.book.spans}
        found = []
        for one in reversed(self.talk.submissions):
            until = self.talk.said(one.side, one.round)
            here = {key[1]: said for key, said in until.items() if key[0] == self.metric}
            anew = [
                (labels[span_id], self._said(said), said.reason)
                for span_id, said in here.items()
                if said.round == one.round
            ]
            by = name_said(one.user, one.submitted_by)
            found.append(RoundSaid(one, by, side_said(one.side), self.total(here), anew))
        return found

    def _said(self, one: Said | None) -> Figure | None:
        return self._figure(one.value if one else None)

    def _figure(self, value: Decimal | None) -> Figure | None:
        return None if value is None else Figure(value, self.unit)

    def _reasons(self, theirs: Said | None, heads: Said | None) -> list[tuple[str, str]]:
        told = ((EMPLOYEE, theirs), (HEAD, heads))
        return [(side_said(side), one.reason) for side, one in told if one and one.reason]


def _times(index: Decimal | None) -> str:
    """The index of a month to two places; nothing while it is not known."""
    return "" if index is None else f"× {formats.number(index, 2)}"


def _field(form: Any, name: str) -> Any:
    return form[name] if form is not None and name in form.fields else None


def name_said(user: User | None, name: str) -> str:
    """Who did something: by their own name where they have one here, else as the audit log names them."""
    return (user.get_full_name() if user else "") or who(name)


def side_said(side: str) -> str:
    """The side in words."""
    return _("employee") if side == EMPLOYEE else _("head")


def turn_said(turn: str) -> str:
    """Whose answer is awaited, in words."""
    words = {EMPLOYEE: _("the employee answers"), HEAD: _("the head answers"), "": _("agreed")}
    return words[turn]
