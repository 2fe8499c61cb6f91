"""A cell of a plan: changed with a reason, locked, calculated again; each with a way back."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.doors.web.plans.cell_forms import CellForm, QuantityInput
from emporion.doors.web.plans.opened import chosen_metric
from emporion.doors.web.plans.plan_views import number_in
from emporion.doors.web.plans.words import branch_name, days_said
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.ui.figures import said
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.pages import FormPage
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.cell_actions import change_cell, lock_cell, restore_cell
from emporion.numbers.planning.models import Branch, CellChange, Plan
from emporion.numbers.planning.plan_queries import PlanBook, Span, spans_of, visible_branch, visible_plan


class CellAsked:
    """Of which cell an address speaks. Refuses a branch out of sight like one that is not there."""

    def __init__(self, request: PageRequest, pk: int, query: QueryDict) -> None:
        self.request, self.query = request, query
        self.plan: Plan = visible_plan(request.viewer, pk)
        branch = visible_branch(request.viewer, number_in(query.get("branch")) or 0)
        if branch.plan_id != self.plan.pk:
            raise Refusal("no_such_branch", "this plan has no such branch that you may see")
        self.branch = Branch.objects.select_related("member", "team", "plan").get(pk=branch.pk)
        self.metric = chosen_metric(self.plan, request.viewer, query.get("metric", ""))
        self.span = self._span(query.get("span", ""))

    def _span(self, text: str) -> Span | None:
        if not text:
            return None
        found = next((one for one in spans_of(self.plan) if one.starts_on.isoformat() == text), None)
        if found is None:
            raise Refusal("no_such_span", "this plan has no span that begins on that day")
        return found

    @property
    def where(self) -> dict[str, Any]:
        """The cell as the actions take it."""
        return {"branch_id": self.branch.pk, "metric": self.metric, "starts_on": self.starts_on}

    @property
    def starts_on(self) -> date | None:
        """The first day of the span; None for the whole."""
        return self.span.starts_on if self.span else None

    @property
    def change(self) -> CellChange | None:
        """What people changed in it. One query."""
        rows = CellChange.objects.filter(branch=self.branch, metric=self.metric)
        return rows.filter(span_id=self.span.id if self.span else None).first()

    def stands(self, *, without: CellChange | None = None) -> Decimal:
        """What the cell holds, or what it would without that change."""
        book = PlanBook(self.plan, self.metric, leaving_out=without.pk if without else None)
        sheet = book.sheet(self.branch)
        if self.span is None:
            return quantity_of(sheet.whole)
        return quantity_of(sheet.spans[[one.id for one in book.spans].index(self.span.id)])

    @property
    def name(self) -> str:
        """The cell in words."""
        days = (
            (self.span.starts_on, self.span.ends_on)
            if self.span
            else (self.plan.starts_on, self.plan.ends_on)
        )
        return f"{branch_name(self.branch)}, {days_said(*days)}"

    def address(self, name: str) -> str:
        """An address about the same cell."""
        kept = {one: self.query.get(one, "") for one in ("branch", "metric", "span", "by", "open")}
        return address_with(reverse(name, args=[self.plan.pk]), kept)

    @property
    def back(self) -> str:
        """The table in which it stands."""
        query = {"branch": self.query.get("open", ""), "metric": self.metric, "by": self.query.get("by", "")}
        return address_with(reverse("plans:plan", args=[self.plan.pk]), query)


class ChangeCell(FormPage):
    """Says what a cell is to hold; as a part of the table's page where there is a script, as a page where not."""

    template_name = "plans/cell.html"

    def begin(self) -> None:
        """The cell."""
        self.asked = CellAsked(self.request, self.kwargs["pk"], self.request.GET)
        self.change = self.asked.change
        self.stands = self.asked.stands()

    def form(self, data: QueryDict | None) -> CellForm:
        """Filled with what stands there."""
        known = self.change
        return CellForm(
            data,
            initial={
                "value": plainly(self.stands),
                "reason": known.reason if known else "",
                "locked": bool(known and known.locked),
            },
        )

    def do(self, form: CellForm) -> str:
        """Changes, locks or unlocks it; the word of it has a way back."""
        value, reason, locked = (form.cleaned_data[name] for name in ("value", "reason", "locked"))
        was_locked = bool(self.change and self.change.locked)
        is_same = value == self.stands and reason == (self.change.reason if self.change else "")
        with transaction.atomic():
            if is_same and locked != was_locked:
                lock_cell(**self.asked.where, locked=locked, by=self.viewer, at=now())
            elif not is_same:
                if was_locked:
                    lock_cell(**self.asked.where, locked=False, by=self.viewer, at=now())
                change_cell(
                    **self.asked.where, value=value, reason=reason, locked=locked, by=self.viewer, at=now()
                )
        if is_same and locked == was_locked:
            return _("Nothing was changed.")
        return told_with_way_back(self.request, self.asked, self.change, _("%(cell)s is changed."))

    def onward(self) -> str:
        """The table."""
        return self.asked.back

    @property
    def title(self) -> str:  # type: ignore[override]  # said anew for each cell
        """The cell in words."""
        return self.asked.name

    def more(self) -> dict[str, Any]:
        """What was calculated, who changed it, and how to have it calculated again."""
        known, unit = self.change, metric(self.asked.metric).unit
        return {
            "asked": self.asked,
            "action": self.asked.address("plans:cell"),
            "label": label_of(self.asked.metric),
            "change": known,
            "calculated": said(known.calculated, unit) if known else "",
            "would_be": said(self._would_be(known), unit) if known else "",
            "restore_address": self.asked.address("plans:restore") if known and not known.locked else "",
        }

    def _would_be(self, known: CellChange) -> Decimal | None:
        """What is calculated now; None where the other settled cells leave no way without this one."""
        try:
            return self.asked.stands(without=known)
        except Refusal:
            return None


