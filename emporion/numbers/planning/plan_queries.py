"""Reading plans: which of them and which branches a viewer may see, and the sheets that follow from what is stored."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from emporion.kernel.access.viewer import Scope, Viewer
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_units
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.shape import Ratio
from emporion.numbers.planning.models import Branch, CellChange, Plan, PlanMetric, PlanSpan, Weight
from emporion.numbers.planning.models.plans import MEMBER, TEAM, WHOLE
from emporion.numbers.planning.settling import Above, Asked, asked_of
from emporion.numbers.planning.sheets import USUAL, Part, Sheet, Sums, Terms
from emporion.numbers.planning.states import STATES
from emporion.numbers.planning.tree import part_sheets, root_sheet
from emporion.records.team.queries import led_by, visible_teams

COUNTED_ONCE = frozenset({"customers_buying"})  # a customer of every month is still one of the year
MANY = 900  # branches that are named one by one in a query


class Span(NamedTuple):
    """A column of a plan."""

    id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Changed:
    """A person's change of a cell, as it is shown."""

    value: int
    calculated: int
    locked: bool
    reason: str
    by: str


def visible_plans(viewer: Viewer) -> models.QuerySet[Plan]:
    """Plans in which the viewer sees a branch: all of them for who sees all, newest first."""
    plans = Plan.objects.order_by("-starts_on", "-id")
    if viewer.sees_all:
        return plans
    return plans.filter(Q(id__in=visible_branches(viewer).values("plan_id")))


def visible_plan(viewer: Viewer, plan_id: int) -> Plan:
    """That plan; refuses one without a branch that the viewer sees like one that is not there."""
    found = visible_plans(viewer).filter(pk=plan_id).first()
    if found is None:
        raise Refusal("no_such_plan", f"there is no plan number {plan_id} that you may see")
    return found


def visible_branches(viewer: Viewer, on: date | None = None) -> models.QuerySet[Branch]:
    """Branches whose cells the viewer may see: every one for who sees all; their teams' and their people's for a lead;
    their own for everybody else. Up to three queries more."""
    branches = Branch.objects.all()
    if viewer.sees_all:
        return branches
    own = Q(kind=MEMBER, member_id__in=viewer.member_ids)
    if viewer.scope is not Scope.TEAM:
        return branches.filter(own)
    day = on or viewer.on or date.max
    return branches.filter(own | Q(kind=TEAM, team_id__in=visible_teams(viewer, day).values("id")))


def visible_branch(viewer: Viewer, branch_id: int, on: date | None = None) -> Branch:
    """That branch; refuses one out of sight like one that is not there."""
    found = visible_branches(viewer, on).filter(pk=branch_id).select_related("plan").first()
    if found is None:
        raise Refusal("no_such_branch", f"there is no branch number {branch_id} of a plan that you may see")
    return found


def may_shape(viewer: Viewer, branch: Branch, on: date) -> bool:
    """Whether they may say what a branch's plan is: who sees all; a lead for people below them, not for themselves."""
    if viewer.sees_all:
        return True
    return branch.kind == MEMBER and branch.member_id in led_by(viewer, on)


def spans_of(plan: Plan) -> list[Span]:
    """The columns of a plan, earliest first. One query."""
    rows = PlanSpan.objects.filter(plan=plan).order_by("starts_on")
    return [Span(*row) for row in rows.values_list("id", "starts_on", "ends_on")]


def planned_metric(plan: Plan, name: str) -> PlanMetric:
    """How that plan plans a metric; refuses one that is not in it. One query."""
    found = PlanMetric.objects.filter(plan=plan, metric=name).first()
    if found is None:
        raise Refusal("not_in_the_plan", f"the plan {plan.code} has no {name}")
    return found


def refuse_hidden_metric(viewer: Viewer, name: str) -> None:
    """Refuses a metric whose permission they lack, like one that the plan does not have."""
    needed = metric(name).permission
    if needed is not None and not viewer.may(needed):
        raise Refusal("not_in_the_plan", f"there is no {name} in a plan that you may see")


