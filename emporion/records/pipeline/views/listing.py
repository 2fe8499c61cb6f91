"""The list of deals (PIPE-5)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui.cells import Badge, Cell, Link, Money
from emporion.kernel.ui.filters import Choice, Days, Filter, UsualChoice
from emporion.kernel.ui.links import Openable, card_address
from emporion.kernel.ui.lists import Bulk, Column, ListPage, Sum
from emporion.records.customers.queries import today, visible_customers
from emporion.records.pipeline.forms.wording import pipeline_name, stage_name
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import credited_to, visible_deals
from emporion.records.pipeline.rules import LOST, OPEN, WON
from emporion.records.pipeline.views.choices import owners, sources, stages
from emporion.records.pipeline.views.next_steps import with_next_step
from emporion.records.pipeline.views.standing import Standing, stuck_since, total_worth, with_worth


def pipelines(viewer: Viewer) -> list[tuple[str, str]]:
    """The pipelines, for a choice."""
    found = {stage.pipeline_id: pipeline_name(stage.pipeline) for stage in stages(viewer)}
    return [(str(pk), name) for pk, name in found.items()]


def _stage_choices(viewer: Viewer) -> list[tuple[str, str]]:
    several = len(pipelines(viewer)) > 1
    return [
        (
            str(stage.pk),
            f"{pipeline_name(stage.pipeline)}: {stage_name(stage)}" if several else stage_name(stage),
        )
        for stage in stages(viewer)
    ]


def _in_state(deals: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == "all":
        return deals
    if state == OPEN:
        return deals.filter(closed_on=None)
    return deals.filter(closed_on__isnull=False, stage__outcome=state)


def _wanting(deals: QuerySet[Any], what: str) -> QuerySet[Any]:
    if what == "stuck":
        return deals.filter(stuck_since(today()))
    return deals.filter(closed_on=None).exclude(with_next_step())


FILTERS = (
    UsualChoice(
        "state",
        _("State"),
        lambda _viewer: [(OPEN, _("open")), (WON, _("won")), (LOST, _("lost")), ("all", _("all"))],
        _in_state,
        usual=OPEN,
    ),
    Choice("pipeline", _("Pipeline"), pipelines, lambda deals, pk: deals.filter(pipeline_id=pk)),
    Choice("stage", _("Stage"), _stage_choices, lambda deals, pk: deals.filter(stage_id=pk)),
    Choice("owner", _("Owner"), owners, lambda deals, pk: deals.filter(pk__in=credited_to([int(pk)]))),
    Choice("source", _("Source"), sources, lambda deals, pk: deals.filter(source_id=pk)),
    Choice(
        "needs",
        _("Needs attention"),
        lambda _viewer: [("step", _("no next step")), ("stuck", _("stuck"))],
        _wanting,
    ),
    Days("expected", _("Expected"), "expected_on"),
)


class DealList(ListPage):
    """Deals the viewer may open."""

    key = "deals"
    subject = "deal"
    title = _("Deals")
    empty = _("Your deals will be here: what may be sold, to whom, for how much, and the next step.")
    create_label = _("New deal")
    default_sort = "-opened"
    template_name = "pipeline/list.html"
    filters: ClassVar[Sequence[Filter]] = FILTERS
    bulk = (Bulk("reassign", _("Give to someone else")),)
    sums = (Sum(_("worth together"), total_worth),)
    standing: Standing

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._today = today()

    @cached_property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]  # they read what was prepared for these rows
        """The columns. The worth of a deal is worked out for each, so only open ones can be sorted by it."""
        asked = getattr(self, "request", None)
        few = asked is not None and asked.GET.get("state", OPEN) in {"", OPEN}
        return (
            Column("name", _("Deal"), lambda deal: deal.name or deal.code, ("name",)),
            Column("customer", _("Customer"), self._customer, ("customer__name",)),
            Column("stage", _("Stage"), _stage, ("pipeline_id", "stage__position")),
            Column(
                "worth",
                _("Worth"),
                lambda deal: Money(deal.worth, deal.currency),
                ("worth",) if few else (),
                end=True,
            ),
            Column("owner", _("Owner"), self._owner),
            Column("days", _("Days in the stage"), self._days, end=True),
            Column("step", _("Next step"), self._step),
            Column("due", _("Due"), self._due),
            Column("expected", _("Expected"), lambda deal: deal.expected_on, ("expected_on",)),
            Column("opened", _("Opened"), lambda deal: deal.opened_on, ("opened_on",)),
            Column("source", _("Source"), _source),
        )

    def records(self, viewer: Viewer) -> QuerySet[Deal]:
        """The deals, with what they are worth."""
        deals = visible_deals(viewer).select_related("customer", "stage", "source")
        return with_worth(deals, self._today)

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By words of the deal and its customer."""
        return matching(records, text)

    def prepare(self, rows: Sequence[Deal], viewer: Viewer) -> None:
        """How these deals stand, and whose customers' cards the viewer may open."""
        self.standing = Standing(rows, self._today, stages(viewer))
        self._links = Openable(
            viewer, {"customer": (visible_customers(viewer), [row.customer_id for row in rows])}
        )

    def create_address(self, viewer: Viewer) -> str:
        """Where a deal is opened."""
        return reverse("pipeline:new") if viewer.may(Permission.WRITE) else ""

    def bulk_address(self) -> str:
        """Where the chosen deals go."""
        return reverse("pipeline:bulk")

    def _customer(self, deal: Deal) -> Cell:
        return self._links.link("customer", deal.customer)

    def _owner(self, deal: Deal) -> Cell:
        return self.standing.owners(deal)

    def _days(self, deal: Deal) -> Cell:
        return self.standing.days_in_stage(deal)

    def _step(self, deal: Deal) -> Cell:
        step = self.standing.next_step(deal)
        if step is not None:
            return Link(step.title or gettext("Next step"), card_address("task", step.task_id))
        return None if deal.closed_on is not None else Badge(_("no next step"), "bad")

    def _due(self, deal: Deal) -> Cell:
        step = self.standing.next_step(deal)
        return None if step is None else step.due_on


def _stage(deal: Deal) -> Cell:
    if deal.stage is None:
        return None
    tone = {WON: "good", LOST: "bad"}.get(deal.stage.outcome)
    return Badge(stage_name(deal.stage), tone) if tone else stage_name(deal.stage)


def _source(deal: Deal) -> Cell:
    return None if deal.source is None else deal.source.name or deal.source.code
