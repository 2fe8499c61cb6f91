"""What a mapping consists of. Pure: values only, no files and no records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FromColumn:
    """The cell of a source column."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text in every row."""

    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """Text made of several cells: literal pieces and column names, alternating as `string.Formatter` parses them."""

    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first rule that gives something."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class NextOf:
    """The cell of the row that follows within the rows that agree in `within`, by the order of their values."""

    name: str
    within: tuple[str, ...]


Source = FromColumn | Constant | Template | FirstOf | NextOf


@dataclass(frozen=True, slots=True)
class Formats:
    """How the text of a cell is read. `days` are strptime patterns, `epoch_s` or `epoch_ms`; none means ISO 8601."""

    days: tuple[str, ...] = ()
    zone: str = ""
    plus_days: int = 0
    decimal: str = "."
    thousands: str = ""
    percent: bool = False
    divide_by: str = ""
    round_to: int | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One look into another table: find the row of this key, take that column of it."""

    table: str
    take: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one target column is filled: a source (empty in rows that do not fulfil `where`), then case, what is
    removed or extracted, replacements, lookups, what stands for anything filled and for anything empty, and how it is
    read. `missing` says what a value that a lookup does not find becomes: reject, empty or keep; also a reference to
    a record that we do not have may become empty. `by` is the column of ours by which a reference names its record,
    instead of its code."""

    source: Source
    where: tuple["Condition", ...] = ()
    case: str = ""
    remove: tuple[str, ...] = ()
    extract: str = ""
    replace: Mapping[str, str] = field(default_factory=dict)
    lookups: tuple[Step, ...] = ()
    missing: str = "reject"
    by: str = ""
    when_filled: str = ""
    default: str = ""
    formats: Formats = Formats()


@dataclass(frozen=True, slots=True)
class Condition:
    """A row is taken only when the rule's text is one of `among` (or none of `not_among`), is filled or empty as
    asked, and matches the pattern."""

    rule: Rule
    among: frozenset[str] | None = None
    not_among: frozenset[str] = frozenset()
    filled: bool | None = None
    matches: str = ""


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table to look values up in: a file with a key, or pairs written in the mapping."""

    name: str
    file: str = ""
    key: Rule | None = None
    where: tuple[Condition, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """One source into one target. `same_columns`: the file's columns bear our names. `first_only`: of rows with one
    key, the first is taken and the others passed over. `rows` are written in the mapping itself, by our names."""

    into: str
    sources: tuple[str, ...]
    columns: Mapping[str, Rule] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    optional: bool = False
    first_only: bool = False
    same_columns: bool = False
    rows: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A whole mapping. `every_table`: each file of the folder goes into the target whose name it bears."""

    name: str
    about: str
    loads: Sequence[Load]
    tables: Mapping[str, LookupTable]
    files: Mapping[str, Mapping[str, Any]]
    every_table: bool = False


def rules_within(rule: Rule) -> list[Rule]:
    """The rule and those inside it, its conditions' too."""
    found = [rule]
    for condition in rule.where:
        found += rules_within(condition.rule)
    if isinstance(rule.source, FirstOf):
        for inner in rule.source.rules:
            found += rules_within(inner)
    return found


def source_columns(rule: Rule) -> list[str]:
    """The source columns a rule reads, its conditions' too."""
    return [name for inner in rules_within(rule) for name in _read_by(inner)]


def text_columns(rule: Rule) -> list[str]:
    """The source columns from which a rule's text comes, each once."""
    names = _read_by(rule)
    if isinstance(rule.source, FirstOf):
        names += [name for inner in rule.source.rules for name in text_columns(inner)]
    return list(dict.fromkeys(names))


def _read_by(rule: Rule) -> list[str]:
    match rule.source:
        case FromColumn(name):
            return [name]
        case Template(pieces):
            return [column for _, column in pieces if column]
        case NextOf(name, within):
            return [name, *within]
        case _:
            return []
