"""Mapping files (TOML) read into rules; what they say wrongly is told with the place and the nearest right word."""

import string
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from emporion.doors.importing.mapping.file_names import inner_name
from emporion.doors.importing.mapping.patterns import pattern_fault
from emporion.doors.importing.mapping.rules import (
    Condition,
    Constant,
    FirstOf,
    Formats,
    FromColumn,
    Load,
    LookupTable,
    MappingFile,
    NextOf,
    Rule,
    Source,
    Step,
    Template,
)
from emporion.kernel.errors import Refusal, UnknownName

_SOURCES = ("column", "value", "text", "first_of", "next")
_FORMATS = (
    "format",
    "zone",
    "plus_days",
    "decimal",
    "thousands",
    "percent",
    "divide_by",
    "round",
    "yes",
    "no",
)
_RULE_WORDS = (
    *_SOURCES,
    "within",
    "where",
    "case",
    "remove",
    "extract",
    "replace",
    "lookup",
    "missing",
    "by",
    "when_filled",
    "default",
    *_FORMATS,
)
_TESTS = ("is", "is_not", "filled", "matches")
_LOAD_WORDS = ("into", "from", "columns", "where", "optional", "first_only", "same_columns", "rows")
_TABLE_WORDS = ("file", "key", "where", "values")
_FILE_WORDS = ("encoding", "delimiter", "sheet", "header", "skip_lines", "empty", "repair_letters")
_TOP_WORDS = ("name", "about", "every_table", "files", "tables", "load")
_CASES = ("upper", "lower")
_MISSING = ("reject", "empty", "keep")


def parse_mapping(path: Path) -> MappingFile:
    """The mapping in that file. Refuses what is no TOML and every word it does not know."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise Refusal("bad_mapping", f"{path.name} is not a mapping file (TOML): {problem}") from None
    _known(document, _TOP_WORDS, path.name)
    files = _mapping(document.get("files", {}), f"{path.name}, [files]")
    tables = _mapping(document.get("tables", {}), f"{path.name}, [tables]")
    loads = [
        _load(raw, f"load {number}") for number, raw in enumerate(_rows(document.get("load", []), "load"), 1)
    ]
    if not loads and not document.get("every_table"):
        raise Refusal("bad_mapping", f"{path.name} loads nothing: it has no [[load]]")
    return MappingFile(
        name=_text(document.get("name", path.stem), "name"),
        about=_text(document.get("about", ""), "about"),
        loads=loads,
        tables={name: _table(name, raw) for name, raw in tables.items()},
        files={name: _file_options(options, f"[files.{name}]") for name, options in files.items()},
        every_table=document.get("every_table") is True,
    )


def _file_options(value: object, where: str) -> Mapping[str, Any]:
    raw = _mapping(value, where)
    _known(raw, _FILE_WORDS, where)
    options: dict[str, Any] = {}
    for word, said in raw.items():
        match word:
            case "header" | "empty":
                options[word] = _texts(said, f"{where}, {word}")
            case "skip_lines" | "repair_letters":
                kind = int if word == "skip_lines" else bool
                if type(said) is not kind:
                    what = "a number of lines" if kind is int else "true or false"
                    raise Refusal("bad_mapping", f"{where}, {word}: must be {what}, without quotes")
                options[word] = said
            case _:
                options[word] = _text(said, f"{where}, {word}")
    return options


def _load(raw: Mapping[str, Any], where: str) -> Load:
    into = _text(raw.get("into", ""), where)
    where = f"{where} (into {into})" if into else where
    _known(raw, _LOAD_WORDS, where)
    rows = _inline_rows(raw.get("rows", []), f"{where}, rows")
    if not into or bool(raw.get("from")) == bool(rows):
        text = (
            f"{where}: needs `into` (the target) and `from` (the file), or `into` and `rows` (written here)"
        )
        raise Refusal("bad_mapping", text)
    if rows and set(raw) - {"into", "rows"}:
        raise Refusal("bad_mapping", f"{where}: beside `rows` there is nothing to say but `into`")
    columns = _mapping(raw.get("columns", {}), f"{where}, columns")
    return Load(
        into=into,
        sources=tuple(inner_name(name, f"{where}, from") for name in _texts(raw.get("from", []), where)),
        columns={name: parse_rule(value, f"{where}, column {name}") for name, value in columns.items()},
        where=_conditions(raw.get("where", []), where),
        optional=raw.get("optional") is True,
        first_only=raw.get("first_only") is True,
        same_columns=raw.get("same_columns") is True or bool(rows),
        rows=rows,
    )


def _inline_rows(value: object, where: str) -> tuple[Mapping[str, str], ...]:
    return tuple({name: _cell(cell, where) for name, cell in row.items()} for row in _rows(value, where))


def _cell(value: object, where: str) -> str:
    """Yes, no, whole numbers and days may be written without quotes; a number with decimals would be a float."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else _text(value, where)


