"""A plan as an Excel workbook that comes back: what is read by people on sheets of their own, and on a hidden one what
was exported, so that only what was changed becomes a change."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext
from typing import Any, NamedTuple

import xlsxwriter

from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.money import quantity_of, quantity_units

KNOWN = "emporion"  # the hidden sheet
EDITION = "1"
WHOLE, REASON = "whole", "reason"
_COLUMNS = ("what", "metric", "branch", "span", "value", "mark")
_LARGEST = 12  # the power of ten of a number of a plan
_DIGITS = 15  # of a number in a spreadsheet
_LONGEST_TITLE = 31
_NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_BLANKS = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} ", ""))
Rows = Iterable[Sequence[str]]


class Exported(NamedTuple):
    """A cell: what it holds (None: nobody is there), and the mark of the change by which it came about."""

    value: Decimal | None
    mark: str = ""
    is_past: bool = False


class ExportedRow(NamedTuple):
    """A branch: how deep it stands, what it is called, and its cells, the whole first."""

    branch_id: int
    level: int
    name: str
    kind: str
    cells: Sequence[Exported]


@dataclass(frozen=True, slots=True)
class ExportedSheet:
    """One metric: headings for people (branch, kind, whole, each span, reason), and the first days of the spans."""

    metric: str
    title: str
    headings: Sequence[str]
    spans: Sequence[date]
    rows: Sequence[ExportedRow]


class Stamp(NamedTuple):
    """Which plan a workbook is of."""

    plan_id: int
    code: str


class Edit(NamedTuple):
    """A cell that a person changed in the workbook: what was exported, and what it is to hold (None: calculated)."""

    metric: str
    branch_id: int
    starts_on: date | None
    mark: str
    value: Decimal | None
    reason: str


def mark_of(value: int, *, locked: bool) -> str:
    """The mark of a change: another value or another lock is another mark."""
    return f"{value}{'L' if locked else ''}"


def workbook_of(stamp: Stamp, sheets: Sequence[ExportedSheet]) -> bytes:
    """The workbook. No text in it is a formula or a link."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    titles = _titles(sheets)
    for sheet, title in zip(sheets, titles, strict=True):
        _write_sheet(book, sheet, title)
    _write_known(book, stamp, sheets, titles)
    book.close()
    return file.getvalue()


def _titles(sheets: Sequence[ExportedSheet]) -> list[str]:
    """Names that Excel takes, each once, and none of them ours."""
    taken = {KNOWN}
    found = []
    for sheet in sheets:
        title = " ".join(sheet.title.translate(_NOT_IN_A_TITLE).split())[:_LONGEST_TITLE] or sheet.metric
        if title.lower() in taken:
            title = sheet.metric[:_LONGEST_TITLE]
        taken.add(title.lower())
        found.append(title)
    return found


def _write_sheet(book: Any, sheet: ExportedSheet, title: str) -> None:
    page, codes = book.add_worksheet(title), _codes(sheet.spans)
    page.write_row(0, 0, codes)
    page.set_row(0, None, None, {"hidden": True})
    page.write_row(1, 1, sheet.headings, book.add_format({"bold": True}))
    page.set_column(0, 0, None, None, {"hidden": True})
    page.set_column(1, 1, 32)
    page.set_column(2, len(codes) - 1, 14)
    page.freeze_panes(2, 2)
    for number, row in enumerate(sheet.rows, start=2):
        page.write_string(number, 0, str(row.branch_id))
        page.write_string(number, 1, row.name, book.add_format({"indent": min(row.level, 15)}))
        page.write_string(number, 2, row.kind)
        for place, cell in enumerate(row.cells, start=3):
            if cell.value is not None:
                page.write_number(number, place, cell.value, _format(book, cell))


def _codes(spans: Sequence[date]) -> list[str]:
    return ["branch", "name", "kind", WHOLE, *(day.isoformat() for day in spans), REASON]


def _format(book: Any, cell: Exported) -> Any:
    """One format for each kind of number."""
    whole = cell.value is None or cell.value == cell.value.to_integral_value()
    given = {
        "num_format": "#,##0" if whole else "#,##0.00####",
        "font_color": "#777777" if cell.is_past else "#000000",
        "bold": bool(cell.mark),
    }
    known: dict[tuple[Any, ...], Any] = book.__dict__.setdefault("emporion_formats", {})
    key = tuple(given.values())
    if key not in known:
        known[key] = book.add_format(given)
    return known[key]


