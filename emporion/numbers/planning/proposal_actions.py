"""A plan from two sides: proposed, handed over, countered, signed by both, reopened (PLAN-4).

Who acts is one side of that person's plan or neither: the person for themselves, who leads them for the house. Nobody
can sign for another.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.money import QUANTITY_UNIT, quantity_of
from emporion.numbers.planning.agreeing import Signing, release, settle
from emporion.numbers.planning.models import Agreement, Plan, Proposal, Submission
from emporion.numbers.planning.models.plans import DRAFT
from emporion.numbers.planning.models.proposals import EMPLOYEE, HEAD
from emporion.numbers.planning.plan_actions import refuse_stranger
from emporion.numbers.planning.plan_queries import PlanBook, Span, spans_of
from emporion.numbers.planning.proposal_queries import (
    Key,
    Party,
    Talk,
    branches_of,
    calculated,
    coming,
    negotiated,
    party,
    read_way,
    talk_of,
    values_of,
)

MOST = Decimal(10) ** 12  # beyond every plan, within what the database holds
OTHER = {EMPLOYEE: HEAD, HEAD: EMPLOYEE}


class Answer(NamedTuple):
    """What a side says of a metric in the span that begins on a day. Without a value it takes its answer back; 0 is an
    answer: nothing is possible."""

    metric: str
    starts_on: date
    value: Decimal | None
    reason: str = ""


def ask_for_answers(*, plan: Plan, due_on: date | None, by: Viewer, at: datetime) -> None:
    """Say until when both sides are to answer; None: there is no such day. For who plans the whole."""
    refuse_stranger(by)
    with transaction.atomic():
        found = _open_plan(plan.pk)
        old = {"answers_due_on": found.answers_due_on}
        Plan.objects.filter(pk=found.pk).update(answers_due_on=due_on)
        new = {"answers_due_on": due_on}
        record("plan.answers_asked", by=by, at=at, subject=f"plan:{found.code}", old=old, new=new)


def propose(*, plan_id: int, member_id: int, answers: Sequence[Answer], by: Viewer, at: datetime) -> int:
    """Note what the acting side says, to be handed over later; how many answers are new. What was said stays on record,
    the last word counts.

    Refuses a plan that is signed, one on which both agreed, who is neither side, metrics and spans that are not asked
    about, days that are past, and what is no number for a plan.
    """
    with transaction.atomic():
        it, talk = _open_talk(plan_id, member_id, by, at)
        return _write(it, talk, answers, by, at)


def submit_round(
    *,
    plan_id: int,
    member_id: int,
    round: int,  # noqa: A002 - the word of the spec
    note: str = "",
    makes_room: bool = False,
    by: Viewer,
    at: datetime,
) -> Submission:
    """Hand over the round that the acting side is in: signed with it, it holds once the other side signs it too.

    A head who sees everybody may say that the branches above give way where there is no room. Refuses another round
    than the open one (somebody was faster), a round without any answer, and numbers that differ from the calculated
    ones without a word why: in a cell or in the note.
    """
    with transaction.atomic():
        it, talk = _open_talk(plan_id, member_id, by, at)
        return _submit(it, talk, _Round(round, note, makes_room), by, at)


def counter_propose(
    *,
    plan_id: int,
    member_id: int,
    answers: Sequence[Answer],
    note: str = "",
    makes_room: bool = False,
    by: Viewer,
    at: datetime,
) -> Submission:
    """What the head says to a person's plan, noted and handed over at once. Refuses the person themselves, and what
    `propose` and `submit_round` refuse."""
    with transaction.atomic():
        it, talk = _open_talk(plan_id, member_id, by, at)
        if it.side != HEAD:
            raise Refusal("not_the_head", "only who leads a person answers for the house")
        _write(it, talk, answers, by, at)
        handed = _Round(talk.open_round(HEAD), note, makes_room)
        return _submit(it, talk_of(it.plan, member_id), handed, by, at)


def agree(
    *,
    plan_id: int,
    member_id: int,
    round: int,  # noqa: A002 - the word of the spec
    makes_room: bool = False,
    by: Viewer,
    at: datetime,
) -> Agreement:
    """Sign what the other side handed over last, in the given round: with it both have signed, and the values become
    settled, locked cells of the person's branches; what is free elsewhere moves.

    Refuses where there is nothing to sign or the round has moved on, and (NoRoom, saying by how much) where the branch
    above cannot make room; a head who sees everybody may have the branches above give way.
    """
    with transaction.atomic():
        it, talk = _open_talk(plan_id, member_id, by, at)
        offered = talk.last(OTHER[it.side])
        if offered is None:
            raise Refusal("nothing_to_sign", "the other side has not handed a round over yet")
        if offered.round != round or talk.to_sign(OTHER[it.side]) is None:
            raise Refusal("round_moved_on", "the other side has said something else since: read it first")
        _refuse_room(it, by, makes_room=makes_room)
        values = _still_coming(it.plan, values_of(talk.said(offered.side, offered.round)))
        reason = f"agreed in round {round}"
        settle(it.plan, member_id, values, Signing(reason, makes_room or offered.makes_room, by, at))
        agreement = _signed(it, offered, values, by, at)
        told = {"member": member_id, "round": round, "digest": agreement.digest, "side": it.side}
        signed_by = {"employee": agreement.employee_name, "head": agreement.head_name}
        _record("plan.agreed", it.plan, by, at, {**told, **signed_by, "cells": _told(it.plan, values)})
    return agreement


def reopen(*, plan_id: int, member_id: int, reason: str, by: Viewer, at: datetime) -> Agreement:
    """Say why an agreement no longer stands: its cells are free and calculated again, a new round begins. Either side
    may; refuses a signed plan, a lack of a reason, and where nothing was agreed."""
    if not reason.strip():
        raise Refusal("reason_missing", "say why it is agreed anew")
    with transaction.atomic():
        it, talk = _party(plan_id, member_id, by, at)
        standing = talk.agreement
        if standing is None:
            raise Refusal("not_agreed", "nothing was agreed about this plan")
        release(it.plan, member_id, list(talk.agreed()))
        standing.reopened_by, standing.reopened_at, standing.reopen_reason = by.name, at, reason.strip()
        standing.save(update_fields=["reopened_by", "reopened_at", "reopen_reason"])
        told = {"member": member_id, "round": standing.round, "reason": reason.strip()}
        _record("plan.reopened", it.plan, by, at, told)
    return standing


class _Round(NamedTuple):
    """A round that is handed over."""

    round: int
    note: str
    makes_room: bool


def _open_plan(plan_id: int) -> Plan:
    found = Plan.objects.select_for_update().get(pk=plan_id)
    if found.state != DRAFT:
        raise Refusal("plan_is_signed", f"the plan {found.code} is signed; re-plan it to change it")
    return found


def _party(plan_id: int, member_id: int, by: Viewer, at: datetime) -> tuple[Party, Talk]:
    """Refuses a stranger before anything else, so that they learn nothing of the plan."""
    by.require(Permission.WRITE)
    it = party(by, plan_id, member_id, at.date())
    _open_plan(plan_id)
    return it, talk_of(it.plan, member_id)


def _open_talk(plan_id: int, member_id: int, by: Viewer, at: datetime) -> tuple[Party, Talk]:
    it, talk = _party(plan_id, member_id, by, at)
    if talk.agreement is not None:
        raise Refusal(
            "agreed_already", "both sides signed this plan: reopen it with a reason before it is changed"
        )
    if it.side == EMPLOYEE and by.user_id is None:
        raise Refusal("not_a_user", "a person answers for themselves only as who has signed in")
    return it, talk


def _write(it: Party, talk: Talk, answers: Sequence[Answer], by: Viewer, at: datetime) -> int:
    spans = {one.starts_on: one for one in spans_of(it.plan)}
    names = set(negotiated(it.plan))
    stands = talk.said(it.side)
    rows = []
    for answer in answers:
        span = _asked_about(it.plan, answer, spans, names)
        said = stands.get((answer.metric, span.id))
        had = (said.value, said.reason) if said else (None, "")
        if had != (answer.value, answer.reason.strip()):
            rows.append(_row(it, answer, span, by, at))
    for row in rows:
        row.round = talk.open_round(it.side)
    Proposal.objects.bulk_create(rows)
    if rows:
        # Not what they said: the other side may read the audit log, and reads it only once it is handed over.
        cells = [[one.metric, _day_of(one, spans)] for one in rows]
        told = {"member": it.member.pk, "side": it.side, "round": rows[0].round, "cells": cells}
        _record("plan.proposed", it.plan, by, at, told)
    return len(rows)


def _day_of(row: Proposal, spans: Mapping[date, Span]) -> str:
    return next(day.isoformat() for day, span in spans.items() if span.id == row.span_id)


def _row(it: Party, answer: Answer, span: Span, by: Viewer, at: datetime) -> Proposal:
    return Proposal(
        plan=it.plan,
        member=it.member,
        metric=answer.metric,
        span_id=span.id,
        side=it.side,
        value=answer.value,
        reason=answer.reason.strip(),
        said_by=by.name,
        said_at=at,
    )


def _asked_about(plan: Plan, answer: Answer, spans: Mapping[date, Span], names: set[str]) -> Span:
    span = spans.get(answer.starts_on)
    if answer.metric not in names:
        raise Refusal("not_in_the_plan", f"the plan {plan.code} asks nobody about {answer.metric}")
    if span is None:
        raise Refusal("no_such_span", f"no span of the plan {plan.code} begins on {answer.starts_on}")
    if not coming(plan, [span]):
        raise Refusal("span_is_past", f"what ended by {plan.frozen_until} is past and stays as it was")
    if answer.value is not None:
        _refuse_value(answer.value)
    return span


def _refuse_value(value: Decimal) -> None:
    if not value.is_finite() or value >= MOST or value % QUANTITY_UNIT:
        raise Refusal("not_a_number", "this is no number for a plan")
    if value < 0:
        raise Refusal("negative_plan", f"a plan cannot be {value}")


def _submit(it: Party, talk: Talk, handed: _Round, by: Viewer, at: datetime) -> Submission:
    _refuse_room(it, by, makes_room=handed.makes_room)
    if handed.round != talk.open_round(it.side):
        raise Refusal("round_moved_on", "this round was handed over already: read what was said since")
    said = talk.said(it.side)
    values = values_of(said)
    if not values:
        raise Refusal("nothing_proposed", "say something of at least one span before it is handed over")
    explained = handed.note.strip() or any(one.reason for one in said.values())
    if not explained and _differs(it, values):
        raise Refusal("reason_missing", "say why this differs from what was calculated")
    submission = Submission.objects.create(
        plan=it.plan,
        member=it.member,
        side=it.side,
        round=handed.round,
        note=handed.note.strip(),
        makes_room=handed.makes_room,
        user_id=by.user_id,
        submitted_by=by.name,
        submitted_at=at,
    )
    told = {"member": it.member.pk, "side": it.side, "round": handed.round, "note": handed.note.strip()}
    if handed.makes_room:
        told["makes_room"] = True
    _record("plan.round_submitted", it.plan, by, at, told)
    return submission


def _refuse_room(it: Party, by: Viewer, *, makes_room: bool) -> None:
    if makes_room and (it.side != HEAD or not by.sees_all):
        raise Refusal(
            "not_permitted", f"{by.name} may not do this: other branches give way only to who sees everybody"
        )


def _differs(it: Party, values: Mapping[Key, Decimal]) -> bool:
    """Whether anything is other than the plan would have it."""
    branches = branches_of(it.plan, [it.member.pk])[it.member.pk]
    for name in dict.fromkeys(name for name, _ in values):
        book = PlanBook(it.plan, name)
        read_way(book, branches)
        sheet = calculated(book, branches, agreed=False)
        for span, stands in zip(book.spans, sheet.spans if sheet else (), strict=False):
            if values.get((name, span.id), quantity_of(stands)) != quantity_of(stands):
                return True
    return False


def _still_coming(plan: Plan, values: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    ahead = {one.id for one in coming(plan, spans_of(plan))}
    return {key: value for key, value in values.items() if key[1] in ahead}


def _signed(
    it: Party, offered: Submission, values: Mapping[Key, Decimal], by: Viewer, at: datetime
) -> Agreement:
    """Each side with who signed for it and when: the one by handing over, the other now."""
    signatures = {
        offered.side: (offered.user_id, offered.submitted_by, offered.submitted_at),
        it.side: (by.user_id, by.name, at),
    }
    employee, head = signatures[EMPLOYEE], signatures[HEAD]
    if employee[0] is None:
        raise Refusal("not_a_user", "a person answers for themselves only as who has signed in")
    return Agreement.objects.create(
        plan=it.plan,
        member=it.member,
        submission=offered,
        round=offered.round,
        digest=digest_of(_told(it.plan, values)),
        employee_user_id=employee[0],
        employee_name=employee[1],
        employee_at=employee[2],
        head_user_id=head[0],
        head_name=head[1],
        head_at=head[2],
    )


def digest_of(cells: Sequence[Sequence[str]]) -> str:
    """One hash of agreed cells: metric, first day and value of each."""
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def _told(plan: Plan, values: Mapping[Key, Decimal]) -> list[list[str]]:
    days = {one.id: one.starts_on.isoformat() for one in spans_of(plan)}
    return sorted([name, days[span_id], _plainly(value) or ""] for (name, span_id), value in values.items())


def _plainly(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _record(event: str, plan: Plan, by: Viewer, at: datetime, told: Mapping[str, object]) -> None:
    record(event, by=by, at=at, subject=f"plan:{plan.code}", new=dict(told))
