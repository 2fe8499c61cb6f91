"""Lists: filters kept in the address, sorting, pages, saved views, export, choosing many.

A part describes its list by a subclass of `ListPage`: which records (starting from what the viewer may see), which
columns, which filters. Costs of a page: the rows (one query, plus what `prepare` needs), their count (up to a limit),
the saved views; none grows with the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.reading import ONE, wanting
from emporion.kernel.ui.cells import Cell
from emporion.kernel.ui.exporting import export
from emporion.kernel.ui.filters import Filter
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.models import SavedView
from emporion.kernel.ui.requests import PageRequest

Text = str | Promise
ON_A_PAGE = 50
COUNTED = 10_000  # beyond it a list says "more than", so that counting never costs more than showing
DEEPEST = 200  # pages; further on, a filter finds faster than leafing


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `value` gives the cell of a row; `order` names the database columns to sort by."""

    name: str
    label: Text
    value: Callable[[Any], Cell]
    order: tuple[str, ...] = ()
    end: bool = False
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Bulk:
    """Something that can be done with many chosen records; its page asks what is needed and shows how many."""

    name: str
    label: Text
    permission: Permission = Permission.WRITE


@dataclass(frozen=True, slots=True)
class Sum:
    """A total over all rows that fit the filters, never over the page."""

    label: Text
    value: Callable[[QuerySet[Any]], Cell]
    permission: Permission | None = None


class ListPage(View):
    """A list of records."""

    key: ClassVar[str]  # what saved views and exports call it
    subject: ClassVar[str]  # the kind of its records: their cards are found by it
    title: ClassVar[Text]
    empty: ClassVar[Text]  # what will stand here, while nothing does
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[Sequence[Filter]] = ()
    bulk: ClassVar[Sequence[Bulk]] = ()
    sums: ClassVar[Sequence[Sum]] = ()
    default_sort: ClassVar[str] = ""  # a column's name, "-" before it: descending
    create_label: ClassVar[Text] = ""
    template_name: ClassVar[str] = "ui/list.html"

    # What a list says of itself

    def records(self, viewer: Viewer) -> QuerySet[Any]:
        """What the viewer may see, with what its columns read joined."""
        raise NotImplementedError

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any] | None:  # noqa: ARG002 - a subclass reads it
        """Those that a text finds; None where the list cannot be searched."""
        return None

    def prepare(self, rows: Sequence[Any], viewer: Viewer) -> None:
        """Reads what the cells of these rows need beyond their own columns, in a few queries for all of them."""

    def create_address(self, viewer: Viewer) -> str:  # noqa: ARG002 - a subclass reads it
        """Where a new record is entered; empty where the viewer may not."""
        return ""

    def bulk_address(self) -> str:
        """Where the chosen records go."""
        return ""

    def address_of(self, row: Model) -> str:
        """Where the card of a row is."""
        return card_address(self.subject, row.pk)

    def more(self, viewer: Viewer) -> Mapping[str, Any]:  # noqa: ARG002 - a subclass reads it
        """What its template needs beyond every list's."""
        return {}

    # The page

    def get(self, request: PageRequest) -> HttpResponse:
        """The list, or its export when the address asks for one."""
        viewer = request.viewer
        self.asked = Asked(self, request)
        matching = self.matching(viewer, request.GET)
        if request.GET.get("format"):
            return export(self, request, self.asked.sorted(matching))
        return render(request, self.template_name, self.context(request, matching))

    def matching(self, viewer: Viewer, query: Mapping[str, str]) -> QuerySet[Any]:
        """The records that fit the search and the filters of an address."""
        records = self.records(viewer)
        text = query.get("q", "").strip()
        if text:
            found = self.found(records, text)
            records = records if found is None else found
        for one in self.filters:
            records = one.narrow(records, query, viewer)
        return records

    def shown_columns(self, viewer: Viewer) -> list[Column]:
        """The columns this viewer may see."""
        return [one for one in self.columns if one.permission is None or viewer.may(one.permission)]

    def context(self, request: PageRequest, matching: QuerySet[Any]) -> dict[str, Any]:
        """All that the template draws."""
        viewer, asked = request.viewer, self.asked
        counted = self._counted(request, matching)
        count = min(counted.values("pk")[: COUNTED + 1].count(), COUNTED + 1)
        start = (asked.page - 1) * ON_A_PAGE
        rows = list(asked.sorted(matching)[start : start + ON_A_PAGE + 1])
        more, rows = len(rows) > ON_A_PAGE, rows[:ON_A_PAGE]
        with wanting(ONE):
            self.prepare(rows, viewer)
        columns = self.shown_columns(viewer)
        create = self.create_address(viewer)
        return {
            "key": self.key,
            "title": self.title,
            "empty": self.empty,
            "columns": [asked.heading(one) for one in columns],
            "rows": [self._row(row, columns) for row in rows],
            "count_said": _count_said(count),
            "totals": self._totals(counted, count, viewer),
            "totals_asked": bool(self.sums) and count > COUNTED and not asked.wants_totals,
            "filters": [{"drawn": one.drawn(request.GET, viewer)} for one in self.filters],
            "filtered": asked.filtered,
            "searchable": type(self).found is not ListPage.found,
            "text": request.GET.get("q", ""),
            "sort": request.GET.get("sort", ""),
            "query": asked.query(),
            "saved_views": SavedView.objects.filter(user=request.user, page=self.key).order_by("name"),
            "bulk": [one for one in self.bulk if viewer.may(one.permission)] if count else [],
            "bulk_address": self.bulk_address() if self.bulk else "",
            "all_matching": _all_matching(count) if count > len(rows) and count <= COUNTED else "",
            "exports": count and viewer.may(Permission.EXPORT),
            "create_address": create,
            "create_label": self.create_label,
            "previous_address": asked.page_address(asked.page - 1) if asked.page > 1 else "",
            "next_address": asked.page_address(asked.page + 1) if more and asked.page < DEEPEST else "",
            "shown_said": f"{number(start + 1)}–{number(start + len(rows))}",
            **self.more(viewer),
        }

    def _counted(self, request: PageRequest, matching: QuerySet[Any]) -> QuerySet[Any]:
        """The same records for counting, which looks at many more of them; what a text finds is few anyway."""
        if request.GET.get("q"):
            return matching.order_by()
        with wanting(COUNTED):
            return self.matching(request.viewer, request.GET).order_by()

    def _row(self, row: Any, columns: Sequence[Column]) -> dict[str, Any]:
        cells = [
            {"value": one.value(row), "css": "end" if one.end else "", "label": one.label} for one in columns
        ]
        return {"pk": row.pk, "name": str(row), "address": self.address_of(row), "cells": cells}

    def _totals(self, matching: QuerySet[Any], count: int, viewer: Viewer) -> list[dict[str, Any]]:
        if not count or (count > COUNTED and not self.asked.wants_totals):
            return []
        shown = (one for one in self.sums if one.permission is None or viewer.may(one.permission))
        return [{"label": one.label, "value": one.value(matching.order_by())} for one in shown]


