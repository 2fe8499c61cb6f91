"""Rules applied to a chunk of rows, a column at a time: each different text is worked on once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from emporion.doors.importing.mapping.faults import Fault, shown
from emporion.doors.importing.mapping.patterns import LONGEST_MATCHED
from emporion.doors.importing.mapping.rules import (
    Condition,
    Constant,
    FirstOf,
    FromColumn,
    NextOf,
    Rule,
    Step,
    Template,
)

Text = str | Fault
MOST_REMEMBERED = 200_000


@dataclass(slots=True)
class FoundRows:
    """A lookup table in memory: of each key, the columns that some rule takes."""

    name: str
    columns: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]

    def value(self, key: str, take: str) -> str | None:
        """The column `take` of the row with that key; None when there is no such row."""
        row = self.rows.get(key)
        return None if row is None else row[self.columns.index(take) if take else 0]


@dataclass(slots=True)
class Sheets:
    """What rules look into beside their own row: lookup tables, and for each `next` what follows what."""

    tables: Mapping[str, FoundRows] = field(default_factory=dict)
    followers: dict[NextOf, Mapping[tuple[str, ...], str]] = field(default_factory=dict)


class Cells:
    """The cells of a chunk by column name, trimmed."""

    def __init__(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        empty: Sequence[str] = (),
        repair: Callable[[str], str] | None = None,
    ) -> None:
        self.size = len(rows)
        self._places = {name: place for place, name in reversed(list(enumerate(header)))}
        self._rows = rows
        self._empty = frozenset(empty)
        self._repair = repair
        self._columns: list[tuple[str, ...]] | None = None
        self._known: dict[str, list[str]] = {}

    def column(self, name: str) -> list[str]:
        """The column's cells in row order."""
        found = self._known.get(name)
        if found is None:
            place = self._places[name]
            if self._columns is None:
                self._columns = list(zip(*self._rows, strict=True))
            found = list(map(str.strip, self._columns[place])) if self._columns else []
            if self._empty:
                found = ["" if cell in self._empty else cell for cell in found]
            if self._repair:
                found = list(map(self._repair, found))
            self._known[name] = found
        return found


def evaluate(rule: Rule, cells: Cells, sheets: Sheets) -> list[Text]:
    """The rule's text for every row; a Fault where a lookup found nothing."""
    texts = _from_source(rule, cells, sheets)
    if rule.where:
        fulfilled = taken(rule.where, cells, sheets)
        texts = [text if holds else "" for text, holds in zip(texts, fulfilled, strict=True)]
    if rule.case:
        change = str.upper if rule.case == "upper" else str.lower
        texts = each(texts, change, {})
    if rule.remove or rule.extract:
        texts = each(texts, lambda text: _cut(text, rule), {})
    if rule.replace:
        texts = [rule.replace.get(text, text) if isinstance(text, str) else text for text in texts]
    if rule.lookups:
        texts = each(texts, lambda text: _look_up(text, rule, sheets), {})
    if rule.when_filled:
        texts = [rule.when_filled if text and isinstance(text, str) else text for text in texts]
    if rule.default:
        texts = [text or rule.default for text in texts]
    return texts


def each(texts: Sequence[Text], change: Callable[[str], Text], known: dict[Text, Text]) -> list[Text]:
    """`change` of every text that is neither empty nor a Fault; asked once per different text."""
    for text in set(texts).difference(known):
        known[text] = change(text) if isinstance(text, str) and text else text
    return [known[text] for text in texts]


def _from_source(rule: Rule, cells: Cells, sheets: Sheets) -> list[Text]:
    match rule.source:
        case FromColumn(name):
            return list(cells.column(name))
        case Constant(text):
            return [text] * cells.size
        case Template(pieces):
            return list(_composed(pieces, cells))
        case FirstOf(rules):
            return _first_filled([evaluate(inner, cells, sheets) for inner in rules])
        case NextOf() as source:
            follower = sheets.followers[source]
            keys = zip(*(cells.column(name) for name in (*source.within, source.name)), strict=True)
            return [follower.get(key, "") for key in keys]


def _composed(pieces: Sequence[tuple[str, str]], cells: Cells) -> list[str]:
    """Each row's pieces joined, with single spaces; empty when all its cells are."""
    columns = [cells.column(name) for _, name in pieces if name]
    composed = []
    for row in zip(*columns, strict=True) if columns else [()] * cells.size:
        if columns and not any(row):
            composed.append("")
            continue
        values = iter(row)
        text = "".join(literal + (next(values) if name else "") for literal, name in pieces)
        composed.append(" ".join(text.split()))
    return composed


def _first_filled(candidates: Sequence[Sequence[Text]]) -> list[Text]:
    chosen: list[Text] = []
    for options in zip(*candidates, strict=True):
        filled = [text for text in options if text]
        chosen.append(next((text for text in filled if isinstance(text, str)), filled[0] if filled else ""))
    return chosen


def _cut(text: Text, rule: Rule) -> Text:
    """The text without what is to be removed; of that, the part that the pattern's first group (or all of it) finds."""
    if not isinstance(text, str):
        return text
    for piece in rule.remove:
        text = text.replace(piece, "")
    if not rule.extract:
        return text.strip()
    if len(text) > LONGEST_MATCHED:
        return Fault(f"is longer than {LONGEST_MATCHED:,} characters, the most that `extract` looks at")
    found = re.search(rule.extract, text)
    return (found[1 if found.re.groups else 0] or "").strip() if found else ""


def _look_up(text: str, rule: Rule, sheets: Sheets) -> Text:
    found: str | None = text
    for step in rule.lookups:
        key = found or ""
        if not key:
            return ""
        found = sheets.tables[step.table].value(key, step.take)
        if found is None:
            return _not_found(text, key, step, rule)
    return found or ""


def _not_found(text: str, key: str, step: Step, rule: Rule) -> Text:
    if rule.missing == "reject":
        return Fault(f"{shown(key)} is not in the table {step.table!r}")
    return text if rule.missing == "keep" else ""


def taken(conditions: Sequence[Condition], cells: Cells, sheets: Sheets) -> list[bool]:
    """Which rows fulfil every condition. A lookup that finds nothing counts as empty."""
    fulfilled = [True] * cells.size
    for condition in conditions:
        texts = evaluate(condition.rule, cells, sheets)
        fulfilled = [
            before and _holds(condition, text if isinstance(text, str) else "")
            for before, text in zip(fulfilled, texts, strict=True)
        ]
    return fulfilled


def _holds(condition: Condition, text: str) -> bool:
    if condition.among is not None and text not in condition.among:
        return False
    if text in condition.not_among:
        return False
    if condition.filled is not None and bool(text) is not condition.filled:
        return False
    return not condition.matches or re.search(condition.matches, text[:LONGEST_MATCHED]) is not None
