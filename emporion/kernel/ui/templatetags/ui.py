"""What templates may say: numbers and days as the reader writes them, cells, icons, the bar of plan and fact."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from emporion.kernel.ui import formats
from emporion.kernel.ui.cells import Badge, Cell, Figure, Link, Money, Share
from emporion.kernel.ui.figures import said
from emporion.kernel.ui.links import card_address

register = template.Library()
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


register.filter("short", formats.short)
register.filter("number", formats.number)
register.filter("share", formats.share)
register.filter("full_day", formats.full_day)
register.filter("month", formats.month)


@register.filter
def heading_from_end(headings: Sequence[Any], place: int) -> Any:
    """What the column is called that stands so far from the end, the last being 1: said before each value where a
    row of a table is drawn as a card. Nothing where there is no such column."""
    heading = headings[-place] if place <= len(headings) else ""
    return getattr(heading, "label", heading)


@register.simple_tag(takes_context=True)
def money(context: Context, amount: Decimal | None, currency: str = "") -> str:
    """An amount in full, in that currency or in the base currency."""
    return formats.money(amount, currency or context["base_currency"])


@register.simple_tag(takes_context=True)
def short_money(context: Context, amount: Decimal | None, currency: str = "") -> SafeString:
    """An amount short, in full when pointed at."""
    return format_html(
        '<span class="num" title="{}">{}</span>',
        formats.money(amount, currency or context["base_currency"]),
        formats.short(amount),
    )


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> SafeString | str:
    """A day as people say it, its date when pointed at."""
    if value is None:
        return formats.EMPTY
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.full_day(value),
        formats.near_day(value, context["today"]),
    )


@register.simple_tag(takes_context=True)
def moment(context: Context, instant: datetime | None) -> str:
    """An instant in the reader's zone."""
    return formats.moment(instant, context["reader_zone"])


@register.simple_tag(takes_context=True)
def cell(context: Context, value: Cell) -> str:
    """What stands in a cell, drawn by its kind."""
    if isinstance(value, Link):
        return format_html('<a href="{}">{}</a>', value.address, value.text) if value.address else value.text
    if isinstance(value, Badge):
        return format_html('<span class="mark mark-{}">{}</span>', value.tone, value.text)
    if isinstance(value, Money):
        return format_html('<span class="num">{}</span>', formats.money(value.amount, value.currency))
    if isinstance(value, Share):
        return format_html('<span class="num">{}</span>', formats.share(value.value))
    if isinstance(value, Figure):
        return figure(context, value)
    return _plain_cell(context, value)


@register.simple_tag(takes_context=True)
def figure(context: Context, it: Figure) -> SafeString:
    """A number of a metric: short, in full when pointed at, a link to the facts behind it."""
    currency = it.currency or str(context.get("base_currency") or "")
    full = said(it.value, it.unit, currency)
    text = said(it.value, it.unit, currency, short=True) if it.short else full
    title = full if text != full else ""
    tone = f" mark-{it.tone}" if it.tone else ""
    if it.address and it.value is not None:
        return format_html(
            '<a class="num figure{}" href="{}" title="{}">{}</a>', tone, it.address, title, text
        )
    return format_html('<span class="num{}" title="{}">{}</span>', tone, title, text)


@register.simple_tag(takes_context=True)
def figure_of(context: Context, value: Decimal | None, unit: str) -> SafeString:
    """A number in that unit, short, in full when pointed at."""
    return figure(context, Figure(value, unit))


def _plain_cell(context: Context, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or value == "":
        return formats.EMPTY
    if isinstance(value, int | Decimal):
        return format_html('<span class="num">{}</span>', formats.number(value))
    if isinstance(value, datetime):
        return moment(context, value)
    if isinstance(value, date):
        return day(context, value)
    return str(value)


@register.simple_tag
def card_link(subject: str, pk: int | None, text: str) -> str:
    """A name that is a link to its card, where there is one."""
    address = card_address(subject, pk)
    return format_html('<a href="{}">{}</a>', address, text) if address else text


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon, drawn in the colour of the text around it; it says nothing to who listens."""
    return mark_safe(_icon(name))  # noqa: S308 - a file of the icon package


@cache
def _icon(name: str) -> str:
    path = Path(settings.NODE_MODULES) / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    svg = _COMMENT.sub("", path.read_text(encoding="utf-8")).strip()
    return svg.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1).replace(
        'class="', 'class="icon ', 1
    )


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The address of this page with these choices changed; None takes one out. The page of a list starts anew."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def plan_bar(plan_fact: Any) -> SafeString:
    """Plan and fact as they are drawn everywhere. `plan_fact` has fact, plan, expected (by today), forecast, unit and
    state (on_track, behind, hopeless), each number a Decimal or None."""
    unit = getattr(plan_fact, "unit", "money")
    texts = {name: said(getattr(plan_fact, name), unit, short=True) for name in ("fact", "plan", "forecast")}
    return render_to_string("ui/plan_bar.html", {"it": plan_fact, "said": texts, **_widths(plan_fact)})


def _widths(it: Any) -> dict[str, Decimal | None]:
    if not it.plan or it.fact is None:
        return {"filled": None, "tick": None, "reached": None}
    reached = Decimal(it.fact) / it.plan
    tick = None if it.expected is None else _percent(Decimal(it.expected) / it.plan)
    return {"filled": _percent(reached), "tick": tick, "reached": reached}


def _percent(part: Decimal) -> Decimal:
    return round(min(max(part, Decimal(0)), Decimal(1)) * 100, 2)
