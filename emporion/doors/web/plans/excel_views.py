"""A plan as an Excel file, and what came back in one: shown first, then done."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from emporion.doors.importing.reading.opening import open_table
from emporion.doors.importing.reading.tables import FileOptions
from emporion.doors.importing.reading.workbooks import is_zip
from emporion.doors.web.plans.opened import Opened, may_see, shown_metrics
from emporion.doors.web.plans.plan_table import is_there
from emporion.doors.web.plans.plan_views import Asked, number_in
from emporion.doors.web.plans.words import KINDS, branch_name, days_said
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record as audit
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.bringing import Standing, bring_changes, standing_of
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.plan_queries import PlanBook, Span, visible_plan
from emporion.numbers.planning.sheets_in_excel import (
    Edit,
    Exported,
    ExportedRow,
    ExportedSheet,
    Stamp,
    edits_in,
    mark_of,
    workbook_of,
)

LARGEST = 20 * 1024**2  # bytes of a file that is brought
MOST_CELLS = 100_000  # of a file that is exported
SALT = "plans.bring"
AN_HOUR = 3600
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BringForm(PageForm):
    """A changed workbook, and why."""

    file = forms.FileField(label=gettext_lazy("Excel file"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("For every changed cell that has no reason of its own in the file."),
    )


@needs(Permission.EXPORT)
def export(request: PageRequest, pk: int) -> HttpResponse:
    """The branches that the viewer sees, from the opened one down, a sheet for each metric."""
    plan = visible_plan(request.viewer, pk)
    branch_id = number_in(request.GET.get("branch"))
    names = shown_metrics(plan, request.viewer)
    if not names:
        raise Refusal("no_such_metric", "this plan has no metric that you may see")
    left = MOST_CELLS
    sheets = []
    for name in names:
        sheets.append(_sheet(PlanBook(plan, name), request.viewer, branch_id, left))
        left -= sum(len(row.cells) for row in sheets[-1].rows)
    with transaction.atomic():
        new = {"rows": len(sheets[0].rows), "query": request.GET.urlencode()}
        audit("export.made", by=request.viewer, at=now(), subject=f"export:plan:{plan.code}", new=new)
    response = HttpResponse(workbook_of(Stamp(plan.pk, plan.code), sheets), content_type=EXCEL)
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{plan.pk}.xlsx"'
    return response


def _sheet(book: PlanBook, viewer: Viewer, branch_id: int | None, most: int) -> ExportedSheet:
    opened = Opened(book, viewer, branch_id)
    tops = [opened.branch] if opened.branch is not None else opened.parts
    rows = []
    for branch, level in _below(opened, tops):
        rows.append(_row(book, branch, level))
        most -= len(rows[-1].cells)
        if most < 0:
            raise Refusal(
                "export_too_long",
                f"an export of a plan holds at most {MOST_CELLS} cells; open a branch and export it",
            )
    days = [days_said(span.starts_on, span.ends_on) for span in book.spans]
    headings = [_("Branch"), _("What it is"), _("Whole"), *days, _("Reason")]
    first_days = [span.starts_on for span in book.spans]
    return ExportedSheet(book.metric, label_of(book.metric), headings, first_days, rows)


def _below(opened: Opened, tops: Sequence[Branch], level: int = 0) -> Iterator[tuple[Branch, int]]:
    """Those branches and what the viewer sees below each, with how deep it stands. Read a level at a time."""
    below: dict[int, list[Branch]] = {}
    current = list(tops)
    while current:
        found = opened.book.read_below([one.pk for one in current])
        for one in found:
            if opened.sees(one.pk):
                below.setdefault(one.parent_id or 0, []).append(one)
        current = [one for one in found if opened.sees(one.pk)]
    stack = [(one, level) for one in reversed(tops)]
    while stack:
        branch, deep = stack.pop()
        yield branch, deep
        stack += [(one, deep + 1) for one in reversed(below.get(branch.pk, []))]


def _row(book: PlanBook, branch: Branch, level: int) -> ExportedRow:
    sheet, changes = book.sheet(branch), book.changes(branch)
    until = book.plan.frozen_until

    def cell(place: int | None, value: int, span: Span | None) -> Exported:
        changed = changes.get(place)
        mark = mark_of(changed.value, locked=changed.locked) if changed else ""
        past = span is not None and until is not None and span.ends_on <= until
        empty = span is not None and not mark and not value and not is_there(branch, span)
        return Exported(None if empty else quantity_of(value), mark, past)

    cells = [cell(None, sheet.whole, None)]
    cells += [cell(place, sheet.spans[place], span) for place, span in enumerate(book.spans)]
    return ExportedRow(branch.pk, level, branch_name(branch), str(KINDS[branch.kind]), cells)


@needs(Permission.WRITE)
def bring(request: PageRequest, pk: int) -> HttpResponse:
    """Takes a changed file and shows what it would change; nothing is written before that is confirmed."""
    plan = visible_plan(request.viewer, pk)
    asked = Asked(request, plan)
    form = BringForm(request.POST or None, request.FILES or None)
    found: list[Standing] = []
    read = False

    def act() -> None:
        nonlocal read
        edits = _edits(plan, form.cleaned_data["file"], request.viewer)
        found.extend(standing_of(plan=plan, edits=edits, by=request.viewer, at=now()))
        read = True

    if request.method == "POST" and form.is_valid():
        form.act(act)
    reason = form.cleaned_data.get("reason", "") if read else ""
    known: dict[str, Any] = {
        "title": _("Bring back from Excel"),
        "plan": plan,
        "form": form,
        "read": read,
        "changes": [_shown(one, reason) for one in found],
        "count_said": _counted(len(found)),
        "carried": _carried(plan, request, [one.edit for one in found], reason) if found else "",
        "back": asked.address(),
    }
    return render(request, "plans/bring.html", known)


def _counted(many: int) -> str:
    return ngettext("%(many)s cell changes", "%(many)s cells change", many) % {"many": number(many)}


def _edits(plan: Plan, file: UploadedFile[Any], viewer: Viewer) -> list[Edit]:
    """The changed cells of a file. Refuses by name what is too large, no workbook, or damaged."""
    if (file.size or 0) > LARGEST:
        raise Refusal("file_too_large", f"a file of a plan has at most {LARGEST // 1024**2} MB")
    with tempfile.TemporaryDirectory(prefix="plan-") as folder:
        path = Path(folder) / "plan.xlsx"
        with path.open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        if not is_zip(path):
            raise Refusal("not_a_table", "bring the Excel file (.xlsx) that was exported from this plan")
        edits = edits_in(Stamp(plan.pk, plan.code), lambda title: _read(path, title))
    return [one for one in edits if may_see(one.metric, viewer)]


def _read(path: Path, title: str) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    table = open_table(path, FileOptions(sheet=title))
    return table.header, (row for chunk in table.chunks() for row in chunk.rows)


def _shown(one: Standing, reason: str) -> dict[str, Any]:
    unit = metric(one.edit.metric).unit
    days = (
        days_said(one.span.starts_on, one.span.ends_on)
        if one.span
        else days_said(one.branch.plan.starts_on, one.branch.plan.ends_on)
    )
    return {
        "name": branch_name(one.branch),
        "label": label_of(one.edit.metric),
        "days": days,
        "now": Figure(one.now, unit, short=False),
        "value": None if one.edit.value is None else Figure(one.edit.value, unit, short=False),
        "reason": one.edit.reason or reason,
    }


def _carried(plan: Plan, request: PageRequest, edits: Sequence[Edit], reason: str) -> str:
    """The shown changes, signed, so that what is done is what was shown to this person."""
    rows = [
        [
            one.metric,
            one.branch_id,
            one.starts_on.isoformat() if one.starts_on else "",
            one.mark,
            None if one.value is None else f"{one.value:f}",
            one.reason,
        ]
        for one in edits
    ]
    return signing.dumps([plan.pk, request.user.pk, rows, reason], salt=SALT, compress=True)


@require_POST
@needs(Permission.WRITE)
def carry_out(request: PageRequest, pk: int) -> HttpResponse:
    """Does what was shown, all of it or nothing; what somebody changed in between is refused."""
    plan = visible_plan(request.viewer, pk)
    edits, reason = _of_carried(plan, request)
    many = bring_changes(plan=plan, edits=edits, reason=reason, by=request.viewer, at=now())
    messages.success(request, _("Brought back: %(cells)s.") % {"cells": _counted(many)})
    return redirect("plans:plan", pk=plan.pk)


def _of_carried(plan: Plan, request: PageRequest) -> tuple[list[Edit], str]:
    try:
        plan_id, user_id, rows, reason = signing.loads(
            request.POST.get("carried", ""), salt=SALT, max_age=AN_HOUR
        )
    except signing.BadSignature:
        raise Refusal(
            "bring_again", "what was shown is too old or incomplete; bring the file again"
        ) from None
    if (plan_id, user_id) != (plan.pk, request.user.pk):
        raise Refusal("bring_again", "what was shown is too old or incomplete; bring the file again")
    edits = [
        Edit(
            name,
            branch,
            date.fromisoformat(day) if day else None,
            mark,
            None if value is None else Decimal(value),
            own,
        )
        for name, branch, day, mark, value, own in rows
    ]
    return edits, reason
