"""A list or a table as a file. Every export is on the audit log with what it held and how many rows."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext

from emporion.kernel.access.viewer import Permission
from emporion.kernel.audit.recording import record as audit
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.cells import Badge, Cell, Figure, Link, Money, Share
from emporion.kernel.ui.requests import PageRequest

if TYPE_CHECKING:
    from emporion.kernel.ui.lists import ListPage

LONGEST = 100_000  # rows of one file
AT_ONCE = 1_000
# Where a cell begins for a spreadsheet: at its beginning, and after a semicolon too, which parts cells where the
# decimal sign is a comma. It passes over blanks before the sign of a formula.
_FORMULA = re.compile(r"(\A|;)(?=\s*[=+\-@])|\A(?=[\t\r\n])")


def export(page: "ListPage", request: PageRequest, records: QuerySet[Any]) -> HttpResponse:
    """The records as a file in the asked format. Refuses without the permission to export, and what is too long."""
    viewer = request.viewer
    viewer.require(Permission.EXPORT)
    columns = page.shown_columns(viewer)
    rows = list(islice(_prepared(page, request, records), LONGEST + 1))
    if len(rows) > LONGEST:
        raise Refusal("export_too_long", f"an export holds at most {LONGEST} rows; narrow the list first")
    table = [[one.value(row) for one in columns] for row in rows]
    return file_of(request, page.key, *_with_currencies([str(one.label) for one in columns], table))


def _with_currencies(
    headings: Sequence[str], table: Sequence[Sequence[Cell]]
) -> tuple[list[str], list[list[Cell]]]:
    """Beside each column of money one that says in which currency: amounts of several stand under each other."""
    paid = [any(isinstance(row[place], Money) for row in table) for place in range(len(headings))]
    told = [[name, gettext("Currency")] if paid[place] else [name] for place, name in enumerate(headings)]
    rows = [
        [[cell, _currency(cell)] if paid[place] else [cell] for place, cell in enumerate(row)]
        for row in table
    ]
    return [name for names in told for name in names], [
        [cell for cells in row for cell in cells] for row in rows
    ]


def _currency(cell: Cell) -> str:
    return cell.currency if isinstance(cell, Money) and cell.amount is not None else ""


def _prepared(page: "ListPage", request: PageRequest, records: QuerySet[Any]) -> Iterator[Any]:
    found = records.iterator(chunk_size=AT_ONCE)
    while chunk := list(islice(found, AT_ONCE)):
        page.prepare(chunk, request.viewer)
        yield from chunk


def file_of(
    request: PageRequest, name: str, headings: Sequence[str], table: Sequence[Sequence[Cell]]
) -> HttpResponse:
    """That table as CSV or Excel, by `format` in the address. Needs the permission to export; leaves its trace."""
    request.viewer.require(Permission.EXPORT)
    with transaction.atomic():
        new = {"rows": len(table), "query": request.GET.urlencode()}
        audit("export.made", by=request.viewer, at=now(), subject=f"export:{name}", new=new)
    if request.GET.get("format") == "xlsx":
        return _excel(name, headings, table)
    return _csv(name, headings, table)


def _csv(name: str, headings: Sequence[str], table: Iterable[Sequence[Cell]]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_harmless(heading) for heading in headings])  # a column may be called like a customer
    writer.writerows([_harmless(plain(cell)) for cell in row] for row in table)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _excel(name: str, headings: Sequence[str], table: Iterable[Sequence[Cell]]) -> HttpResponse:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(table, start=1):
        sheet.write_row(number, 0, [plain(cell) for cell in row])
    book.close()
    response = HttpResponse(
        file.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def plain(cell: Cell) -> str | int | Decimal | date | bool:
    """What a cell holds, without how it is drawn."""
    value = _undrawn(cell)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value if isinstance(value, int | Decimal | date | bool) else str(value)


def _undrawn(cell: Cell) -> Cell:
    if isinstance(cell, Money):
        return cell.amount
    if isinstance(cell, Share | Figure):
        return cell.value
    return cell.text if isinstance(cell, Link | Badge) else cell


def _harmless(value: str | int | Decimal | date | bool) -> Any:
    """A text in which a spreadsheet would find a formula has an apostrophe before each."""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
