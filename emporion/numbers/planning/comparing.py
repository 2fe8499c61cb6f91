"""Two versions of a plan, or two plans, cell by cell (PLAN-6)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.models.plans import CHANNEL, MEMBER, TEAM
from emporion.numbers.planning.plan_queries import Span
from emporion.numbers.planning.sheets import Sheet

Key = tuple[str, object]
Path = tuple[Key, ...]


class Twin(NamedTuple):
    """A cell in both: None where that plan has none."""

    before: int | None
    after: int | None

    @property
    def differs(self) -> bool:
        """Whether they are not the same."""
        return self.before != self.after


class Both(NamedTuple):
    """A column of either plan: its days, and where it stands in each."""

    starts_on: date
    ends_on: date
    before: int | None
    after: int | None


def united(before: Sequence[Span], after: Sequence[Span]) -> list[Both]:
    """The columns of both plans, those of the same days as one, earliest first."""
    first = {(span.starts_on, span.ends_on): place for place, span in enumerate(before)}
    second = {(span.starts_on, span.ends_on): place for place, span in enumerate(after)}
    return [Both(*days, first.get(days), second.get(days)) for days in sorted({**first, **second})]


def twins(before: Sheet | None, after: Sheet | None, columns: Sequence[Both]) -> list[Twin]:
    """A branch in both plans: its whole, then each column."""
    whole = Twin(before.whole if before else None, after.whole if after else None)
    return [whole, *(Twin(_cell(before, one.before), _cell(after, one.after)) for one in columns)]


def _cell(sheet: Sheet | None, place: int | None) -> int | None:
    return None if sheet is None or place is None else sheet.spans[place]


def key_of(branch: Branch) -> Key:
    """What a branch is, in any plan: a channel by its name, a team, a person."""
    of_kind: Mapping[str, object] = {CHANNEL: branch.name, TEAM: branch.team_id, MEMBER: branch.member_id}
    return branch.kind, of_kind.get(branch.kind, "")


def paths_of(branches: Iterable[Branch]) -> dict[int, Path]:
    """By branch, what stands above it and itself: the same in both plans for what is the same. A query a level."""
    given = list(branches)
    known = {one.pk: one for one in given}
    wanted = _above(given) - known.keys()
    while wanted:
        above = list(Branch.objects.filter(pk__in=wanted))
        known |= {one.pk: one for one in above}
        wanted = _above(above) - known.keys()
    return {one.pk: _path(one, known) for one in given}


def _above(branches: Iterable[Branch]) -> set[int]:
    return {one.parent_id for one in branches if one.parent_id is not None}


def _path(branch: Branch, known: Mapping[int, Branch]) -> Path:
    path: list[Key] = []
    one: Branch | None = branch
    while one is not None:
        path.append(key_of(one))
        one = known.get(one.parent_id or 0)
    return tuple(reversed(path))


def counterpart(branch: Branch, other: Plan) -> Branch | None:
    """The branch that is the same in another plan. A query, and one for each level above."""
    wanted = paths_of([branch])[branch.pk]
    alike = Branch.objects.filter(plan=other, kind=branch.kind, team=branch.team_id, member=branch.member_id)
    if branch.kind == CHANNEL:
        alike = alike.filter(name=branch.name)
    found = list(alike.select_related("member", "team").order_by("id"))
    paths = paths_of(found)
    return next((one for one in found if paths[one.pk] == wanted), None)
