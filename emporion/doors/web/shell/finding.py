"""What a text finds anywhere: records in the viewer's scope, pages they may open, metrics they may see. Nothing else
is looked at, so nothing leaks, not even a number of hits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.shell.navigation import ENTRIES
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.search import matching
from emporion.kernel.search.folding import folded, words_of
from emporion.kernel.ui.links import address_with, card_address
from emporion.numbers.metrics.registry import all_metrics
from emporion.numbers.metrics.words import label_of
from emporion.records.catalog.queries import visible_products
from emporion.records.customers.queries import visible_contacts, visible_customers
from emporion.records.orders.queries import visible_orders
from emporion.records.pipeline.queries import visible_deals
from emporion.records.team.queries import visible_members

SHOWN = 6
_CONSIDERED = 60  # of what fits, so many are read and the nearest of them shown: the list has them all


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found; `beside` tells it from others of that name."""

    address: str
    name: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, and the list with the rest, where there is more."""

    label: str | Promise
    hits: Sequence[Hit]
    more: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    label: str | Promise
    subject: str
    rows: Callable[[Viewer], models.QuerySet[Any]]
    name: Callable[[Any], str]
    beside: Callable[[Any], str]
    listed: str


def _person(contact: Any) -> str:
    parts = (contact.given_name, contact.patronymic, contact.family_name)
    return " ".join(part for part in parts if part) or str(contact.code)


_KINDS = (
    _Kind(
        _("Customers"),
        "customer",
        visible_customers,
        lambda row: row.name,
        lambda row: ", ".join(part for part in (row.code, row.city) if part),
        "customers:list",
    ),
    _Kind(
        _("Contacts"),
        "contact",
        lambda viewer: visible_contacts(viewer).select_related("customer"),
        _person,
        lambda row: row.customer.name,
        "",
    ),
    _Kind(
        _("Deals"),
        "deal",
        lambda viewer: visible_deals(viewer).select_related("customer"),
        lambda row: row.name or row.code,
        lambda row: row.customer.name if row.customer else row.code,
        "pipeline:list",
    ),
    _Kind(
        _("Orders"),
        "order",
        lambda viewer: visible_orders(viewer).select_related("customer"),
        lambda row: row.code,
        lambda row: row.customer.name if row.customer else "",
        "orders:list",
    ),
    _Kind(
        _("Products"),
        "product",
        lambda _viewer: visible_products(),
        lambda row: row.name or row.code,
        lambda row: row.code,
        "catalog:list",
    ),
    _Kind(
        _("People"),
        "member",
        visible_members,
        lambda row: row.name or row.code,
        lambda row: row.code,
        "team:list",
    ),
)


def found(viewer: Viewer, text: str) -> list[Group]:
    """What the text finds, by kind; kinds without a hit are left out. One query a kind."""
    if not words_of(text):
        return []
    groups = [_records(kind, viewer, text) for kind in _KINDS]
    groups += [
        Group(_("Pages"), list(_pages(viewer, text))),
        Group(_("Metrics"), list(_metrics(viewer, text))),
    ]
    return [group for group in groups if group.hits]


def _records(kind: _Kind, viewer: Viewer, text: str) -> Group:
    rows = list(matching(kind.rows(viewer), text)[:_CONSIDERED])
    rows.sort(key=lambda row: _nearness(kind.name(row), row.code, text))
    hits = [Hit(card_address(kind.subject, row.pk), kind.name(row), kind.beside(row)) for row in rows[:SHOWN]]
    more = _address(kind.listed, {"q": text}) if kind.listed and len(rows) > SHOWN else ""
    return Group(kind.label, hits, more)


def _nearness(name: str, code: str, text: str) -> tuple[bool, bool, str]:
    """The very code first, then names that begin so, then by name."""
    asked, said = folded(text.strip()), folded(name)
    return (folded(code) != asked, not said.startswith(asked), said)


def _pages(viewer: Viewer, text: str) -> Iterator[Hit]:
    for entry in ENTRIES:
        address = _address(entry.url_name, {})
        if address and entry.open_to(viewer) and _says(str(entry.label), text):
            yield Hit(address, str(entry.label))


def _metrics(viewer: Viewer, text: str) -> Iterator[Hit]:
    fitting = (
        one
        for one in all_metrics()
        if (one.permission is None or viewer.may(one.permission))
        and _says(f"{label_of(one.name)} {one.name}", text)
    )
    for one, _place in zip(fitting, range(SHOWN), strict=False):
        address = _address("panels:metric", {}, one.name)
        if address:
            yield Hit(address, str(label_of(one.name)))


def _says(said: str, text: str) -> bool:
    """Whether every word of the text begins one that is said."""
    words = words_of(said.replace("_", " "))
    return all(any(word.startswith(asked) for word in words) for asked in words_of(text))


def _address(url_name: str, query: Mapping[str, Any], *args: str) -> str:
    try:
        return address_with(reverse(url_name, args=args), query)
    except NoReverseMatch:
        return ""
