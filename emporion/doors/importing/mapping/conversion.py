"""The text of a cell becomes a value: a day, an exact number, a choice. Pure, and never through a float."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from emporion.doors.importing.mapping.faults import Fault, shown
from emporion.doors.importing.mapping.rules import Formats
from emporion.kernel.importable import Column, ColumnKind

Reader = Callable[[str], Any]
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_YES = frozenset({"1", "yes", "true", "y", "t", "да", "ναι"})
_NO = frozenset({"0", "no", "false", "n", "f", "нет", "όχι"})
_BLANKS = " \u00a0\u202f\u2009"
_DIGITS = 18
_LONGEST_CODE = 100
_EARLIEST, _LATEST = 1900, 2200


def reader(column: Column, formats: Formats, zone: ZoneInfo) -> Reader:
    """What turns a filled cell into the column's value, or into a Fault with the reason. `zone` is the department's:
    an instant is cut into its day there."""
    return _MAKERS[column.kind](column, formats, zone)


def _text_reader(column: Column, _: Formats, __: ZoneInfo) -> Reader:
    is_text = column.kind is ColumnKind.TEXT
    longest = column.longest if is_text else min(column.longest, _LONGEST_CODE)

    def read(text: str) -> str | Fault:
        if len(text) > longest:
            return Fault(f"is longer than {longest} characters: {shown(text)}")
        return text

    return read


def _day_reader(_: Column, formats: Formats, zone: ZoneInfo) -> Reader:
    moment = _moment_reader(formats)
    later = timedelta(days=formats.plus_days)

    def read(text: str) -> date | Fault:
        found = moment(text)
        if found is None:
            return Fault(f"{shown(text)} is not a day; {_wanted(formats, '2014-05-30')}")
        day = (found.astimezone(zone) if found.tzinfo else found).date()
        return (
            day + later
            if _EARLIEST <= day.year < _LATEST
            else Fault(f"{shown(text)} is not a day of our times")
        )

    return read


def _instant_reader(_: Column, formats: Formats, zone: ZoneInfo) -> Reader:
    moment = _moment_reader(formats)
    own = ZoneInfo(formats.zone) if formats.zone else zone

    def read(text: str) -> datetime | Fault:
        found = moment(text)
        if found is None:
            return Fault(f"{shown(text)} is not a moment; {_wanted(formats, '2014-05-30 14:00:00+03:00')}")
        if not _EARLIEST <= found.year < _LATEST:
            return Fault(f"{shown(text)} is not a moment of our times")
        return (found if found.tzinfo else found.replace(tzinfo=own)).astimezone(UTC)

    return read


def _wanted(formats: Formats, iso: str) -> str:
    return f"the mapping reads {' or '.join(formats.days)}" if formats.days else f"write it as {iso}"


def _moment_reader(formats: Formats) -> Callable[[str], datetime | None]:
    if not formats.days:
        return _iso_moment

    def read(text: str) -> datetime | None:
        for pattern in formats.days:
            try:
                return _by_pattern(text, pattern)
            except (ValueError, OverflowError, OSError):
                continue
        return None

    return read


def _by_pattern(text: str, pattern: str) -> datetime:
    if pattern in ("epoch_s", "epoch_ms"):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(**{_EPOCH_UNITS[pattern]: int(text)})
    return datetime.strptime(text, pattern)  # noqa: DTZ007  the zone is the mapping's when the pattern has none


_EPOCH_UNITS = {"epoch_s": "seconds", "epoch_ms": "milliseconds"}


def _iso_moment(text: str) -> datetime | None:
    """ISO 8601 as programs write it: a day, perhaps a time, any number of decimals, perhaps a zone."""
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(  # noqa: DTZ001  without an offset it is local, as the caller knows
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micros
        )
        return moment.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo) if offset else moment
    except ValueError:
        return None


def _exact_reader(column: Column, formats: Formats, _: ZoneInfo) -> Reader:
    careful = _careful_exact_reader(column, formats)
    if formats != Formats():
        return careful
    # Almost every cell: a few digits, as few decimals as allowed. Nothing can be wrong with it but its size.
    plain = re.compile(rf"-?\d{{1,{_DIGITS - column.places}}}(?:\.\d{{1,{column.places}}})?").fullmatch
    least = column.minimum

    def read(text: str) -> Decimal | Fault:
        if plain(text) and (least is None or text[0] != "-"):
            value = Decimal(text)
            if least is None or value >= least:
                return value
        return careful(text)  # type: ignore[no-any-return]

    return read


def _careful_exact_reader(column: Column, formats: Formats) -> Reader:
    quantum = Decimal(1).scaleb(-column.places)
    coarser = None if formats.round_to is None else Decimal(1).scaleb(-formats.round_to)
    most = Decimal(10) ** (_DIGITS - column.places)

    def read(text: str) -> Decimal | Fault:
        value = _number(text, formats)
        if value is None:
            return Fault(f"{shown(text)} is not a number{_written_as(formats)}{_signs_in(text)}")
        if column.minimum is not None and value < column.minimum:
            return Fault(f"{shown(text)} is less than {column.minimum}")
        if abs(value) >= most:
            return Fault(f"{shown(text)} is too large")
        with localcontext(prec=80):
            if coarser is not None:
                value = value.quantize(coarser, ROUND_HALF_UP)
            exact = value.quantize(quantum)
            if exact != value:
                return Fault(f"{shown(text)} has more than {column.places} decimal places")
        return exact

    return read


@cache
def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Digits, perhaps in groups. What stands between thousands must stand between groups of three (two or three, as
    in India): taken out anywhere, it would make 12345 of 1.234,5 written as 1234.5."""
    between = f"(?:[{_BLANKS}]{f'|{re.escape(thousands)}' if thousands else ''})"
    grouped = rf"\d{{1,3}}(?:{between}\d{{2,3}}){{0,10}}{between}\d{{3}}"
    point = re.escape(decimal)
    return re.compile(
        rf"([+-]?)[{_BLANKS}]?(?:({grouped}|\d{{1,30}})(?:{point}(\d{{0,30}}))?|{point}(\d{{1,30}}))"
        r"([eE][+-]?\d{1,2})?"
    )


