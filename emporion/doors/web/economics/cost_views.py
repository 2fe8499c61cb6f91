"""Cost lines: their list, and how they are entered, changed and removed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from emporion.doors.web.economics.breakeven_words import line_place, rate_said
from emporion.doors.web.economics.forms import CostForm, cost_values
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.periods import DAY
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.cells import Badge, Cell
from emporion.kernel.ui.choosing import found_by_name
from emporion.kernel.ui.editing import form_answer
from emporion.kernel.ui.filters import Choice, Days, Text
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.lists import Column, ListPage
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import removed
from emporion.numbers.planning.cost_actions import change_cost_line, create_cost_line, require_cost_changes
from emporion.numbers.planning.cost_queries import (
    cost_line_of,
    may_change_costs,
    require_costs,
    visible_costs,
)
from emporion.numbers.planning.models import CostLine
from emporion.records.customers.queries import today


def _kinds(viewer: Viewer) -> Iterable[tuple[str, Text]]:  # noqa: ARG001 - a filter's signature
    return [("fixed", gettext_lazy("fixed")), ("variable", gettext_lazy("with each sale"))]


def _of_kind(lines: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return lines.filter(amount__isnull=kind != "fixed")


def _kind(line: Any) -> Cell:
    return Badge(gettext_lazy("fixed")) if line.amount is not None else Badge(gettext_lazy("with each sale"))


class CostList(ListPage):
    """What the firm spends, line by line."""

    key = "costs"
    subject = "cost_line"
    title = gettext_lazy("Costs of the firm")
    empty = gettext_lazy(
        "Costs that you enter or import will stand here: rent and salaries for a span of days, commissions and "
        "delivery with each sale."
    )
    create_label = gettext_lazy("Add a cost")
    template_name = "economics/costs.html"
    default_sort = "name"
    columns = (
        Column("name", gettext_lazy("What it is spent on"), lambda one: one.name, ("name",)),
        Column("code", gettext_lazy("Code"), lambda one: one.code, ("code",)),
        Column("place", gettext_lazy("Of what"), line_place),
        Column("kind", gettext_lazy("Kind"), _kind),
        Column("rate", gettext_lazy("How much"), lambda one: one.rate_said, end=True),
        Column("starts_on", gettext_lazy("First day"), lambda one: one.starts_on, ("starts_on",)),
        Column("last_on", gettext_lazy("Last day"), lambda one: one.last_on, ("ends_on",)),
    )
    filters = (
        Choice("kind", gettext_lazy("Kind"), _kinds, _of_kind),
        Days("starts", gettext_lazy("First day"), "starts_on"),
    )

    def records(self, viewer: Viewer) -> QuerySet[CostLine]:
        """All of them. Refuses whoever may not see costs."""
        require_costs(viewer)
        return visible_costs(viewer).select_related("product", "category")

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By name, code or channel."""
        return records.filter(Q(pk__in=found_by_name(records, text)) | Q(channel__icontains=text))

    def prepare(self, rows: Any, viewer: Viewer) -> None:  # noqa: ARG002 - a list's signature
        """What they come to, in words."""
        currency = str(preference("base_currency"))
        for line in rows:
            line.rate_said = rate_said(line, currency)
            line.last_on = line.ends_on - DAY

    def create_address(self, viewer: Viewer) -> str:
        """Where a cost is entered."""
        return reverse("economics:new_cost") if may_change_costs(viewer) else ""

    def address_of(self, row: Model) -> str:
        """Where it is changed; nowhere for who may not."""
        request: Any = self.request
        may = may_change_costs(request.viewer)
        return reverse("economics:edit_cost", kwargs={"pk": row.pk}) if may else ""

    def more(self, viewer: Viewer) -> Mapping[str, Any]:  # noqa: ARG002 - a list's signature
        """The way to the break-even."""
        return {"breakeven_address": reverse("economics:breakeven")}


@needs(Permission.SEE_COST)
def new_cost(request: PageRequest) -> HttpResponse:
    """A cost entered."""
    require_cost_changes(request.viewer)
    year = today().year
    form = CostForm(
        request.POST or None,
        options_address=reverse("catalog:options"),
        initial={"starts_on": f"{year}-01-01", "last_on": f"{year}-12-31"},
    )
    return form_answer(
        request,
        form,
        lambda: create_cost_line(
            code=form.cleaned_data["code"], by=request.viewer, at=now(), **form.attributes
        ),
        _saved,
        title=_("Add a cost"),
        submit_label=_("Save"),
        back=reverse("economics:costs"),
    )


@needs(Permission.SEE_COST)
def edit_cost(request: PageRequest, pk: int) -> HttpResponse:
    """A cost changed."""
    require_cost_changes(request.viewer)
    line = cost_line_of(request.viewer, pk)
    form = CostForm(
        request.POST or None,
        options_address=reverse("catalog:options"),
        stored=lambda: cost_values(cost_line_of(request.viewer, pk)),
    )
    return form_answer(
        request,
        form,
        lambda: change_cost_line(
            cost_line_id=pk,
            changes=form.attributes,
            version=form.cleaned_data["version"],
            by=request.viewer,
            at=now(),
        ),
        _saved,
        title=line.name,
        submit_label=_("Save"),
        back=reverse("economics:costs"),
        template="economics/cost.html",
        line=line,
    )


@needs(Permission.SEE_COST)
@require_POST
def remove_cost(request: PageRequest, pk: int) -> HttpResponse:
    """A cost put into the recycle bin."""
    line, back = cost_line_of(request.viewer, pk), reverse("economics:costs")
    return removed(request, "cost_line", pk, name=line.name, to=back, back=back)


def _saved(line: CostLine) -> tuple[str, str]:
    return reverse("economics:costs"), _("%(name)s is saved.") % {"name": line.name}