def _write_known(book: Any, stamp: Stamp, sheets: Sequence[ExportedSheet], titles: Sequence[str]) -> None:
    page = book.add_worksheet(KNOWN)
    page.very_hidden()
    rows: list[tuple[str, ...]] = [_COLUMNS, ("plan", stamp.code, str(stamp.plan_id), "", EDITION, "")]
    for sheet, title in zip(sheets, titles, strict=True):
        rows.append(("sheet", sheet.metric, "", "", title, ""))
        spans = [WHOLE, *(day.isoformat() for day in sheet.spans)]
        rows += [
            ("cell", sheet.metric, str(row.branch_id), span, _text(cell.value), cell.mark)
            for row in sheet.rows
            for span, cell in zip(spans, row.cells, strict=True)
        ]
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            page.write_string(number, place, text)


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


# Bringing back


def edits_in(stamp: Stamp, read: Callable[[str], tuple[Sequence[str], Rows]]) -> list[Edit]:
    """The cells that differ from what was exported. `read` gives the header and the rows of a sheet by its name.

    Refuses a workbook that is not ours (`not_our_file`) or of another plan or version (`another_plan`), and a cell in
    which no number stands.
    """
    titles, cells = _known(stamp, read)
    found: list[Edit] = []
    for name, title in titles.items():
        header, rows = _sheet(read, title)
        found += _edits(name, header, rows, cells)
    _refuse_twice(found)
    return found


Cells = dict[tuple[str, str, str], tuple[str, str]]


LONGEST_REASON = 500


def _known(stamp: Stamp, read: Callable[[str], tuple[Sequence[str], Rows]]) -> tuple[dict[str, str], Cells]:
    header, rows = _sheet(read, KNOWN)
    if tuple(header[: len(_COLUMNS)]) != _COLUMNS:
        raise _not_ours()
    titles: dict[str, str] = {}
    cells: Cells = {}
    of: Stamp | None = None
    for row in rows:
        what, metric, branch, span, value, mark = row[: len(_COLUMNS)]
        if what == "plan":
            of = Stamp(int(branch) if _is_number(branch) else 0, metric)
        elif what == "sheet":
            titles[metric] = value
        elif what == "cell":
            cells[metric, branch, span] = (value, mark)
    if of is None:
        raise _not_ours()
    if of != stamp:
        raise Refusal("another_plan", f"this file is of the plan {of.code}, not of {stamp.code}")
    return titles, cells


def _sheet(read: Callable[[str], tuple[Sequence[str], Rows]], title: str) -> tuple[Sequence[str], Rows]:
    try:
        return read(title)
    except UnknownName:
        raise _not_ours() from None


def _not_ours() -> Refusal:
    return Refusal(
        "not_our_file", "this is no file that was exported from a plan; export it, then change that one"
    )


def _edits(name: str, header: Sequence[str], rows: Rows, cells: Cells) -> Iterable[Edit]:
    places = {code: place for place, code in enumerate(header)}
    if "branch" not in places:
        raise _not_ours()
    spans = [code for code in header if code == WHOLE or _is_day(code)]
    for row in rows:
        branch = row[places["branch"]].strip()
        if not _is_number(branch):
            continue  # headings, and what a person wrote beside the table
        reason = row[places[REASON]].strip()[:LONGEST_REASON] if REASON in places else ""
        for span in spans:
            exported = cells.get((name, branch, span))
            typed = row[places[span]].strip()
            if exported is not None and (edit := _edit(name, branch, span, typed, exported)) is not None:
                yield edit._replace(reason=reason)


def _edit(name: str, branch: str, span: str, typed: str, exported: tuple[str, str]) -> Edit | None:
    """The change of a cell; None where it is as it was, and where nobody said anything and still does not."""
    was, mark = exported
    day = None if span == WHOLE else date.fromisoformat(span)
    if not typed:
        return Edit(name, int(branch), day, mark, None, "") if mark else None
    value = _number(typed, span)
    if was:
        before = _number(was, span)
        if value in (before, _as_kept(before)):
            return None
    return Edit(name, int(branch), day, mark, value, "")


def _number(typed: str, span: str) -> Decimal:
    text = typed.translate(_BLANKS)
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found.adjusted() > _LARGEST:
        raise Refusal("not_a_number", f"{typed[:40]!r} in the column {span} is no number of a plan")
    return quantity_of(quantity_units(found))


def _as_kept(value: Decimal) -> Decimal:
    """As a spreadsheet keeps it: to fifteen digits."""
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_EVEN):
        return +value


def _refuse_twice(edits: Sequence[Edit]) -> None:
    seen: dict[tuple[str, int, date | None], Decimal | None] = {}
    for one in edits:
        key = (one.metric, one.branch_id, one.starts_on)
        if key in seen and seen[key] != one.value:
            raise Refusal("cell_twice", "a row stands in the file twice, with two values for one cell")
        seen[key] = one.value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