def sums_of(name: str) -> Sums:
    """Over what a metric's plan adds up: what is planned for the department is dealt out to people, even where a
    meeting of two of them counts once for it; a ratio is planned alike for all; a state is one number a day."""
    found = metric(name)
    if isinstance(found.shape, Ratio):
        return Sums(people=False, time=False)
    return Sums(time=name not in STATES and name not in COUNTED_ONCE)


class PlanBook:
    """The sheets of a plan for one metric. Every branch that is asked for is dealt out from the whole down to it, with
    three queries for each level on the way; what has been dealt out once is kept."""

    def __init__(self, plan: Plan, name: str, *, leaving_out: int | None = None) -> None:
        self.plan, self.metric = plan, name
        self.planned = planned_metric(plan, name)
        self.spans = spans_of(plan)
        self.sums = sums_of(name)
        self._places = {span.id: place for place, span in enumerate(self.spans)}
        self._leaving_out = leaving_out  # a change that is not looked at: what would stand without it
        self._sheets: dict[int, Sheet] = {}
        self._branches: dict[int, Branch] = {}
        self._parts: dict[int, list[Branch]] = {}
        self._changes = self._read_changes()
        self._asked: dict[int, Asked] | None = None
        self._weights: dict[tuple[int, int | None], int] = {}
        self._days: BusinessCalendar | None = None
        self._earlier: PlanBook | None = None

    @property
    def root(self) -> Branch:
        """The whole."""
        found = next((one for one in self._branches.values() if one.kind == WHOLE), None)
        if found is None:
            found = Branch.objects.get(plan=self.plan, kind=WHOLE)
            self._branches[found.pk] = found
        return found

    def parts(self, branch: Branch) -> list[Branch]:
        """Its parts in the order they were drawn."""
        if branch.pk not in self._parts:
            self.read_below([branch.pk])
        return self._parts[branch.pk]

    def read_below(self, branch_ids: Collection[int]) -> list[Branch]:
        """Read the parts of several branches at once. Three queries."""
        rows = Branch.objects.filter(parent_id__in=branch_ids).select_related("member", "team").order_by("id")
        found = list(rows)
        for branch_id in branch_ids:
            self._parts[branch_id] = []
        for branch in found:
            self._branches[branch.pk] = branch
            self._parts[branch.parent_id or 0].append(branch)
        self._read_weights([one.pk for one in found])
        return found

    def read_all(self) -> None:
        """Read the whole tree, level by level: three queries each."""
        level = [self.root.pk]
        while level:
            level = [one.pk for one in self.read_below(level)]

    def leaves(self) -> list[Branch]:
        """The branches without parts, once everything is read."""
        return [one for one in self._branches.values() if not self._parts.get(one.pk)]

    def changes(self, branch: Branch) -> dict[int | None, Changed]:
        """By place of the span (None: the whole), what people changed in a branch that has been read."""
        return self._changes.get(branch.pk, {})

    def sheet(self, branch: Branch) -> Sheet:
        """The plan of a branch. Raises Refusal where settled cells leave no way to deal it out."""
        if branch.pk not in self._sheets:
            if branch.parent_id is None:
                self._sheets[branch.pk] = self._root()
            else:
                self._deal_out(self._parent(branch))
        return self._sheets[branch.pk]

    def above(self, branch: Branch) -> Sheet | None:
        """The plan of the branch that it is a part of; None: it is the whole."""
        return None if branch.parent_id is None else self.sheet_of(branch.parent_id)

    def sheet_of(self, branch_id: int) -> Sheet:
        """The plan of the branch with that number."""
        if branch_id not in self._sheets and branch_id not in self._branches:
            self._branches[branch_id] = Branch.objects.get(pk=branch_id)
        return self._sheets.get(branch_id) or self.sheet(self._branches[branch_id])

    def _parent(self, branch: Branch) -> Branch:
        parent_id = branch.parent_id or 0
        if parent_id not in self._branches:
            found = Branch.objects.get(pk=parent_id)
            self._branches[parent_id] = found
        return self._branches[parent_id]

    def _root(self) -> Sheet:
        root = self.root
        changes = self.changes(root)
        total = changes[None].value if None in changes else quantity_units(self.planned.total)
        season, terms, asked = self._season(root), self._terms(), self.asked(root)
        return root_sheet(total, season, terms, self._settled_spans(root), asked.least)

    def _season(self, root: Branch) -> list[int]:
        self._read_weights([root.pk])
        return list(self._usual(root) or [self._weights.get((root.pk, span.id), 0) for span in self.spans])

    def _deal_out(self, parent: Branch) -> None:
        above = self.sheet(parent)
        parts = self.parts(parent)
        terms = self._terms()
        made = [self._part(one, terms) for one in parts]
        over = int(parent.over.scaleb(6)) if parent.over else 0
        for one, sheet in zip(parts, part_sheets(above, made, terms, over), strict=True):
            self._sheets[one.pk] = sheet

    def _terms(self) -> Terms:
        return Terms(quantity_units(self.planned.unit), self.sums, self._past())

    def _past(self) -> frozenset[int]:
        until = self.plan.frozen_until
        if until is None:
            return frozenset()
        return frozenset(place for place, span in enumerate(self.spans) if span.ends_on <= until)

    def _settled_spans(self, branch: Branch) -> dict[int, int]:
        changed = self.asked(branch).of_span()
        past = self._past()
        if not past:
            return changed
        then = self._before().sheet_of(branch.earlier_id) if branch.earlier_id is not None else None
        return changed | {place: then.spans[place] if then else 0 for place in past}

    def _before(self) -> "PlanBook":
        """The version that this one replaces."""
        if self._earlier is None:
            if self.plan.replaces is None:
                raise Refusal("nothing_replaced", f"the plan {self.plan.code} replaces no other")
            self._earlier = PlanBook(self.plan.replaces, self.metric)
        return self._earlier

    def _part(self, branch: Branch, terms: Terms) -> Part:
        asked = self.asked(branch)
        return Part(
            weight=self._weights.get((branch.pk, None), 0),
            shape=self._shape(branch, terms),
            whole=asked.settled.get(None) if not terms.past or None in self.changes(branch) else None,
            spans=self._settled_spans(branch),
            least=asked.least,
            usual=self._usual(branch),
        )

    def _usual(self, branch: Branch) -> tuple[int, ...]:
        """The cells of the version before, where nobody changed what the branch weighs or when it is there."""
        if branch.earlier_id is None or self.plan.replaces_id is None:
            return ()
        before = self._before()
        cells = before.sheet_of(branch.earlier_id).spans
        then = before.branch(branch.earlier_id)
        same_days = (then.joins_on, then.leaves_on, then.ramp) == (
            branch.joins_on,
            branch.leaves_on,
            branch.ramp,
        )
        return cells if same_days and before.weighing(then) == self.weighing(branch) else ()

    def branch(self, branch_id: int) -> Branch:
        """The branch of that number, which has been read."""
        return self._branches[branch_id]

    def weighing(self, branch: Branch) -> list[int | None]:
        """What a branch that has been read weighs in all and by span."""
        return [self._weights.get((branch.pk, place)) for place in (None, *(span.id for span in self.spans))]

    def _shape(self, branch: Branch, terms: Terms) -> list[int]:
        """How each span counts for a branch: its own weights, and the days on which it is there, some of them on the
        way up."""
        own = [self._weights.get((branch.pk, span.id), USUAL) for span in self.spans]
        if branch.joins_on is None and branch.leaves_on is None:
            return own
        return [
            weight if place in terms.past else weight * self._presence(branch, place) // USUAL
            for place, weight in enumerate(own)
        ]

    def is_there(self, branch: Branch, place: int) -> bool:
        """Whether a branch that has been read is there in a span, or somebody said what it has in it."""
        return place in self.changes(branch) or self._shape(branch, Terms())[place] > 0

    def _presence(self, branch: Branch, place: int) -> int:
        """Thousandths of a span in which a branch is there, by the business calendar's day-weights and its ramp."""
        if self._days is None:
            self._days = calendar()
        span = self.spans[place]
        start, end = (
            max(span.starts_on, branch.joins_on or span.starts_on),
            min(span.ends_on, branch.leaves_on or span.ends_on),
        )
        whole = self._days.weights(span.starts_on, span.ends_on)
        if start >= end or not whole:
            return 0
        there = int(self._days.weights(start, end) * USUAL / whole)
        return there * ramp_of(branch, span) // USUAL

    def asked(self, branch: Branch) -> Asked:
        """What people's changes, its own and those below it, ask of a branch in the spans that are not past."""
        if self._asked is None:
            self._asked = self._gather()
        return self._asked.get(branch.pk, Asked())

    def _gather(self) -> dict[int, Asked]:
        past = self._past()
        changes: dict[object, dict[int | None, int]] = {
            branch_id: {place: one.value for place, one in cells.items() if place not in past}
            for branch_id, cells in self._changes.items()
        }
        tree = self._above(self._changes)
        found = asked_of(changes, tree, len(self.spans), self.sums)
        return {int(str(branch_id)): asked for branch_id, asked in found.items()}

    def _above(self, branch_ids: Collection[int]) -> dict[object, Above]:
        """The way from those branches to the whole; of many the tree is read at once. A query for each level, one more
        for the numbers of parts."""
        rows = Branch.objects.filter(plan=self.plan)
        parents: dict[int, tuple[int | None, Decimal]] = {}
        wanted = set(branch_ids)
        while wanted:
            some = rows if len(wanted) > MANY else rows.filter(pk__in=wanted)
            parents |= {
                pk: (parent, over) for pk, parent, over in some.values_list("pk", "parent_id", "over")
            }
            wanted = {parent for parent, _ in parents.values() if parent is not None} - parents.keys()
        counted = rows.filter(parent__isnull=False).values("parent_id").annotate(many=models.Count("id"))
        parts = dict(counted.values_list("parent_id", "many"))
        return {
            pk: Above(parent, parts.get(pk, 0), int(over.scaleb(6))) for pk, (parent, over) in parents.items()
        }

    def _read_changes(self) -> dict[int, dict[int | None, Changed]]:
        found: dict[int, dict[int | None, Changed]] = defaultdict(dict)
        rows = CellChange.objects.filter(branch__plan=self.plan, metric=self.metric)
        if self._leaving_out is not None:
            rows = rows.exclude(pk=self._leaving_out)
        for one in rows:
            place = None if one.span_id is None else self._places[one.span_id]
            found[one.branch_id][place] = Changed(
                quantity_units(one.value),
                quantity_units(one.calculated),
                one.locked,
                one.reason,
                one.changed_by,
            )
        return found

    def _read_weights(self, branch_ids: Sequence[int]) -> None:
        rows = Weight.objects.filter(branch_id__in=branch_ids, metric=self.metric)
        for branch_id, span_id, weight in rows.values_list("branch_id", "span_id", "weight"):
            self._weights[branch_id, span_id] = weight


def ramp_of(branch: Branch, span: Span) -> int:
    """Thousandths of a usual month that a newcomer brings in that span: the ramp's step of the months since they came,
    USUAL once it is over."""
    if branch.joins_on is None or not branch.ramp:
        return USUAL
    months = (span.starts_on.year - branch.joins_on.year) * 12 + span.starts_on.month - branch.joins_on.month
    months = max(months, 0)
    return int(branch.ramp[months]) if months < len(branch.ramp) else USUAL


def of_member(plan: Plan, member_id: int) -> list[Branch]:
    """The branches in which a person stands, in the order they were drawn. One query."""
    return list(Branch.objects.filter(plan=plan, member_id=member_id).order_by("id"))


def summed(sheets: Iterable[Sheet], sums: Sums) -> Sheet | None:
    """Several branches of one person as one; of a metric that does not add up over people, the first of them."""
    found = list(sheets)
    if not found:
        return None
    if not sums.people:
        return found[0]
    spans = tuple(sum(column) for column in zip(*(one.spans for one in found), strict=True))
    return replace(found[0], whole=sum(one.whole for one in found), spans=spans)