def _number(text: str, formats: Formats) -> Decimal | None:
    plain = text.replace("\u2212", "-")
    if formats.percent:
        plain = plain.rstrip("%").rstrip(_BLANKS)
    found = _number_pattern(formats.decimal, formats.thousands).fullmatch(plain)
    if not found:
        return None
    sign, whole, decimals, only_decimals, power = found.groups("")
    digits = "".join(filter(str.isdigit, whole))
    try:
        value = Decimal(f"{sign}{digits or 0}.{decimals or only_decimals or 0}{power}")
    except InvalidOperation:
        return None
    with localcontext(prec=80):
        value = value.scaleb(-2) if formats.percent else value
        return value / Decimal(formats.divide_by) if formats.divide_by else value


def _written_as(formats: Formats) -> str:
    if formats.thousands:
        return f" with {formats.thousands!r} between thousands and {formats.decimal!r} before the decimals"
    return f" with {formats.decimal!r} before the decimals" if formats.decimal != "." else ""


def _signs_in(text: str) -> str:
    signs = [sign for sign in text.split() if not any(map(str.isdigit, sign))] or re.findall(
        r"[^\w\s.,'+-]", text
    )
    return f"; take {signs[0]!r} out with `remove`" if signs and re.search(r"\d", text) else ""


def _whole_reader(column: Column, formats: Formats, _: ZoneInfo) -> Reader:
    def read(text: str) -> int | Fault:
        value = _number(text, formats)
        if value is not None and formats.round_to is not None:
            value = value.quantize(Decimal(1), ROUND_HALF_UP) if abs(value) < 2**32 else value
        if value is None or value != value.to_integral_value():
            return Fault(f"{shown(text)} is not a whole number")
        if column.minimum is not None and value < column.minimum:
            return Fault(f"{shown(text)} is less than {column.minimum}")
        return int(value) if abs(value) < 2**31 else Fault(f"{shown(text)} is too large")

    return read


def _yes_no_reader(_: Column, formats: Formats, __: ZoneInfo) -> Reader:
    yes = frozenset(map(str.lower, formats.yes)) or _YES
    no = frozenset(map(str.lower, formats.no)) or _NO

    def read(text: str) -> bool | Fault:
        word = text.lower()
        if word in yes:
            return True
        return False if word in no else Fault(f"{shown(text)} is neither yes nor no")

    return read


def _choice_reader(column: Column, _: Formats, __: ZoneInfo) -> Reader:
    by_word = {choice.lower(): choice for choice in column.choices}

    def read(text: str) -> str | Fault:
        choice = by_word.get(text.lower())
        return Fault(f"{shown(text)} is none of {', '.join(column.choices)}") if choice is None else choice

    return read


def _json_reader(_: Column, __: Formats, ___: ZoneInfo) -> Reader:
    def read(text: str) -> Any:
        try:
            return json.loads(text, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            return Fault(f"{shown(text)} is not JSON")

    return read


_MAKERS: dict[ColumnKind, Callable[[Column, Formats, ZoneInfo], Reader]] = {
    ColumnKind.TEXT: _text_reader,
    ColumnKind.CODE: _text_reader,
    ColumnKind.REFERENCE: _text_reader,
    ColumnKind.DAY: _day_reader,
    ColumnKind.INSTANT: _instant_reader,
    ColumnKind.WHOLE: _whole_reader,
    ColumnKind.EXACT: _exact_reader,
    ColumnKind.YES_NO: _yes_no_reader,
    ColumnKind.CHOICE: _choice_reader,
    ColumnKind.JSON: _json_reader,
}
