"""How deals stand today: worth, whose they are, how long they have been in their stage, what comes next."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT
from emporion.kernel.money import AmountField
from emporion.kernel.ui import formats
from emporion.records.pipeline.models import Deal, DealCredit, DealStage, DealValue, Stage
from emporion.records.pipeline.rules import Entry, StageKind, known_history
from emporion.records.pipeline.views.next_steps import NextStep, next_steps

STUCK_DAYS = 14  # an open deal that has not moved for so long is stuck


def with_worth(deals: QuerySet[Deal], day: date) -> QuerySet[Deal]:
    """The deals, each with `worth`: its value on that day, in its own currency."""
    real = DealValue.objects.filter(deal_id=OuterRef("deal_id"), assumed=False)
    rows = DealValue.objects.filter(
        Q(assumed=False) | ~Exists(real), deal_id=OuterRef("pk"), starts_on__lte=day
    ).order_by("-starts_on")
    value = Subquery(rows.values("value")[:1], output_field=AmountField())
    return deals.annotate(worth=Coalesce(value, Decimal(0), output_field=AmountField()))


def stuck_since(day: date) -> Q:
    """Open deals that have not moved for long on that day."""
    since = day - timedelta(days=STUCK_DAYS)
    moved = DealStage.objects.filter(deal_id=OuterRef("pk"), entered_on__gt=since)
    return Q(closed_on=None) & ~Q(Exists(moved))


class Standing:
    """What the columns of some deals need beyond their own row: read for all of them in three queries. `stages` are
    all that they may have been in."""

    def __init__(self, deals: Sequence[Deal], day: date, stages: Iterable[Stage]) -> None:
        ids = [deal.pk for deal in deals]
        self._day = day
        self._owners = owner_names(ids)
        self._entries = _entries(ids, stages)
        self._steps = next_steps([deal.pk for deal in deals if deal.closed_on is None])

    def owners(self, deal: Deal) -> str:
        """Whose it is."""
        return self._owners.get(deal.pk, "")

    def days_in_stage(self, deal: Deal) -> int | None:
        """How long it has been in its stage; None for one that is closed."""
        history = known_history(self._entries.get(deal.pk, ()))
        return None if deal.closed_on is not None or not history else (self._day - history[-1].day).days

    def next_step(self, deal: Deal) -> NextStep | None:
        """What is to be done next."""
        return self._steps.get(deal.pk)


def _entries(ids: Sequence[int], stages: Iterable[Stage]) -> dict[int, list[Entry]]:
    kinds = {
        one.pk: StageKind(one.pk, one.pipeline_id, one.position, one.outcome, one.is_key) for one in stages
    }
    found: dict[int, list[Entry]] = {}
    rows = DealStage.objects.filter(deal_id__in=ids).order_by("entered_on", "sequence", "id")
    for row in rows:
        entry = Entry(row.entered_on, kinds[row.stage_id], row.sequence, row.entered_at, row.assumed)
        found.setdefault(row.deal_id, []).append(entry)
    return found


def owner_names(ids: Sequence[int]) -> dict[int, str]:
    """By deal, who has the direct credit. One query."""
    found: dict[int, dict[bool, list[str]]] = {}
    rows = DealCredit.objects.filter(deal_id__in=ids, credit=CREDIT_DIRECT).order_by("-weight", "id")
    for deal_id, assumed, name, code in rows.values_list(
        "deal_id", "assumed", "member__name", "member__code"
    ):
        found.setdefault(deal_id, {}).setdefault(assumed, []).append(name or code)
    return {deal_id: ", ".join(by.get(False) or by[True]) for deal_id, by in found.items()}


def total_worth(deals: QuerySet[Deal]) -> str:
    """What these deals are worth together, by currency."""
    rows = deals.values("currency").annotate(total=Sum("worth")).order_by("currency")
    return " + ".join(formats.money(row["total"], row["currency"]) for row in rows)
