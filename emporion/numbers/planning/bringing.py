"""Many cells of a plan changed at once, as they come back from a spreadsheet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of, quantity_units
from emporion.numbers.planning.cell_actions import refuse_unfit
from emporion.numbers.planning.comparing import paths_of
from emporion.numbers.planning.models import Branch, CellChange, Plan
from emporion.numbers.planning.models.plans import DRAFT, MEMBER
from emporion.numbers.planning.plan_queries import PlanBook, Span, refuse_hidden_metric, visible_branches
from emporion.numbers.planning.proposal_queries import refuse_agreed
from emporion.numbers.planning.sheets_in_excel import Edit, mark_of
from emporion.records.team.queries import led_by

MOST = 5_000  # cells of one file
NAMED = 5  # cells that a refusal names


@dataclass(frozen=True, slots=True)
class Standing:
    """An edit beside what stands in its cell now."""

    edit: Edit
    branch: Branch
    span: Span | None
    now: Decimal
    known: CellChange | None


def standing_of(*, plan: Plan, edits: Sequence[Edit], by: Viewer, at: datetime) -> list[Standing]:
    """Each edit with what it would change. Refuses a signed plan, too many cells, branches that are not the viewer's to
    shape, days that are past, locked cells, and cells that somebody changed since the export, naming them.
    """
    by.require(Permission.WRITE)
    if plan.state != DRAFT:
        raise Refusal("plan_is_signed", f"the plan {plan.code} is signed; re-plan it to change it")
    if len(edits) > MOST:
        raise Refusal("too_many_cells", f"a file changes at most {MOST} cells at once; bring it in parts")
    for name in {edit.metric for edit in edits}:
        refuse_hidden_metric(by, name)
    branches = _branches(plan, edits, by, at)
    found = [
        one
        for name in dict.fromkeys(edit.metric for edit in edits)
        for one in _of_metric(PlanBook(plan, name), [edit for edit in edits if edit.metric == name], branches)
    ]
    _refuse_changed(found)
    return found


def bring_changes(*, plan: Plan, edits: Sequence[Edit], reason: str, by: Viewer, at: datetime) -> int:
    """Change the cells, all or none of them; what is free moves once, after the last. An edit without a value has its
    cell calculated again. Gives how many cells were changed; refuses what `standing_of` does, a cell without a reason
    of its own or of the whole file, and values for which the others cannot make room."""
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        plan.refresh_from_db()
        found = standing_of(plan=plan, edits=edits, by=by, at=at)
        told = [
            told for some in _by_level(found) for told in _carry_out_all(plan, some, reason.strip(), by, at)
        ]
        for name in dict.fromkeys(one.edit.metric for one in found):
            refuse_unfit(plan, name)
        if told:
            record("plan.cells_brought", by=by, at=at, subject=f"plan:{plan.code}", new={"cells": told})
    return len(found)


def _branches(plan: Plan, edits: Sequence[Edit], by: Viewer, at: datetime) -> dict[int, Branch]:
    wanted = {edit.branch_id for edit in edits}
    rows = visible_branches(by, at.date()).filter(plan=plan, pk__in=wanted).select_related("member", "team")
    found = {one.pk: one for one in rows}
    if wanted - found.keys():
        raise Refusal("no_such_branch", "this plan has no such branch that you may see")
    led = () if by.sees_all else led_by(by, at.date())
    for one in found.values():
        if not by.sees_all and (one.kind != MEMBER or one.member_id not in led):
            raise Refusal("not_yours", f"{by.name} may plan only for people below them")
        refuse_agreed(one)
    return found


def _of_metric(book: PlanBook, edits: Sequence[Edit], branches: dict[int, Branch]) -> list[Standing]:
    places = {span.starts_on: place for place, span in enumerate(book.spans)}
    rows = CellChange.objects.filter(branch_id__in=branches, metric=book.metric)
    known = {(one.branch_id, one.span_id): one for one in rows}
    found = []
    for edit in edits:
        if edit.starts_on is not None and edit.starts_on not in places:
            raise Refusal("no_such_span", f"no span of the plan {book.plan.code} begins on {edit.starts_on}")
        span = None if edit.starts_on is None else book.spans[places[edit.starts_on]]
        branch = branches[edit.branch_id]
        sheet = book.sheet(branch)
        value = sheet.whole if span is None else sheet.spans[places[span.starts_on]]
        change = known.get((branch.pk, span.id if span else None))
        _refuse_settled(book.plan, span, change, edit)
        found.append(Standing(edit, branch, span, quantity_of(value), change))
    return found


def _refuse_settled(plan: Plan, span: Span | None, known: CellChange | None, edit: Edit) -> None:
    if span is not None and plan.frozen_until is not None and span.ends_on <= plan.frozen_until:
        raise Refusal("span_is_past", f"what ended by {plan.frozen_until} is past and stays as it was")
    if known is not None and known.locked and _mark(known) == edit.mark:
        raise Refusal("cell_locked", "this cell is locked; unlock it first")
    if edit.value is not None and edit.value < 0:
        raise Refusal("negative_plan", f"a plan cannot be {edit.value}")


def _refuse_changed(found: Sequence[Standing]) -> None:
    """A cell that was changed, locked or restored since the export; one that only moved with others is none."""
    since = [one for one in found if _mark(one.known) != one.edit.mark]
    if since:
        said = "; ".join(cell_said(one) for one in since[:NAMED])
        raise Refusal(
            "changed_since_export", f"somebody changed {said} after this file was exported; export it anew"
        )


def cell_said(one: Standing) -> str:
    """A cell for a refusal: whose and of when."""
    named = one.branch.member or one.branch.team
    name = (named.name or named.code) if named else one.branch.name
    return f"{name}, {one.edit.starts_on or 'whole'}, {one.edit.metric}"


def _mark(known: CellChange | None) -> str:
    return "" if known is None else mark_of(quantity_units(known.value), locked=known.locked)


def _by_level(found: Sequence[Standing]) -> list[list[Standing]]:
    """By metric and by how deep the branches stand, the whole first: what is above is settled before its parts."""
    depths = {
        pk: len(path) for pk, path in paths_of({one.branch.pk: one.branch for one in found}.values()).items()
    }
    levels: dict[tuple[str, int], list[Standing]] = defaultdict(list)
    for one in found:
        levels[one.edit.metric, depths[one.branch.pk]].append(one)
    return [levels[key] for key in sorted(levels)]


def _carry_out_all(
    plan: Plan, some: Sequence[Standing], reason: str, by: Viewer, at: datetime
) -> list[dict[str, Any]]:
    """Changes of one level; refuses those that would move what stands above them."""
    before = PlanBook(plan, some[0].edit.metric)
    above = [before.above(one.branch) for one in some]
    told = [_carry_out(one, one.edit.reason or reason, by, at) for one in some]
    after = PlanBook(plan, some[0].edit.metric)
    moved = [one for one, stood in zip(some, above, strict=True) if after.above(one.branch) != stood]
    if moved:
        raise Refusal(
            "nothing_free",
            f"beside {cell_said(moved[0])} every other part is settled: free one of them, or change their sum first",
        )
    return told


def _carry_out(one: Standing, reason: str, by: Viewer, at: datetime) -> dict[str, Any]:
    told = {"branch": one.branch.pk, "metric": one.edit.metric, "span": one.edit.starts_on, "was": one.now}
    if one.edit.value is None:
        if one.known is not None:
            one.known.delete()
        return {**told, "value": None}
    if not reason:
        raise Refusal("reason_missing", "say why this differs from what was calculated")
    change = one.known or CellChange(
        branch=one.branch,
        metric=one.edit.metric,
        span_id=one.span.id if one.span else None,
        calculated=one.now,
    )
    change.value, change.reason = one.edit.value, reason
    change.changed_by, change.changed_at = by.name, at
    change.save()
    return {**told, "value": one.edit.value, "reason": reason}
