"""Addresses of cards and facts, told by the parts that have them: whoever draws a row need not know who draws its card.

A part registers when its app is ready, so that no part names another that stands above it.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, QuerySet, Value
from django.urls import reverse

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ui.cells import Cell, Link

_CARDS: dict[str, str] = {}


def register_card(subject: str, url_name: str) -> None:
    """From now on the card of a record of that kind (customer, order, deal, member, …) is at this URL name, which
    takes the record's `pk`."""
    _CARDS[subject] = url_name


def card_address(subject: str, pk: int | None) -> str:
    """Where the card of that record is; empty where there is none."""
    if pk is None or subject not in _CARDS:
        return ""
    return reverse(_CARDS[subject], kwargs={"pk": pk})


def address_with(path: str, query: Mapping[str, Any]) -> str:
    """That path with these choices, leaving out what is empty."""
    kept = {name: value for name, value in query.items() if value not in (None, "", [], ())}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


class Openable:
    """Which of the records that a page names the viewer may open: a record is a link where they may, its name alone
    where its card would answer that there is none.

    `named` gives by kind what the viewer may open and the ids that the page names. One query for all kinds together;
    none for who sees all.
    """

    def __init__(
        self, viewer: Viewer, named: Mapping[str, tuple[QuerySet[Any], Iterable[int | None]]]
    ) -> None:
        self._all = viewer.sees_all
        self._found = frozenset() if self._all else frozenset(_found(named))

    def may_open(self, kind: str, pk: int | None) -> bool:
        """Whether they may open that record."""
        return pk is not None and (self._all or (kind, pk) in self._found)

    def link(self, kind: str, record: Any) -> Cell:
        """The record by its name, or by its code where it has none; nothing for none."""
        if record is None:
            return None
        return self.named(kind, record.pk, getattr(record, "name", "") or record.code)

    def named(self, kind: str, pk: int, name: str) -> Cell:
        """The record of that key, by that name."""
        return Link(name, card_address(kind, pk)) if self.may_open(kind, pk) else name


def _found(named: Mapping[str, tuple[QuerySet[Any], Iterable[int | None]]]) -> Iterable[tuple[str, int]]:
    asked = {kind: (records, set(ids) - {None}) for kind, (records, ids) in named.items()}
    reads = [
        records.filter(pk__in=ids)
        .order_by()
        .annotate(kind_said=Value(kind, CharField()))
        .values_list("kind_said", "pk")
        for kind, (records, ids) in asked.items()
        if ids
    ]
    return reads[0].union(*reads[1:], all=True) if len(reads) > 1 else reads[0] if reads else ()
