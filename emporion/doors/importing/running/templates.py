"""Empty files to fill in: one CSV for everything that can be imported, and a text that explains each column."""

import csv
import os
from pathlib import Path

from emporion.doors.importing.running.written_files import open_new
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Column, ColumnKind, Importable, importables

_READ_AS = {
    ColumnKind.TEXT: "text",
    ColumnKind.CODE: "code",
    ColumnKind.DAY: "day, as 2026-03-14",
    ColumnKind.INSTANT: "moment, as 2026-03-14 09:30:00+02:00",
    ColumnKind.WHOLE: "whole number",
    ColumnKind.YES_NO: "yes or no",
    ColumnKind.JSON: "JSON",
}
_INTRODUCTION = """# Files that `emporion import generic FOLDER` reads

Each file of this folder is a table of ours: a header and one example row. Replace the example by your rows, delete the
files and the columns you do not need, keep the names. CSV (comma, semicolon or tab; any usual encoding) and .xlsx may
be mixed. Files are read in the right order by themselves; a second import changes only what you have changed.
"""


# One small firm for all examples: what a row refers to stands in another file, so the templates go in as they are.
_CODES = {
    "team": "north",
    "member": "anna",
    "territory": "attica",
    "absence": "AB-1",
    "category": "bikes",
    "product": "road-52",
    "price_list": "retail",
    "custom_field": "loyalty_card",
    "customer": "andromeda",
    "contact": "eleni",
    "lead_source": "exhibition",
    "pipeline": "new-business",
    "stage": "nb-offer",
    "deal": "D-1",
    "contract": "CT-5",
    "order": "SO-1001",
    "invoice": "INV-8",
    "payment": "PAY-3",
    "return": "R-2",
    "activity": "A-1",
    "task": "TASK-1",
}


def write_templates(folder: Path) -> list[Path]:
    """Writes a CSV file per importable and README.md into the folder (made when absent); the paths written. Refuses
    when any of them is there already."""
    targets = importables()
    readme = folder / "README.md"
    _refuse_present(folder, [*(_path(folder, target) for target in targets.values()), readme])
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write_template(_path(folder, target), target) for target in targets.values()]
    with open_new(readme) as file:
        file.write(explained(list(targets.values())))
    return [*written, readme]


def _path(folder: Path, target: Importable) -> Path:
    return folder / f"{target.name}.csv"


def _refuse_present(folder: Path, paths: list[Path]) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refusal("file_exists", f"{folder} is not a folder")
    if present := [path.name for path in paths if os.path.lexists(path)]:
        text = (
            f"{folder} holds {', '.join(present)} already; templates overwrite nothing: name another folder"
        )
        raise Refusal("file_exists", text)


def _write_template(path: Path, target: Importable) -> Path:
    with open_new(path) as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in target.columns])
        if not _needs_two_of_a_kind(target):
            writer.writerow([_example(target, column) for column in target.columns])
    return path


def _example(target: Importable, column: Column) -> str:
    if column.name == "code" and target.key == ("code",):
        return _CODES.get(target.record, column.example)
    if column.kind is ColumnKind.REFERENCE and column.example:
        return _CODES.get(column.refers_to, column.example)
    return column.example


def _needs_two_of_a_kind(target: Importable) -> bool:
    """A product and its complement cannot be the one product of the example: that file has its header only."""
    needed = [column.refers_to for column in target.columns if column.required and column.refers_to]
    return len(needed) != len(set(needed))


def explained(targets: list[Importable]) -> str:
    """Every table and column in words (Markdown)."""
    parts = [_INTRODUCTION]
    for target in targets:
        parts.append(f"\n## {target.name}\n{target.doc}\n" if target.doc else f"\n## {target.name}\n")
        parts.append(f"A row is known by {' and '.join(target.key)}.\n")
        parts.append("| column | needed | is read as | meaning | example |\n| --- | --- | --- | --- | --- |")
        parts += [_line(target, column) for column in target.columns]
    return "\n".join(parts) + "\n"


def _line(target: Importable, column: Column) -> str:
    example = _example(target, column)
    cells = [column.name, "yes" if column.required else "", _kind(column), column.doc, example]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _kind(column: Column) -> str:
    match column.kind:
        case ColumnKind.CHOICE:
            return f"one of {', '.join(column.choices)}"
        case ColumnKind.REFERENCE:
            return f"code of a {column.refers_to}"
        case ColumnKind.CODE if column.refers_to:
            return f"code of a {column.refers_to}"
        case ColumnKind.EXACT:
            least = "" if column.minimum is None else f", at least {column.minimum}"
            return f"number, up to {column.places} decimals{least}"
        case kind:
            return _READ_AS[kind]
