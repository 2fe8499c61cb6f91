"""A plan from two sides: the person's own page, the head's page about them, and what both sign."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from emporion.doors.web.plans.beside import buyers, meaning
from emporion.doors.web.plans.proposal_forms import AnswersForm, ReasonForm
from emporion.doors.web.plans.two_sides import OTHER, TwoSides, name_said, side_said, turn_said
from emporion.doors.web.plans.words import days_said, state_badge
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.figures import said
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.pages import FormPage
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.agreeing import NoRoom
from emporion.numbers.planning.models.plans import DRAFT
from emporion.numbers.planning.models.proposals import EMPLOYEE, HEAD
from emporion.numbers.planning.proposal_actions import Answer, agree, propose, reopen, submit_round
from emporion.numbers.planning.proposal_queries import Party, negotiated, party
from emporion.records.customers.queries import today

REVENUE = "revenue"


def mine(request: PageRequest, pk: int) -> HttpResponse:
    """One's own plan, for the employee who makes it."""
    return _page(request, pk, request.viewer.member_id or 0)


def person(request: PageRequest, pk: int, member: int) -> HttpResponse:
    """A person's plan, for who leads them; to the person themselves it is their own page."""
    return _page(request, pk, member)


def _page(request: PageRequest, pk: int, member_id: int) -> HttpResponse:
    it = party(request.viewer, pk, member_id, today())
    name = _metric(it, request.GET.get("metric", ""))
    page = TwoSides(it, name, request.viewer, today())
    form = _form(page, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        request.viewer.require(Permission.WRITE)
        told: list[str] = []
        if form.is_valid() and form.act(lambda: told.append(_done(request, page, form))):
            messages.success(request, told[0])
            return redirect(_address(it, name))
    return render(request, "plans/person.html", _known(request, page, form))


def _metric(it: Party, wanted: str) -> str:
    names = negotiated(it.plan)
    if not names or (wanted and wanted not in names):
        raise Refusal("no_such_metric", "this plan has no such metric among those you may see")
    return wanted or names[0]


def _address(it: Party, name: str = "") -> str:
    own = reverse("plans:mine", args=[it.plan.pk])
    address = own if it.side == EMPLOYEE else reverse("plans:person", args=[it.plan.pk, it.member.pk])
    return address_with(address, {"metric": name})


def _form(page: TwoSides, data: QueryDict | None) -> AnswersForm:
    return AnswersForm(
        data,
        spans=[(one, days_said(one.starts_on, one.ends_on)) for one in page.coming],
        said=page.said(page.party.side),
        may_make_room=page.party.side == HEAD and page.viewer.sees_all,
        metric=page.metric,
    )


def _done(request: PageRequest, page: TwoSides, form: AnswersForm) -> str:
    """Notes what was typed, and hands it over where that was asked; what to say afterwards."""
    step = request.POST.get("step", "")
    where: dict[str, Any] = {
        "plan_id": page.plan.pk,
        "member_id": page.party.member.pk,
        "by": request.viewer,
        "at": now(),
    }
    answers = form.answers()
    if step == "fill":
        answers = _filled(page, answers)
    with transaction.atomic():
        propose(answers=answers, **where)
        if step != "submit":
            return _("Noted. The other side sees it once you hand it over.")
        number = request.POST.get("round", "")
        submit_round(
            round=int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0,
            note=form.cleaned_data["note"],
            makes_room=bool(form.cleaned_data.get("makes_room")),
            **where,
        )
    return _("The round is handed over, and signed with it by you.")


def _filled(page: TwoSides, answers: list[Answer]) -> list[Answer]:
    """What is empty is taken from the other side where it said something, else as calculated."""
    others = page.said(OTHER[page.party.side])
    found = []
    for answer in answers:
        place = next(n for n, one in enumerate(page.book.spans) if one.starts_on == answer.starts_on)
        other = others.get(page.book.spans[place].id)
        stands = other.value if other and other.value is not None else quantity_of(page.sheet.spans[place])
        found.append(answer if answer.value is not None else answer._replace(value=stands))
    return found


def _known(request: PageRequest, page: TwoSides, form: AnswersForm) -> dict[str, Any]:
    it, talk = page.party, page.talk
    open_ = page.plan.state == DRAFT and talk.agreement is None and request.viewer.may(Permission.WRITE)
    member = it.member.name or it.member.code
    to_sign = page.to_sign if open_ else None
    return {
        "title": _("My plan") if page.is_mine else member,
        "plan": page.plan,
        "badge": state_badge(page.plan),
        "it": page,
        "talk": talk,
        "rows": page.rows(form if open_ else None),
        "form": form if open_ else None,
        "open_round": talk.open_round(it.side),
        "turn": turn_said(talk.turn),
        "is_late": talk.is_late(page.plan, page.on),
        "label": label_of(page.metric),
        "unit": page.unit,
        "metrics": _metrics(it, page.metric),
        "to_sign": to_sign,
        "to_sign_by": name_said(to_sign.user, to_sign.submitted_by) if to_sign else "",
        "may_make_room": open_ and it.side == HEAD and request.viewer.sees_all,
        "sides": (side_said(EMPLOYEE), side_said(HEAD)),
        "reopen_address": reverse("plans:reopen", args=[page.plan.pk, it.member.pk])
        if talk.agreement and page.plan.state == DRAFT and request.viewer.may(Permission.WRITE)
        else "",
        "member_name": member,
        **_beside(request, page),
    }


def _metrics(it: Party, current: str) -> list[dict[str, Any]]:
    return [
        {"label": label_of(name), "address": _address(it, name), "current": name == current}
        for name in negotiated(it.plan)
    ]


def _beside(request: PageRequest, page: TwoSides) -> dict[str, Any]:
    """What helps to make it: years before, customers, and what it means in meetings and calls."""
    years = [(label, Figure(value, page.unit)) for label, value in page.history.years]
    if page.metric != REVENUE:
        return {"years": years}
    member = page.party.member
    own = page.total(page.said(EMPLOYEE)) or page.total(page.said(HEAD))
    money = own.value if own and own.value is not None else quantity_of(page.sheet.whole)
    asked = money if money > 0 else Decimal(0)
    return {
        "years": years,
        "buyers": buyers(request.viewer, member.code, page.plan, page.on),
        "meaning": meaning(request.viewer, member, page.plan, asked, page.on) if asked else None,
        "activity_address": address_with(
            reverse("economics:activity"), {"member": member.code, "money": asked}
        ),
    }


@require_POST
@needs(Permission.WRITE)
def sign(request: PageRequest, pk: int, member: int) -> HttpResponse:
    """Signs what the other side handed over; says by how much it does not fit where there is no room for it."""
    it = party(request.viewer, pk, member, today())
    number = request.POST.get("round", "")
    try:
        agree(
            plan_id=pk,
            member_id=member,
            round=int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0,
            makes_room=request.POST.get("makes_room") == "1",
            by=request.viewer,
            at=now(),
        )
    except NoRoom as refused:
        messages.error(request, _no_room_said(refused))
        return redirect(_address(it, refused.metric))
    messages.success(request, _("Both sides have signed: this is the plan you made together."))
    return redirect(_address(it))


def _no_room_said(refused: NoRoom) -> str:
    unit, label = metric(refused.metric).unit, label_of(refused.metric)
    parts = []
    if refused.more:
        known = {"metric": label, "many": said(refused.more, unit)}
        parts.append(_("%(metric)s: the branch above has %(many)s too little for this.") % known)
    if refused.less:
        known = {"metric": label, "many": said(refused.less, unit)}
        parts.append(_("%(metric)s: nobody is free to take %(many)s that would be left.") % known)
    if not parts:
        parts.append(_("%(metric)s: it does not fit with what is settled beside it.") % {"metric": label})
    parts.append(
        _("Leave a reserve above the plan of the branch, change it, or let the branches above give way.")
    )
    return " ".join(parts)


class Reopen(FormPage):
    """Says why an agreement no longer stands."""

    title = gettext_lazy("Agree anew")
    submit_label = gettext_lazy("Reopen")

    def begin(self) -> None:
        """Whose plan."""
        self.party = party(self.viewer, self.kwargs["pk"], self.kwargs["member"], today())

    def form(self, data: QueryDict | None) -> ReasonForm:
        """Why."""
        return ReasonForm(data)

    def do(self, form: ReasonForm) -> str:
        """Reopens it."""
        reopen(
            plan_id=self.party.plan.pk,
            member_id=self.party.member.pk,
            reason=form.cleaned_data["reason"],
            by=self.viewer,
            at=now(),
        )
        return _("The agreement no longer stands; its months are free and calculated again.")

    def onward(self) -> str:
        """The person's plan."""
        return _address(self.party)