def _table(name: str, value: object) -> LookupTable:
    where = f"[tables.{name}]"
    raw = _mapping(value, where)
    _known(raw, _TABLE_WORDS, where)
    if ("values" in raw) == ("file" in raw) or ("file" in raw) != ("key" in raw):
        raise Refusal("bad_mapping", f"{where}: needs either `file` and `key`, or `values`")
    pairs = _mapping(raw.get("values", {}), where)
    return LookupTable(
        name=name,
        file=inner_name(_text(raw.get("file", ""), where), f"{where}, file"),
        key=parse_rule(raw["key"], f"{where}, key") if "key" in raw else None,
        where=_conditions(raw.get("where", []), where),
        values={key: _text(found, where) for key, found in pairs.items()},
    )


def _conditions(value: object, where: str) -> tuple[Condition, ...]:
    rows = [value] if isinstance(value, Mapping) else value
    return tuple(_condition(raw, f"{where}, where") for raw in _rows(rows, f"{where}, where"))


def _condition(raw: Mapping[str, Any], where: str) -> Condition:
    _known(raw, (*_RULE_WORDS, *_TESTS), where)
    if not any(test in raw for test in _TESTS):
        raise Refusal("bad_mapping", f"{where}: needs one of {', '.join(_TESTS)}")
    rule = parse_rule({word: value for word, value in raw.items() if word not in _TESTS}, where)
    return Condition(
        rule=rule,
        among=frozenset(_texts(raw["is"], where)) if "is" in raw else None,
        not_among=frozenset(_texts(raw.get("is_not", []), where)),
        filled=raw.get("filled"),
        matches=_pattern(raw.get("matches", ""), f"{where}, matches"),
    )


def parse_rule(value: object, where: str) -> Rule:
    """A rule as the mapping writes it: the name of a source column, or a table of words."""
    if isinstance(value, str):
        return Rule(FromColumn(value))
    raw = _mapping(value, where)
    _known(raw, _RULE_WORDS, where)
    return Rule(
        source=_source(raw, where),
        where=_conditions(raw.get("where", []), where),
        case=_one_of(raw.get("case", ""), ("", *_CASES), f"{where}, case"),
        remove=_texts(raw.get("remove", []), where),
        extract=_pattern(raw.get("extract", ""), f"{where}, extract"),
        replace={old: _text(new, where) for old, new in _mapping(raw.get("replace", {}), where).items()},
        lookups=tuple(_step(text) for text in _texts(raw.get("lookup", []), where)),
        missing=_one_of(raw.get("missing", "reject"), _MISSING, f"{where}, missing"),
        by=_text(raw.get("by", ""), where),
        when_filled=_text(raw.get("when_filled", ""), where),
        default=_text(raw.get("default", ""), where),
        formats=_formats(raw, where),
    )


def _source(raw: Mapping[str, Any], where: str) -> Source:
    given = [word for word in _SOURCES if word in raw]
    if len(given) != 1:
        raise Refusal("bad_mapping", f"{where}: needs exactly one of {', '.join(_SOURCES)}")
    value = raw[given[0]]
    match given[0]:
        case "column":
            return FromColumn(_text(value, where))
        case "value":
            return Constant(_text(value, where))
        case "text":
            return Template(_pieces(_text(value, where), where))
        case "next":
            return NextOf(_text(value, where), _texts(raw.get("within", []), where))
        case _:
            if not isinstance(value, list) or not value:
                raise Refusal("bad_mapping", f"{where}: first_of needs a list of columns or rules")
            return FirstOf(tuple(parse_rule(inner, where) for inner in value))


