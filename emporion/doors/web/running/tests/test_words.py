"""What the audit log says is in words: no entry that the product makes shows the name it has in the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from emporion.doors.importing.actions import preset_names
from emporion.doors.web.running.audit_words import HAPPENED, KINDS, about, happened
from emporion.doors.web.running.column_labels import LABELS
from emporion.doors.web.running.column_meanings import MEANINGS
from emporion.doors.web.running.import_words import (
    NAMED_BY,
    PRESETS,
    column_label,
    column_meaning,
    preset_said,
    table_label,
    table_meaning,
)
from emporion.doors.web.running.synonyms import COLUMNS
from emporion.doors.web.running.synonyms import TABLES as TABLE_SYNONYMS
from emporion.doors.web.running.table_words import TABLES
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.importable import importables
from emporion.kernel.ui.actors import who

pytestmark = pytest.mark.spec("SYS-4", "SYS-7")
PRODUCT = Path(__file__).resolve().parents[4]


def entries() -> Iterator[tuple[str, str]]:
    """The action and the subject of every call that records something; what is put in stands as a star."""
    for path in PRODUCT.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "audit.recording" in source and "tests" not in path.parts:
            yield from _in(ast.parse(source))


def _in(tree: ast.AST) -> Iterator[tuple[str, str]]:
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "emporion.kernel.audit.recording"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in names
            and node.args
        ):
            subject = next((_text(one.value) for one in node.keywords if one.arg == "subject"), "")
            yield _text(node.args[0]), subject


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return "*"


def test_every_action_and_every_subject_has_its_word() -> None:
    found = list(entries())
    assert len(found) > 40
    actions = {action.rpartition(".")[2] for action, _subject in found} - {"*"}
    kinds = {subject.partition(":")[0] for _action, subject in found} - {"*", ""}
    assert actions - HAPPENED.keys() == set()
    assert kinds - KINDS.keys() == set()


def test_an_entry_is_told_in_the_readers_language() -> None:
    with override("ru"):
        assert happened("customer.changed") == "изменено"
        assert about("customer:7") == "клиент 7"
        assert about("customer:import") == "клиент, импортом"
        assert about("customer:bulk") == "клиент, сразу много"
        assert about("export:customers") == "выгрузка: клиенты"
        assert about("preference:active_base_days") == "настройка"
        assert who(SYSTEM.name) == "система"
        assert who("анна") == "анна"


def test_every_mapping_that_comes_with_the_product_has_a_name() -> None:
    """Trap: a mapping somebody wrote is called by its file."""
    assert sorted(PRESETS) == preset_names()
    assert preset_said("ours.toml") == "ours.toml"


@pytest.mark.spec("SYS-1", "SYS-7")
@pytest.mark.parametrize("language", ["ru", "el"])
def test_every_table_and_column_that_a_file_may_carry_has_words(language: str) -> None:
    """Trap: a new column shows its name of the code on the page of the mapping. What the engine explains in English
    is explained on the page too."""
    with override(language):
        bare = [
            f"{target.name}.{column.name}"
            for target in importables().values()
            for column in target.columns
            if str(column_label(target.name, column.name)) in (column.name, "")
            or (column.doc and not column_meaning(target.name, column.name))
        ]
        plain = [
            name
            for name in importables()
            if name in str(table_label(name)).lower() or not str(table_meaning(name))
        ]
        assert str(table_label("deals")) == {"ru": "Сделки", "el": "Συμφωνίες"}[language]
        assert str(column_label("customers", "owner")) == {"ru": "Ответственный", "el": "Υπεύθυνος"}[language]
        assert all(str(NAMED_BY[by]).split()[0] in ("по", "με") for by in NAMED_BY)
    assert (bare, plain) == ([], [])


@pytest.mark.spec("SYS-1", "SYS-7")
def test_no_words_are_left_of_columns_that_have_gone() -> None:
    tables = importables()
    names = {
        one
        for name, target in tables.items()
        for column in target.columns
        for one in (column.name, f"{name}.{column.name}")
    }
    assert {*LABELS, *MEANINGS, *COLUMNS} - names == set()
    assert {*TABLES, *TABLE_SYNONYMS} - tables.keys() == set()
    assert TABLES.keys() == tables.keys()
