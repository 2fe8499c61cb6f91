"""How deals stand today: worth, whose they are, how long they have been in their stage, what comes next."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf

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
    """What the columns of some deals need beyond their own row: read for all of them in two queries. `stages` are
    all that they may have been in."""

    def __init__(self, deals: Sequence[Deal], day: date, stages: Iterable[Stage]) -> None:
        kinds = {
            one.pk: StageKind(one.pk, one.pipeline_id, one.position, one.outcome, one.is_key)
            for one in stages
        }
        self._day = day
        self._credits: dict[int, list[_Row]] = defaultdict(list)
        self._entries: dict[int, list[Entry]] = defaultdict(list)
        for row in sorted(_rows([deal.pk for deal in deals]), key=_Row.order):
            if row.stage_id is None:
                self._credits[row.deal_id].append(row)
            elif row.day is not None:
                entry = Entry(row.day, kinds[row.stage_id], row.sequence, row.instant, row.assumed)
                self._entries[row.deal_id].append(entry)
        self._steps = next_steps([deal.pk for deal in deals if deal.closed_on is None])

    def owners(self, deal: Deal) -> str:
        """Who has the direct credit, the greatest share first."""
        rows = self._credits.get(deal.pk, [])
        stated = [row for row in rows if not row.assumed]
        return ", ".join(row.name for row in stated or rows)

    def days_in_stage(self, deal: Deal) -> int | None:
        """How long it has been in its stage; None for one that is closed."""
        history = known_history(self._entries.get(deal.pk, ()))
        return None if deal.closed_on is not None or not history else (self._day - history[-1].day).days

    def next_step(self, deal: Deal) -> NextStep | None:
        """What is to be done next."""
        return self._steps.get(deal.pk)


class _Row(NamedTuple):
    """A credit of a deal, or an entry into a stage."""

    deal_id: int
    pk: int
    assumed: bool
    name: str
    weight: int
    stage_id: int | None
    day: date | None
    sequence: int
    instant: datetime | None

    def order(self) -> tuple[date, int, int, int]:
        """Entries in the order of the days, credits by weight."""
        return (self.day or date.min, self.sequence, -self.weight, self.pk)


def _rows(ids: Sequence[int]) -> Iterator[_Row]:
    """Credits and entries as one statement."""
    nothing = (Value(None, models.IntegerField()), Value(None, models.DateField()))
    name = Coalesce(NullIf("member__name", Value("")), "member__code")
    shares = DealCredit.objects.filter(deal_id__in=ids, credit=CREDIT_DIRECT).values_list(
        *("deal_id", "pk", "assumed", name, "weight", *nothing),
        *(Value(0, models.IntegerField()), Value(None, models.DateTimeField())),
    )
    entries = DealStage.objects.filter(deal_id__in=ids).values_list(
        *("deal_id", "pk", "assumed", Value("", models.CharField()), Value(0, models.IntegerField())),
        *("stage_id", "entered_on", "sequence", "entered_at"),
    )
    return (_Row(*row) for row in entries.union(shares, all=True))


def total_worth(deals: QuerySet[Deal]) -> str:
    """What these deals are worth together, by currency."""
    rows = deals.values("currency").annotate(total=Sum("worth")).order_by("currency")
    return " + ".join(formats.money(row["total"], row["currency"]) for row in rows)
