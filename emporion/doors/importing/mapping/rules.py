"""What a mapping consists of. Pure: values only, no files and no records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


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
    """How one target column is filled: a source, then case, replacements, lookups, what stands for anything filled
    and for anything empty, and how it is read. `missing` says what a value that a lookup does not find becomes:
    reject, empty or keep."""

    source: Source
    case: str = ""
    replace: Mapping[str, str] = field(default_factory=dict)
    lookups: tuple[Step, ...] = ()
    missing: str = "reject"
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
    key, the first is taken and the others passed over."""

    into: str
    sources: tuple[str, ...]
    columns: Mapping[str, Rule] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    optional: bool = False
    first_only: bool = False
    same_columns: bool = False


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A whole mapping. `every_table`: each file of the folder goes into the target whose name it bears."""

    name: str
    about: str
    loads: Sequence[Load]
    tables: Mapping[str, LookupTable]
    files: Mapping[str, Mapping[str, object]]
    every_table: bool = False


def rules_within(rule: Rule) -> list[Rule]:
    """The rule and those inside it."""
    found = [rule]
    if isinstance(rule.source, FirstOf):
        for inner in rule.source.rules:
            found += rules_within(inner)
    return found


def source_columns(rule: Rule) -> list[str]:
    """The source columns a rule reads, in order."""
    names: list[str] = []
    for inner in rules_within(rule):
        match inner.source:
            case FromColumn(name):
                names.append(name)
            case Template(pieces):
                names += [column for _, column in pieces if column]
            case NextOf(name, within):
                names += [name, *within]
            case _:
                pass
    return names
