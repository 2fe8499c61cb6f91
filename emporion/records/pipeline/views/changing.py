"""Forms of deals: opening, changing, moving, giving to somebody else (PIPE-5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.search import matching
from emporion.kernel.ui.bulk import BulkPage, Deed
from emporion.kernel.ui.choosing import options_answer
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.pages import FormPage
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import Done, removed
from emporion.records.customers.queries import today, visible_customer
from emporion.records.pipeline.actions.changing import change_deal, reassign_deals
from emporion.records.pipeline.actions.deals import (
    move_deal,
    open_deal,
    revalue_deal,
    set_deal_credit,
    sign_contract,
)
from emporion.records.pipeline.forms.deals import (
    ContractForm,
    CreditForm,
    EditDealForm,
    GiveForm,
    MoveForm,
    NewDealForm,
    ValueForm,
)
from emporion.records.pipeline.forms.wording import stage_name
from emporion.records.pipeline.models import Deal, Stage
from emporion.records.pipeline.queries import credited, values_on, visible_deal, visible_deals
from emporion.records.pipeline.views.board import board_address, deal_address
from emporion.records.pipeline.views.listing import DealList
from emporion.records.team.forms import people
from emporion.records.team.models import Member


class NewDeal(FormPage):
    """A deal is opened; `customer` in the address names whose it is."""

    title = gettext_lazy("New deal")
    submit_label = gettext_lazy("Open the deal")
    made: Deal

    def form(self, data: QueryDict | None) -> PageForm:
        """Whom, what, how much, whose."""
        wanted = self.request.GET.get("customer", "")
        initial = {}
        if wanted.isascii() and wanted.isdecimal():
            initial["customer"] = visible_customer(self.viewer, int(wanted))
        return NewDealForm(self.viewer, data, initial=initial)

    def do(self, form: NewDealForm) -> str:
        """Opens it."""
        told = form.cleaned_data
        self.made = open_deal(
            opened_on=told["opened_on"],
            value=told["value"],
            stage_id=told["stage_id"],
            shares=form.shares(),
            by=self.viewer,
            at=now(),
            **form.said(),
        )
        return _("The deal is open. What is its next step?")

    def onward(self) -> str:
        """To its card."""
        return deal_address(self.made.pk)

    def backward(self) -> str:
        """To the list."""
        return reverse("pipeline:list")


class OfDeal(FormPage):
    """A form about one deal."""

    deal: Deal

    def begin(self) -> None:
        """The deal, which the viewer may open."""
        self.deal = visible_deal(self.viewer, self.kwargs["pk"])

    def more(self) -> dict[str, Any]:
        """Which deal it is."""
        return {"subtitle": self.deal.name or self.deal.code}

    def onward(self) -> str:
        """Back to its card."""
        return deal_address(self.deal.pk)

    def stored(self) -> dict[str, Any]:
        """What the record holds now, as far as the form says it."""
        return {"version": visible_deal(self.viewer, self.deal.pk).version}

    def told(self, form: PageForm) -> dict[str, Any]:
        """What every write about a deal is given."""
        version = form.cleaned_data["version"]
        return {
            "deal_id": self.deal.pk,
            "version": -1 if version is None else version,
            "by": self.viewer,
            "at": now(),
        }


class EditDeal(OfDeal):
    """What is said of a deal, changed."""

    title = gettext_lazy("Change the deal")

    def form(self, data: QueryDict | None) -> PageForm:
        """As it is said now."""
        return EditDealForm(self.viewer, data, deal=self.deal, stored=self.stored)

    def stored(self) -> dict[str, Any]:
        """What is said of it now."""
        deal = visible_deal(self.viewer, self.deal.pk)
        names = ("name", "customer", "expected_on", "source_id", "channel", "product", "version")
        return {name: getattr(deal, name) for name in names}

    def do(self, form: EditDealForm) -> str:
        """Changes it."""
        change_deal(**self.told(form), **form.said())
        return _("The deal was changed.")


class MoveDeal(OfDeal):
    """A deal comes into another stage."""

    title = gettext_lazy("Move to a stage")
    submit_label = gettext_lazy("Move")

    def form(self, data: QueryDict | None) -> PageForm:
        """Which stage, on which day."""
        return MoveForm(data, self.deal, stages_of(self.deal), self.stored)

    def do(self, form: MoveForm) -> str:
        """Moves it."""
        told = form.cleaned_data
        moved = move_deal(
            stage_id=told["stage_id"],
            entered_on=told["entered_on"],
            lost_reason=told["lost_reason"],
            **self.told(form),
        )
        return moved_said(moved)


class RevalueDeal(OfDeal):
    """What a deal is worth from a day on."""

    title = gettext_lazy("What the deal is worth")

    def form(self, data: QueryDict | None) -> PageForm:
        """From today, unless said otherwise."""
        value = values_on(self.viewer, [self.deal.pk], today()).get(self.deal.pk)
        return ValueForm(data, stored=self.stored, initial={"value": value, "starts_on": today()})

    def do(self, form: ValueForm) -> str:
        """Writes it down."""
        told = form.cleaned_data
        revalue_deal(starts_on=told["starts_on"], value=told["value"], **self.told(form))
        return _("The worth of the deal was changed.")


class SignContract(OfDeal):
    """The contract of a deal."""

    title = gettext_lazy("The contract was signed")

    def form(self, data: QueryDict | None) -> PageForm:
        """When, and for how much."""
        signed_on = self.deal.contract_signed_on or today()
        initial = {"signed_on": signed_on, "amount": self.deal.contract_amount}
        return ContractForm(data, stored=self.stored, initial=initial)

    def do(self, form: ContractForm) -> str:
        """Writes it down."""
        told = form.cleaned_data
        sign_contract(signed_on=told["signed_on"], amount=told["amount"], **self.told(form))
        return _("The contract is on record.")


class CreditDeal(OfDeal):
    """Whose a deal is."""

    title = gettext_lazy("Whose the deal is")
    template_name = "pipeline/credit.html"

    def form(self, data: QueryDict | None) -> PageForm:
        """Those who share it now; others can be named."""
        shares = credited(self.deal.pk)
        named = dict(people(self.viewer))
        for pk, name, code in Member.objects.filter(pk__in=[share.member_id for share in shares]).values_list(
            "pk", "name", "code"
        ):
            named.setdefault(pk, name or code)
        return CreditForm(data, shares, list(named.items()), self.stored)

    def do(self, form: CreditForm) -> str:
        """Says anew whose it is."""
        set_deal_credit(shares=form.shares(), **self.told(form))
        return _("It is said anew whose the deal is.")


def stages_of(deal: Deal) -> list[tuple[int, str]]:
    """The stages of its pipeline, in order. One query."""
    rows = Stage.objects.filter(pipeline_id=deal.pipeline_id).order_by("position")
    return [(stage.pk, stage_name(stage)) for stage in rows]


def moved_said(deal: Deal) -> str:
    """What is said after a move."""
    stage = deal.stage
    return _("%(deal)s is now in: %(stage)s") % {
        "deal": deal.name or deal.code,
        "stage": stage_name(stage) if stage else "–",
    }


@require_POST
@needs(Permission.WRITE)
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """Into the recycle bin."""
    deal = visible_deal(request.viewer, pk)
    name, back = deal.name or deal.code, deal_address(pk)
    return removed(request, "deal", pk, name=name, to=reverse("pipeline:list"), back=back)


@require_POST
@needs(Permission.WRITE)
def step(request: PageRequest, pk: int) -> HttpResponse:
    """One step on the board, today. A refusal is told on a page of its own."""
    stage, version = request.POST.get("stage", ""), request.POST.get("version", "")
    if not (stage.isascii() and stage.isdecimal() and version.isascii() and version.isdecimal()):
        raise Refusal("no_such_stage", "there is no such stage")
    viewer, at, done = request.viewer, now(), Done(request)
    moved = move_deal(
        deal_id=pk, stage_id=int(stage), entered_on=today(), version=int(version), by=viewer, at=at
    )
    back = board_address(moved, request.POST.get("query", ""))
    done.tell(moved_said(moved), back)
    return HttpResponseRedirect(back)


def _give(form: PageForm, ids: Sequence[int], viewer: Viewer, at: datetime) -> str:
    count = reassign_deals(deal_ids=ids, member_id=form.cleaned_data["member_id"], by=viewer, at=at)
    said = {"count": number(count)}
    return ngettext("%(count)s deal was given over.", "%(count)s deals were given over.", count) % said


class DealBulk(BulkPage):
    """What is done with many deals."""

    page = DealList
    back = "pipeline:list"
    deeds: ClassVar[Mapping[str, Deed]] = {
        "reassign": Deed(gettext_lazy("Give to someone else"), GiveForm, _give)
    }


def options(request: PageRequest) -> HttpResponse:
    """Deals that what is being typed may mean."""
    return options_answer(visible_deals(request.viewer), str(next(iter(request.GET.values()), "")), matching)
