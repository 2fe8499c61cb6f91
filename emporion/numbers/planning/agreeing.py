"""What both sides signed becomes settled, locked cells of the person's branches (PLAN-4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of, quantity_units
from emporion.numbers.planning.cell_actions import refuse_unfit
from emporion.numbers.planning.division import spread
from emporion.numbers.planning.models import Branch, CellChange, Plan
from emporion.numbers.planning.models.plans import TEAM
from emporion.numbers.planning.plan_queries import PlanBook, of_member
from emporion.numbers.planning.proposal_queries import Key
from emporion.numbers.planning.sheets import Sheet


class NoRoom(Refusal):
    """The branch above cannot take in what was agreed: its parts would be `more` above it, or `less` below it, and
    nobody beside is free to give or take."""

    def __init__(self, metric: str, more: Decimal, less: Decimal) -> None:
        parts = [f"{more:f} more than it has" if more else "", f"{less:f} less than it has" if less else ""]
        asked = " and ".join(one for one in parts if one) or "another shape than it has"
        super().__init__(
            "no_room",
            f"the branch above has no room for this: of {metric} its settled parts ask {asked}. Leave a reserve above "
            "it, change its plan, or let the branches above give way",
        )
        self.metric, self.more, self.less = metric, more, less


class Signing(NamedTuple):
    """Under which agreement cells are settled."""

    reason: str
    makes_room: bool
    by: Viewer
    at: datetime


def settle(plan: Plan, member_id: int, values: Mapping[Key, Decimal], signing: Signing) -> None:
    """Put agreed values into the cells of a person's branches and lock them; over several branches in proportion to
    what stands there, by largest remainder. What is free around them takes up the difference.

    Unless room is to be made above, refuses (NoRoom) where the branch directly above would change. A changed whole of
    the person gives way where each of its spans that are to come is agreed.
    """
    branches = of_member(plan, member_id)
    for name in dict.fromkeys(name for name, _ in values):
        _Settling(plan, name, branches, signing).put(
            {span_id: value for (of, span_id), value in values.items() if of == name}
        )


class _Settling:
    """One metric of a person being settled."""

    def __init__(self, plan: Plan, name: str, branches: Sequence[Branch], signing: Signing) -> None:
        self.plan, self.name, self.branches, self.signing = plan, name, branches, signing
        self.book = PlanBook(plan, name)
        self.places = {span.id: place for place, span in enumerate(self.book.spans)}
        self.sheets = [self.book.sheet(one) for one in branches]
        self.above = {one.parent_id: self.book.above(one) for one in branches}

    def put(self, values: Mapping[int, Decimal]) -> None:
        """Settle these cells, by span."""
        known = {
            (one.branch_id, one.span_id): one
            for one in CellChange.objects.filter(branch__in=self.branches, metric=self.name)
        }
        new: list[CellChange] = []
        changed: list[CellChange] = []
        for span_id, value in values.items():
            parts = self._parts(quantity_units(value), self.places[span_id])
            for place, part in enumerate(parts):
                row = known.get((self.branches[place].pk, span_id))
                (changed if row else new).append(self._row(row, place, span_id, part))
        CellChange.objects.bulk_create(new)
        told = ["value", "locked", "reason", "changed_by", "changed_at"]
        CellChange.objects.bulk_update(changed, told)
        if self._all_coming() <= values.keys():
            CellChange.objects.filter(branch__in=self.branches, metric=self.name, span=None).delete()
        self._refuse_unfit()

    def _parts(self, value: int, place: int) -> list[int]:
        """The value over the branches. A metric that does not add up over people is the same in each."""
        if not self.book.sums.people:
            return [value] * len(self.branches)
        weights = [sheet.spans[place] for sheet in self.sheets]
        return spread(value, weights, quantity_units(self.book.planned.unit))

    def _row(self, known: CellChange | None, place: int, span_id: int, value: int) -> CellChange:
        stood = self.sheets[place].spans[self.places[span_id]]
        row = known or CellChange(
            branch=self.branches[place], metric=self.name, span_id=span_id, calculated=quantity_of(stood)
        )
        row.value, row.locked, row.reason = quantity_of(value), True, self.signing.reason
        row.changed_by, row.changed_at = self.signing.by.name, self.signing.at
        return row

    def _all_coming(self) -> set[int]:
        until = self.plan.frozen_until
        return {span.id for span in self.book.spans if until is None or span.ends_on > until}

    def _refuse_unfit(self) -> None:
        book = PlanBook(self.plan, self.name)
        try:
            if self.signing.makes_room:
                refuse_unfit(self.plan, self.name)
                return
            self._deal_out(book)
        except Refusal as refused:
            raise self._no_room(book) or refused from refused
        if any(book.above(one) != self.above[one.parent_id] for one in self.branches):
            raise self._no_room(book) or NoRoom(self.name, Decimal(0), Decimal(0))

    def _deal_out(self, book: PlanBook) -> None:
        """Whether it can be dealt out: below a team stand only people, and no branch beside it moves."""
        for one in self.branches:
            book.sheet(one)
        if any(one.parent is None or one.parent.kind != TEAM for one in self.branches):
            refuse_unfit(self.plan, self.name)

    def _no_room(self, book: PlanBook) -> NoRoom | None:
        """By how much the parts of the branches above no longer fit into them; None where that is not what is wrong."""
        more = less = 0
        for one in self.branches:
            above = self.above[one.parent_id]
            if one.parent is not None and above is not None:
                asks, leaves = _misfit(book, one.parent, above)
                more, less = more + asks, less + leaves
        return NoRoom(self.name, quantity_of(more), quantity_of(less)) if more or less else None


def _misfit(book: PlanBook, parent: Branch, had: Sheet) -> tuple[int, int]:
    """How much more, and how much less, the settled parts of a branch ask than it had, over its spans; of its whole
    where that is all that does not fit."""
    asked = book.asked(parent)
    more = less = 0
    for place, value in [*enumerate(had.spans)]:
        wanted = asked.settled.get(place, max(value, asked.least.get(place, 0)))
        more, less = more + max(wanted - value, 0), less + max(value - wanted, 0)
    if not more and not less:
        wanted = asked.settled.get(None, max(had.whole, asked.least.get(None, 0)))
        more, less = max(wanted - had.whole, 0), max(had.whole - wanted, 0)
    return more, less


def release(plan: Plan, member_id: int, keys: Sequence[Key]) -> None:
    """The cells of an agreement that no longer stands are free and calculated again."""
    branches = of_member(plan, member_id)
    for name in dict.fromkeys(name for name, _ in keys):
        span_ids = [span_id for of, span_id in keys if of == name]
        CellChange.objects.filter(branch__in=branches, metric=name, span_id__in=span_ids).delete()
        refuse_unfit(plan, name)
