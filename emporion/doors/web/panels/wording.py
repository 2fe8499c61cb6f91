"""Metrics, dimensions and their values in the reader's words."""

from datetime import date

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.kernel.ui import formats
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS
from emporion.numbers.metrics.engine.spans import span_start
from emporion.numbers.metrics.words import dimension_label, label_of, words_of

__all__ = ["dimension_label", "label_of", "words_of"]
Words = dict[str, Promise]
ROLES: Words = {
    "hunter": gettext_lazy("hunter"),
    "closer": gettext_lazy("closer"),
    "farmer": gettext_lazy("farmer"),
    "assistant": gettext_lazy("assistant"),
    "service": gettext_lazy("service"),
    "head": gettext_lazy("head of sales"),
    "director": gettext_lazy("director"),
    "auditor": gettext_lazy("auditor"),
}
FACTS: Words = {
    "order.placed": gettext_lazy("order placed"),
    "order.cancelled": gettext_lazy("order cancelled"),
    "order.returned": gettext_lazy("goods returned"),
    "payment.received": gettext_lazy("payment received"),
    "invoice.issued": gettext_lazy("invoice sent"),
    "contract.signed": gettext_lazy("contract signed"),
    "base.changed": gettext_lazy("customer came or left"),
    "pipeline.changed": gettext_lazy("deal moved"),
    "stage.entered": gettext_lazy("stage entered"),
    "stage.left": gettext_lazy("stage left"),
    "deal.won": gettext_lazy("deal won"),
    "deal.lost": gettext_lazy("deal lost"),
    "task.opened": gettext_lazy("task set"),
    "task.closed": gettext_lazy("task closed"),
    "call.made": gettext_lazy("call"),
    "meeting.held": gettext_lazy("meeting"),
    "message.sent": gettext_lazy("message"),
    "visit.made": gettext_lazy("visit"),
    "presentation.given": gettext_lazy("presentation"),
}
SUBJECTS: Words = {
    "order": gettext_lazy("order"),
    "activity": gettext_lazy("activity"),
    "deal": gettext_lazy("deal"),
    "task": gettext_lazy("task"),
    "customer": gettext_lazy("customer"),
    "payment": gettext_lazy("payment"),
    "invoice": gettext_lazy("invoice"),
    "return": gettext_lazy("return"),
    "contract": gettext_lazy("contract"),
}
CREDITS: Words = {"direct": gettext_lazy("direct credit"), "overlay": gettext_lazy("credit beside others")}
CUSTOMER_KINDS: Words = {"company": gettext_lazy("company"), "person": gettext_lazy("private person")}
UNITS: Words = {
    "money": gettext_lazy("money"),
    "count": gettext_lazy("how many"),
    "share": gettext_lazy("share"),
    "days": gettext_lazy("days"),
    "quantity": gettext_lazy("quantity"),
}
DIRECTIONS: Words = {
    "more is better": gettext_lazy("more is better"),
    "less is better": gettext_lazy("less is better"),
    "neither": gettext_lazy("neither more nor less is better"),
}
ADDS: Words = {
    "people and time": gettext_lazy("may be summed over people and over time"),
    "people": gettext_lazy("may be summed over people"),
    "time": gettext_lazy("may be summed over time"),
    "never": gettext_lazy("is never summed: every total is counted anew"),
}
_BY_DIMENSION: dict[str, Words] = {
    "role": ROLES,
    "role_now": ROLES,
    "kind": FACTS,
    "credit": CREDITS,
    "customer_kind": CUSTOMER_KINDS,
}


def value_label(dimension: str, label: str | None) -> str:
    """A value of a dimension: a period by its name, a word of ours translated, a record by its own name."""
    if label is None:
        return _("none")
    span = DIMENSIONS[dimension].span
    if span is not None:
        return span_said(span, label)
    known = _BY_DIMENSION.get(dimension, {}).get(label)
    return label if known is None else str(known)


def span_said(span: str, label: str) -> str:
    """A day, week, month, quarter or year as the reader writes it."""
    first: date = span_start(span, label)  # type: ignore[arg-type]  # one of the five
    if span == "month":
        return str(format_date(first, "LLL y", locale=formats.locale()))
    if span == "quarter":
        return str(format_date(first, "QQQ y", locale=formats.locale()))
    if span == "week":
        return _("week from %(day)s") % {"day": formats.full_day(first)}
    return formats.full_day(first) if span == "day" else str(first.year)


def subject_said(code: str) -> str:
    """A record by its kind and code: `order:SO1` as order SO1."""
    kind, _separator, own = code.partition(":")
    words = SUBJECTS.get(kind)
    return own if words is None else f"{words} {own}"
