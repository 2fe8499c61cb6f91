"""What an import will do, checked before it does anything: every file opened, every name known."""

import fnmatch
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from emporion.doors.importing.mapping.rules import (
    FromColumn,
    Load,
    MappingFile,
    Rule,
    rules_within,
    source_columns,
)
from emporion.doors.importing.reading.opening import open_table
from emporion.doors.importing.reading.tables import FileOptions, Table
from emporion.doors.importing.reading.written import WrittenTable
from emporion.doors.importing.running.references import check_named_by
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.importable import Column, ColumnKind, Importable

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")


@dataclass(frozen=True, slots=True)
class Step:
    """One file into one target."""

    load: Load
    importable: Importable
    table: Table
    options: FileOptions
    rules: Mapping[str, Rule]

    @property
    def file(self) -> str:
        """The file's name, as results and rejects show it."""
        return self.table.path.name


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order in which they must go. Steps of nested targets stand beside those of their parents."""

    mapping: MappingFile
    folder: Path
    steps: Sequence[Step]
    nested: Sequence[Step]
    lookups: Mapping[str, tuple[Table, FileOptions]]
    digest: str


def make_plan(
    mapping: MappingFile, mapping_path: Path, path: Path, targets: Mapping[str, Importable]
) -> Plan:
    """The plan for a folder, or for one file of it. Refuses in one line what cannot work (SYS-1)."""
    if not path.exists():
        raise Refusal("no_file", f"there is no file or folder {path}")
    folder = path if path.is_dir() else path.parent
    loads = _by_name(path, targets) if mapping.every_table else mapping.loads
    opened = _Opened(mapping, path)
    steps = [step for load in loads for step in _steps(load, targets, opened, path, mapping_path.name)]
    if all(isinstance(step.table, WrittenTable) for step in steps):
        raise Refusal("no_file", f"{path} holds none of the files this import reads")
    order = {name: place for place, name in enumerate(targets)}
    steps.sort(key=lambda step: order[step.importable.name])
    own = [step for step in steps if not step.importable.nested_in]
    nested = [step for step in steps if step.importable.nested_in]
    _refuse_lonely(own, nested)
    lookups = {t.name: opened.open(folder / t.file) for t in mapping.tables.values() if t.file}
    return Plan(mapping, folder, own, nested, lookups, _digest(mapping_path, opened.tables()))


class _Opened:
    """Each file is opened, and so read through, once."""

    def __init__(self, mapping: MappingFile, path: Path) -> None:
        self.mapping = mapping
        self.named = path
        self.folder = (path if path.is_dir() else path.parent).resolve()
        self._tables: dict[tuple[Path, FileOptions], Table] = {}

    def open(self, path: Path) -> tuple[Table, FileOptions]:
        self._refuse_outside(path)
        options = file_options(self.mapping, path.name)
        key = (path, options)
        if key not in self._tables:
            self._tables[key] = open_table(path, options)
        return self._tables[key], options

    def _refuse_outside(self, path: Path) -> None:
        """A link in the folder may not lead out of it; the file that the person named may be anywhere."""
        if path == self.named or path.resolve().is_relative_to(self.folder):
            return
        within = [path, *(parent for parent in path.parents if parent.is_relative_to(self.named))]
        link = [part for part in within if not part.resolve().is_relative_to(self.folder)][-1]
        raise Refusal("outside_folder", f"{link.name} is a link that leads out of the folder {self.named}")

    def tables(self) -> list[Table]:
        return list(self._tables.values())


def file_options(mapping: MappingFile, name: str) -> FileOptions:
    """What the mapping says about a file: the first pattern that fits its name."""
    for pattern, options in mapping.files.items():
        if fnmatch.fnmatch(name.lower(), pattern.lower()):
            return FileOptions(**options)
    return FileOptions()


def _by_name(path: Path, targets: Mapping[str, Importable]) -> list[Load]:
    """Each table of the folder goes into the target whose name it bears."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    tables = [file for file in files if file.suffix.lower() in TABLE_SUFFIXES]
    for file in tables:
        if file.stem not in targets:
            raise UnknownName(
                f"table of ours ({file.name})", file.stem, get_close_matches(file.stem, targets)
            )
    return [Load(into=file.stem, sources=(file.name,), same_columns=True) for file in tables]


