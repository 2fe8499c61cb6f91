"""What closed days have learnt since they were closed."""

from functools import reduce
from operator import or_

from django.db.models import Q

from emporion.kernel.batches import batched
from emporion.kernel.ledger.closing import ClosedSpan, closed_spans
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.periods import Period

SPANS_AT_ONCE = 100  # a database takes only so many conditions


def has_late_facts(period: Period) -> bool:
    """Whether there are facts about closed days of the period that came after these days were closed. Queries: the
    closings, and one over the facts since the earliest of them for every 100."""
    touched = [span for span in closed_spans() if _touches(span, period)]
    return any(
        LedgerFact.objects.filter(reduce(or_, [_late(span, period) for span in part])).exists()
        for part in batched(touched, SPANS_AT_ONCE)
    )


def _touches(span: ClosedSpan, period: Period) -> bool:
    return period.start < span.end and (span.start is None or span.start < period.end)


def _late(span: ClosedSpan, period: Period) -> Q:
    first = max(span.start or period.start, period.start)
    return Q(id__gt=span.watermark, day__gte=first, day__lt=min(span.end, period.end))