class Asked:
    """What the address of a list asks for."""

    def __init__(self, page: ListPage, request: PageRequest) -> None:
        self._list = page
        self._query = request.GET
        wanted = request.GET.get("page", "1")
        self.page = (
            min(max(int(wanted), 1), DEEPEST)
            if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6
            else 1
        )
        sort = request.GET.get("sort") or page.default_sort
        self._descending = sort.startswith("-")
        named = {one.name: one for one in page.shown_columns(request.viewer) if one.order}
        fallback = named.get(page.default_sort.lstrip("-"))
        self._column = named.get(sort.lstrip("-"), fallback)

    def sorted(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """In the asked order; the key of the table settles what is equal, so that no row is shown twice."""
        order = self._column.order if self._column else ()
        names = [*order, "pk"]
        return records.order_by(*(_turned(name) if self._descending else name for name in names))

    @property
    def wants_totals(self) -> bool:
        """Whether sums over more rows than are counted at once are asked for."""
        return self._query.get("totals") == "1"

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        names = {"q", *(name for one in self._list.filters for name in one.names)}
        return any(self._query.get(name) for name in names)

    def query(self) -> str:
        """The choices of the address, without its page."""
        kept = self._query.copy()
        for name in ("page", "format"):
            kept.pop(name, None)
        for name in [name for name, value in kept.items() if not value]:
            kept.pop(name)
        return kept.urlencode()

    def page_address(self, page: int) -> str:
        """The same choices, another page."""
        query = self.query()
        return f"?{query}&page={page}" if query else f"?page={page}"

    def heading(self, column: Column) -> dict[str, Any]:
        """The head of a column: its words, and the address that sorts by it."""
        current = column is self._column
        said = ("descending" if self._descending else "ascending") if current else ""
        address = ""
        if column.order:
            turned = f"-{column.name}" if current and not self._descending else column.name
            query = self._query.copy()
            query.pop("page", None)
            query["sort"] = turned
            address = f"?{query.urlencode()}"
        return {
            "label": column.label,
            "css": "end" if column.end else "",
            "sorted": said,
            "sort_address": address,
        }


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _count_said(count: int) -> str:
    if count > COUNTED:
        return _("more than %(count)s") % {"count": number(COUNTED)}
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": number(count)}


def _all_matching(count: int) -> str:
    return ngettext("all %(count)s that fit", "all %(count)s that fit", count) % {"count": number(count)}