def plainly(value: Decimal) -> Decimal:
    """Without zeros at the end, and without an exponent."""
    return Decimal(f"{value.normalize():f}")


@require_POST
@needs(Permission.WRITE)
def restore(request: PageRequest, pk: int) -> HttpResponse:
    """Has a cell calculated again."""
    asked = CellAsked(request, pk, request.GET)
    known = asked.change
    restore_cell(**asked.where, by=request.viewer, at=now())
    if known is not None:
        messages.success(
            request, told_with_way_back(request, asked, known, _("%(cell)s is calculated again."))
        )
    return redirect(asked.back)


@require_POST
@needs(Permission.WRITE)
def put_back(request: PageRequest, pk: int) -> HttpResponse:
    """Makes a cell as it was before the last word about it: by the same actions, with the same refusals."""
    asked = CellAsked(request, pk, request.GET)
    had = request.POST.get("had") == "1"
    with transaction.atomic():
        known = asked.change
        if known is not None and known.locked:
            lock_cell(**asked.where, locked=False, by=request.viewer, at=now())
        if not had:
            restore_cell(**asked.where, by=request.viewer, at=now())
        else:
            _as_it_was(request, asked)
    messages.success(request, _("It is as it was before."))
    return redirect(asked.back)


def _as_it_was(request: PageRequest, asked: CellAsked) -> None:
    reason, locked = request.POST.get("reason", "")[:500], request.POST.get("locked") == "1"
    if not reason:
        restore_cell(**asked.where, by=request.viewer, at=now())
        lock_cell(**asked.where, locked=locked, by=request.viewer, at=now())
        return
    change_cell(
        **asked.where,
        value=_number(request.POST.get("value", "")),
        reason=reason,
        locked=locked,
        by=request.viewer,
        at=now(),
    )


def _number(text: str) -> Decimal:
    try:
        return Decimal(QuantityInput().clean(text))
    except ValidationError:
        raise Refusal("not_a_number", "this is no number of a plan") from None


def told_with_way_back(request: PageRequest, asked: CellAsked, before: CellChange | None, words: str) -> str:
    """What was done to a cell, with a button that makes it as it was."""
    had = (
        ("1", f"{before.value:f}", before.reason, "1" if before.locked else "")
        if before
        else ("", "", "", "")
    )
    return format_html(
        '{} <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="had" value="{}"><input type="hidden" name="value" value="{}">'
        '<input type="hidden" name="reason" value="{}"><input type="hidden" name="locked" value="{}">'
        '<button class="link">{}</button></form>',
        words % {"cell": asked.name},
        asked.address("plans:put_back"),
        get_token(request),
        *had,
        _("Undo"),
    )