def _pieces(text: str, where: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((literal, name or "") for literal, name, _, _ in string.Formatter().parse(text))
    except ValueError as problem:
        raise Refusal("bad_mapping", f"{where}: {text!r} is no template: {problem}") from None


def _step(text: str) -> Step:
    table, _, take = text.partition(".")
    return Step(table, take)


def _formats(raw: Mapping[str, Any], where: str) -> Formats:
    round_to = raw.get("round")
    if round_to is not None and not isinstance(round_to, int):
        raise Refusal("bad_mapping", f"{where}, round: must be a number of places")
    plus_days = raw.get("plus_days", 0)
    if not isinstance(plus_days, int):
        raise Refusal("bad_mapping", f"{where}, plus_days: must be a number of days")
    decimal = _one_of(raw.get("decimal", "."), (".", ","), f"{where}, decimal")
    thousands = _text(raw.get("thousands", ""), where)
    if thousands == decimal:
        text = f"{where}: {decimal!r} cannot stand both between thousands and before decimals; say both words"
        raise Refusal("bad_mapping", text)
    return Formats(
        days=tuple(_day_pattern(text, where) for text in _texts(raw.get("format", []), where)),
        zone=_zone(raw.get("zone", ""), where),
        plus_days=plus_days,
        decimal=decimal,
        thousands=thousands,
        percent=raw.get("percent") is True,
        divide_by=_divisor(raw.get("divide_by", ""), f"{where}, divide_by"),
        round_to=round_to,
        yes=_texts(raw.get("yes", []), where),
        no=_texts(raw.get("no", []), where),
    )


def _day_pattern(text: str, where: str) -> str:
    if text in ("epoch_s", "epoch_ms"):
        return text
    try:
        if "%" not in text:
            raise ValueError("it has no %")
        datetime.strptime(datetime(2001, 2, 3, tzinfo=UTC).strftime(text), text)  # noqa: DTZ007  only tried out
    except ValueError as problem:
        hint = f"{text!r} is no pattern of days, such as %d.%m.%Y: {problem}"
        raise Refusal("bad_mapping", f"{where}, format: {hint}") from None
    return text


def _zone(value: object, where: str) -> str:
    text = _text(value, where)
    if text and text not in available_timezones():
        near = get_close_matches(text, available_timezones())
        raise UnknownName(f"time zone ({where})", text, near)
    return text


def _divisor(value: object, where: str) -> str:
    text = _text(value, where)
    try:
        if text and not Decimal(text) > 0:
            raise InvalidOperation
    except InvalidOperation:
        raise Refusal("bad_mapping", f"{where}: {text!r} must be a number above 0") from None
    return text


def _pattern(value: object, where: str) -> str:
    text = _text(value, where)
    if fault := pattern_fault(text):
        raise Refusal("bad_mapping", f"{where}: {text!r} {fault}")
    return text


def _known(raw: Mapping[str, Any], words: Sequence[str], where: str) -> None:
    for word in raw:
        if word not in words:
            raise UnknownName(f"word of a mapping ({where})", word, get_close_matches(word, words))


def _one_of(value: object, choices: Sequence[str], where: str) -> str:
    text = _text(value, where)
    if text not in choices:
        raise Refusal("bad_mapping", f"{where}: {text!r} is none of {', '.join(filter(None, choices))}")
    return text


def _text(value: object, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Refusal("bad_mapping", f"{where}: {value!r} must be text in quotes")
    return str(value)


def _texts(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_text(item, where) for item in value)
    return (_text(value, where),)


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Refusal("bad_mapping", f"{where}: {value!r} must be a table of words")
    return value


def _rows(value: object, where: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise Refusal("bad_mapping", f"{where}: must be a list of tables")
    return [_mapping(item, where) for item in value]
