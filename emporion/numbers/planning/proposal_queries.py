"""Reading a plan from two sides: who answers for whom, what each side said and when, what both signed (PLAN-4)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from django.db.models import QuerySet

from emporion.kernel.access.viewer import Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.models import Agreement, Branch, Plan, Proposal, Submission
from emporion.numbers.planning.models.plans import MEMBER
from emporion.numbers.planning.models.proposals import EMPLOYEE, HEAD
from emporion.numbers.planning.plan_queries import MANY, PlanBook, Span, visible_plan
from emporion.numbers.planning.sheets import Sheet, Sums
from emporion.records.team.models import Member
from emporion.records.team.queries import led_by

Row = TypeVar("Row", Proposal, Submission, Agreement)
Key = tuple[str, int]  # a metric and the id of a span


class Said(NamedTuple):
    """What a side says of a cell. Without a value nobody answered, or took their answer back; 0 is an answer."""

    value: Decimal | None
    reason: str
    round: int


@dataclass(slots=True)
class Talk:
    """The conversation about one person's plan: rounds handed over, what was said in them, what was signed."""

    member_id: int
    rows: list[Proposal] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)

    @property
    def round(self) -> int:
        """The highest round that a side has handed over; 0 before the first."""
        return max((one.round for one in self.submissions), default=0)

    def last(self, side: str) -> Submission | None:
        """What that side handed over last."""
        return next((one for one in reversed(self.submissions) if one.side == side), None)

    def to_sign(self, side: str) -> Submission | None:
        """What that side handed over last and can still be signed: not signed before, and not from before somebody said
        that what was agreed no longer stands."""
        offered = self.last(side)
        if offered is None or any(one.submission_id == offered.pk for one in self.agreements):
            return None
        reopened = max((one.reopened_at for one in self.agreements if one.reopened_at), default=None)
        return None if reopened is not None and offered.submitted_at < reopened else offered

    def open_round(self, side: str) -> int:
        """The round that this side is in: the one after its last."""
        last = self.last(side)
        return last.round + 1 if last else 1

    def said(self, side: str, until: int | None = None) -> dict[Key, Said]:
        """By metric and span what a side says by the end of a round; without one, with what it has not handed over."""
        found = {}
        for one in self.rows:
            if one.side == side and (until is None or one.round <= until):
                found[one.metric, one.span_id] = Said(one.value, one.reason, one.round)
        return found

    def handed(self, side: str) -> dict[Key, Said]:
        """What a side says in the last round that it handed over; nothing before the first."""
        last = self.last(side)
        return self.said(side, last.round) if last else {}

    @property
    def agreement(self) -> Agreement | None:
        """The one that stands."""
        return next((one for one in self.agreements if one.reopened_at is None), None)

    @property
    def turn(self) -> str:
        """Whose answer is awaited; nobody's once it is agreed."""
        if self.agreement is not None:
            return ""
        if not self.submissions:
            return EMPLOYEE
        return HEAD if self.submissions[-1].side == EMPLOYEE else EMPLOYEE

    def agreed(self) -> dict[Key, Decimal]:
        """The values that both signed; none where no agreement stands."""
        standing = self.agreement
        if standing is None:
            return {}
        side = standing.submission.side
        return values_of(self.said(side, standing.round))

    def is_late(self, plan: Plan, on: date) -> bool:
        """Whether an answer is awaited that was due before that day."""
        return bool(self.turn) and plan.answers_due_on is not None and plan.answers_due_on < on


def values_of(said: Mapping[Key, Said]) -> dict[Key, Decimal]:
    """The cells that were answered."""
    return {key: one.value for key, one in said.items() if one.value is not None}


def talks_of(plan: Plan, member_ids: Collection[int]) -> dict[int, Talk]:
    """The conversations about these people, for callers who may see them. Three queries, whoever many they are."""
    found = {one: Talk(one) for one in member_ids}
    for proposal in _about(Proposal.objects.filter(plan=plan), found):
        found[proposal.member_id].rows.append(proposal)
    for submission in _about(Submission.objects.filter(plan=plan).select_related("user"), found):
        found[submission.member_id].submissions.append(submission)
    signed = Agreement.objects.filter(plan=plan).select_related("submission", "employee_user", "head_user")
    for agreement in _about(signed, found):
        found[agreement.member_id].agreements.append(agreement)
    return found


def _about(rows: QuerySet[Row], wanted: Collection[int]) -> Iterator[Row]:
    """The rows about these people, in the order in which they came."""
    few = rows.filter(member_id__in=list(wanted)) if len(wanted) <= MANY else rows
    return (one for one in few.order_by("id") if one.member_id in wanted)


def talk_of(plan: Plan, member_id: int) -> Talk:
    """The conversation about one person, for callers who may see it. Three queries."""
    return talks_of(plan, [member_id])[member_id]


def negotiated(plan: Plan) -> list[str]:
    """The metrics of a plan about which people are asked: those that need no permission, in the order they were
    planned. One query."""
    names = plan.metrics.order_by("id").values_list("metric", flat=True)
    return [name for name in names if metric(name).permission is None]


def coming(plan: Plan, spans: Sequence[Span]) -> list[Span]:
    """The spans that can still be agreed: those that are not past in this version."""
    until = plan.frozen_until
    return [one for one in spans if until is None or one.ends_on > until]