def _steps(
    load: Load, targets: Mapping[str, Importable], opened: _Opened, path: Path, mapping_name: str
) -> Iterator[Step]:
    importable = targets.get(load.into)
    if importable is None:
        raise UnknownName("target", load.into, get_close_matches(load.into, targets))
    written = (WrittenTable(Path(f"{mapping_name}: {load.into}"), load.rows), FileOptions())
    tables = [written] if load.rows else map(opened.open, _files(load, path))
    for table, options in tables:
        rules = _same(table) if load.same_columns else load.columns
        _check_rules(importable, rules, targets, f"{table.path.name} into {importable.name}")
        _check_columns(load, rules, table)
        yield Step(load, importable, table, options, rules)


def _files(load: Load, path: Path) -> list[Path]:
    if path.is_file():
        return [path] if any(fnmatch.fnmatch(path.name, pattern) for pattern in load.sources) else []
    found = [file for pattern in load.sources for file in _matching(path, pattern) if not file.is_dir()]
    if not found and not load.optional:
        near = get_close_matches(load.sources[0], [file.name for file in path.iterdir()])
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        text = f"{path} has no file {' or '.join(load.sources)}, which goes into {load.into}{hint}"
        raise Refusal("no_file", text)
    return list(dict.fromkeys(found))


def _matching(folder: Path, pattern: str) -> list[Path]:
    """The files of that name or pattern, links that lead nowhere among them."""
    exact = folder / pattern
    return [exact] if os.path.lexists(exact) else sorted(folder.glob(pattern))


def _same(table: Table) -> dict[str, Rule]:
    return {name: Rule(FromColumn(name)) for name in table.header if name}


def target_column(importable: Importable, name: str) -> Column | None:
    """The column of that name; `custom.NAME` is a member of the JSON column `custom`."""
    found = importable.column(name)
    if found is None and "." in name:
        whole = importable.column(name.partition(".")[0])
        return whole if whole and whole.kind is ColumnKind.JSON else None
    return found


def _check_rules(
    importable: Importable, rules: Mapping[str, Rule], targets: Mapping[str, Importable], where: str
) -> None:
    names = [column.name for column in importable.columns]
    for name, rule in rules.items():
        column = target_column(importable, name)
        if column is None:
            raise UnknownName(f"column of {importable.name} ({where})", name, get_close_matches(name, names))
        if rule.by and column.kind is not ColumnKind.REFERENCE:
            raise Refusal("bad_mapping", f"{where}: {name!r} names no other record, so `by` says nothing")
        if rule.by:
            check_named_by(next(t for t in targets.values() if t.record == column.refers_to), rule.by)
    for column in importable.columns:
        if column.required and column.name not in rules:
            raise Refusal("column_missing", f"{where}: nothing gives {column.name!r}, which every row needs")


def _check_columns(load: Load, rules: Mapping[str, Rule], table: Table) -> None:
    """Every source column the load names must be in the file, once."""
    wanted = [*rules.values(), *(condition.rule for condition in load.where)]
    check_columns([name for rule in wanted for name in source_columns(rule)], table)


def check_columns(names: Sequence[str], table: Table) -> None:
    """Refuses columns that the file does not have, or has twice."""
    for name in names:
        count = table.header.count(name)
        if count == 0:
            near = get_close_matches(name, table.header)
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            has = ", ".join(filter(None, table.header[:30]))
            text = f"{table.path.name} has no column {name!r}; {hint}It has {has}"
            raise Refusal("column_missing", text)
        if count > 1:
            raise Refusal("column_twice", f"{table.path.name} has the column {name!r} {count} times")


def used_tables(rules: Sequence[Rule]) -> dict[str, set[str]]:
    """By lookup table, the columns that the rules take from it."""
    used: dict[str, set[str]] = {}
    for rule in rules:
        for inner in rules_within(rule):
            for step in inner.lookups:
                used.setdefault(step.table, set()).add(step.take)
    return used


def _refuse_lonely(own: Sequence[Step], nested: Sequence[Step]) -> None:
    parents = {step.importable.name for step in own}
    for step in nested:
        if step.importable.nested_in not in parents:
            needed = step.importable.nested_in
            raise Refusal(
                "parents_missing", f"{step.file} goes into {step.importable.name}, which need {needed} too"
            )


def _digest(mapping_path: Path, tables: Sequence[Table]) -> str:
    digest = hashlib.sha256(mapping_path.read_bytes())
    for table in tables:
        digest.update(f"{table.path.name}\0{table.digest}\0".encode())
    return digest.hexdigest()
