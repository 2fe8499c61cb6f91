"""A branch of a plan opened for a viewer: its parts, and the sums that always fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from emporion.doors.web.plans.words import branch_name
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.plan_queries import PlanBook, visible_branches
from emporion.numbers.planning.sheets import Sheet

FIRST = "revenue"


def shown_metrics(plan: Plan, viewer: Viewer) -> list[str]:
    """The metrics of a plan that the viewer may see, in the order they were planned. One query."""
    names = plan.metrics.order_by("id").values_list("metric", flat=True)
    return [name for name in names if may_see(name, viewer)]


def may_see(name: str, viewer: Viewer) -> bool:
    """Whether the viewer holds the permission that a metric asks for."""
    needed = metric(name).permission
    return needed is None or viewer.may(needed)


def chosen_metric(plan: Plan, viewer: Viewer, wanted: str) -> str:
    """The asked metric of a plan, or its first. Refuses one that is not in it like one that may not be seen."""
    names = shown_metrics(plan, viewer)
    if wanted and wanted not in names:
        raise Refusal("no_such_metric", "this plan has no such metric among those you may see")
    if not names:
        raise Refusal("no_such_metric", "this plan has no metric that you may see")
    return wanted or names[0]


@dataclass(slots=True)
class Line:
    """A row: a branch, or (None) what the parts out of sight come to."""

    branch: Branch | None
    sheet: Sheet


class Opened:
    """A branch with its parts as a viewer may see them; without a branch, the whole for who sees all, for others the
    topmost branches that they see. What is out of sight is one line, so that the sum is the branch's own."""

    def __init__(self, book: PlanBook, viewer: Viewer, branch_id: int | None = None) -> None:
        self.book, self._viewer = book, viewer
        self._seen = None if viewer.sees_all else visible_branches(viewer).filter(plan=book.plan)
        self.branch = self._named(branch_id)
        self.parts = self._parts()

    def sees(self, branch_id: int | None) -> bool:
        """Whether the viewer may see that branch."""
        return branch_id is not None and (self._seen is None or branch_id in self.seen_ids)

    @cached_property
    def seen_ids(self) -> dict[int, int | None]:
        """By branch that the viewer sees, the one above it. One query."""
        return {} if self._seen is None else dict(self._seen.values_list("pk", "parent_id"))

    def _named(self, branch_id: int | None) -> Branch | None:
        if branch_id is None:
            return self.book.root if self._seen is None else None
        found = self.read([branch_id]) if self.sees(branch_id) else []
        if not found:
            raise Refusal("no_such_branch", "this plan has no such branch that you may see")
        return found[0]

    def read(self, ids: Iterable[int]) -> list[Branch]:
        """Branches of the plan with who they are of. One query."""
        rows = Branch.objects.filter(plan=self.book.plan, pk__in=list(ids))
        return list(rows.select_related("member", "team", "plan", "parent__parent").order_by("id"))

    def _parts(self) -> list[Branch]:
        if self.branch is not None:
            return self.book.parts(self.branch)
        return self.read(pk for pk, above in self.seen_ids.items() if above not in self.seen_ids)

    @cached_property
    def lines(self) -> list[Line]:
        """A line for each part that the viewer sees, and one for the others where there are some."""
        seen = [Line(one, self.book.sheet(one)) for one in self.parts if self.sees(one.pk)]
        hidden = [self.book.sheet(one) for one in self.parts if not self.sees(one.pk)]
        if hidden and self.book.sums.people:
            seen.append(Line(None, sum_of(hidden)))
        return seen

    @property
    def sum(self) -> Sheet | None:
        """What the lines come to; None where they cannot be summed or there are none."""
        sheets = [one.sheet for one in self.lines]
        return sum_of(sheets) if sheets and self.book.sums.people else None

    @property
    def own(self) -> Sheet | None:
        """The plan of the branch itself."""
        return None if self.branch is None else self.book.sheet(self.branch)

    @cached_property
    def way(self) -> list[Branch]:
        """The branches above the opened one that the viewer sees, topmost first. A query for each."""
        found: list[Branch] = []
        above = self.branch.parent_id if self.branch else None
        while above is not None and self.sees(above):
            found += self.read([above])
            above = found[-1].parent_id
        return found[::-1]


def sum_of(sheets: Sequence[Sheet]) -> Sheet:
    """Several sheets as one."""
    spans = tuple(map(sum, zip(*(one.spans for one in sheets), strict=True)))
    return Sheet(sum(one.whole for one in sheets), spans)


def named_way(opened: Opened) -> str:
    """Where the opened branch stands, in words."""
    branches = [*opened.way, *([opened.branch] if opened.branch else [])]
    return " › ".join(branch_name(one) for one in branches)