def answers_for(viewer: Viewer, on: date) -> frozenset[int] | None:
    """For whom a viewer speaks as the head: those they lead, neither themselves nor whom they only stand in for. None:
    for everybody but themselves. Up to three queries."""
    if viewer.sees_all:
        return None
    return frozenset() if viewer.scope is Scope.OWN else led_by(viewer, on) - {viewer.member_id or 0}


def side_of(viewer: Viewer, member_id: int, on: date) -> str:
    """Which side of that person's plan the viewer is; empty: neither. Nobody is both."""
    if viewer.member_id == member_id:
        return EMPLOYEE
    led = answers_for(viewer, on)
    return HEAD if led is None or member_id in led else ""


class Party(NamedTuple):
    """Someone's plan as a viewer takes part in it."""

    plan: Plan
    member: Member
    side: str


def party(viewer: Viewer, plan_id: int, member_id: int, on: date) -> Party:
    """A person's place in a plan, for themselves and who leads them. Refuses everybody else's like one that is not
    there, and a person without a branch in it. Up to six queries."""
    plan = visible_plan(viewer, plan_id)
    side = side_of(viewer, member_id, on)
    member = Member.objects.filter(pk=member_id).first() if side else None
    if member is None or not Branch.objects.filter(plan=plan, member_id=member_id).exists():
        raise Refusal("no_such_person", f"the plan number {plan_id} has no such person whom you may see")
    return Party(plan, member, side)


def people_of(viewer: Viewer, plan: Plan, on: date) -> list[Member]:
    """The people of a plan for whom the viewer speaks as the head, by name. Up to four queries."""
    rows = Member.objects.filter(
        pk__in=Branch.objects.filter(plan=plan, kind=MEMBER).values("member_id")
    ).exclude(pk=viewer.member_id or 0)
    led = answers_for(viewer, on)
    if led is not None and len(led) <= MANY:
        rows = rows.filter(pk__in=led)
    return [one for one in rows.order_by("name", "code") if led is None or one.pk in led]


def open_rounds(plan: Plan) -> list[int]:
    """The people about whose plan somebody handed a round over and no agreement stands. Two queries."""
    begun = set(Submission.objects.filter(plan=plan).values_list("member_id", flat=True))
    agreed = Agreement.objects.filter(plan=plan, reopened_at__isnull=True).values_list("member_id", flat=True)
    return sorted(begun - set(agreed))


def agreement_of(plan: Plan, member_id: int) -> Agreement | None:
    """The agreement that stands about that person's plan. One query."""
    return Agreement.objects.filter(plan=plan, member_id=member_id, reopened_at__isnull=True).first()


def refuse_agreed(branch: Branch) -> None:
    """Refuses a person's branch on whose plan both sides agreed: neither changes it alone. One query for a person."""
    if branch.member_id is not None and agreement_of(branch.plan, branch.member_id) is not None:
        raise Refusal(
            "agreed_already",
            "both sides signed this person's plan: reopen it with a reason before it is changed",
        )


def branches_of(plan: Plan, member_ids: Collection[int]) -> dict[int, list[Branch]]:
    """By person the branches in which they stand, in the order they were drawn. One query."""
    rows = Branch.objects.filter(plan=plan, kind=MEMBER).order_by("id")
    rows = rows.filter(member_id__in=member_ids) if len(member_ids) <= MANY else rows
    found: dict[int, list[Branch]] = defaultdict(list)
    for one in rows:
        found[one.member_id or 0].append(one)
    return {member_id: found[member_id] for member_id in member_ids}


def read_way(book: PlanBook, branches: Iterable[Branch]) -> None:
    """Read all branches that stand beside these and above them, so that their sheets cost no query each: four queries
    for each level."""
    parents = {one.parent_id or 0 for one in branches} - {0}
    levels: list[set[int]] = []
    while parents:
        levels.append(parents)
        rows = Branch.objects.filter(plan=book.plan)
        rows = rows.filter(pk__in=parents) if len(parents) <= MANY else rows
        above = {pk: parent for pk, parent in rows.values_list("pk", "parent_id") if pk in parents}
        parents = {parent or 0 for parent in above.values()} - {0}
    seen: set[int] = set()
    for level in reversed(levels):
        book.read_below(sorted(level - seen))
        seen |= level


def calculated(book: PlanBook, branches: Sequence[Branch], *, agreed: bool) -> Sheet | None:
    """What a person's branches come to together by the plan; once both signed, what stood there before they did. None
    for who has no branch."""
    sheets = [_before(book, one) if agreed else book.sheet(one) for one in branches]
    return together(sheets, book.sums) if sheets else None


def _before(book: PlanBook, branch: Branch) -> Sheet:
    changes = book.changes(branch)
    spans = tuple(
        changes[place].calculated if place in changes and changes[place].locked else value
        for place, value in enumerate(book.sheet(branch).spans)
    )
    return Sheet(sum(spans) if book.sums.time else spans[-1], spans)


def together(sheets: Sequence[Sheet], sums: Sums) -> Sheet:
    """Several sheets as one; of a metric that does not add up over people, the first of them."""
    if not sums.people:
        return sheets[0]
    spans = tuple(sum(column) for column in zip(*(one.spans for one in sheets), strict=True))
    return Sheet(sum(one.whole for one in sheets), spans)
