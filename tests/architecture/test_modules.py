"""What a module may be called, how long it may be, and what it may not contain."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import PRODUCT, ROOT, modules, own_files, parts

LONGEST = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "info", "misc", "common"}
IN_A_PART = {
    *(
        "__init__",
        "apps",
        "models",
        "rules",
        "queries",
        "actions",
        "facts",
        "reach",
        "reposting",
        "undoing",
        "imports",
        "forms",
        "views",
        "urls",
    ),
    *("migrations", "templates", "static", "locale", "tests"),
}
MONEY = ("records", "numbers/pay", "numbers/planning", "kernel/money", "kernel/ledger")
# In two pieces, so that this file does not hold what it looks for.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "file:///" + "opt"]
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]


def lines_with(path: Path, words: list[str]) -> list[str]:
    """The lines of a text file that hold one of the words; a file that is no text has none."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    found = enumerate(text.splitlines(), start=1)
    return [
        f"{path.relative_to(ROOT)}:{number}" for number, line in found if any(word in line for word in words)
    ]


def floats_of(tree: ast.AST) -> list[int]:
    """The lines that call float() or declare a FloatField."""
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        node.lineno
        for node in called
        if (isinstance(node.func, ast.Name) and node.func.id in {"float", "FloatField"})
        or (isinstance(node.func, ast.Attribute) and node.func.attr == "FloatField")
    ]


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path.relative_to(ROOT)) for path in modules() if path.stem in EMPTY_NAMES] == []


@pytest.mark.parametrize("part", [part for part in parts() if part.startswith("records.")])
def test_a_part_of_records_holds_the_usual_modules_and_nothing_else(part: str) -> None:
    folder = PRODUCT / part.replace(".", "/")
    present = {
        path.stem for path in folder.iterdir() if path.suffix in {"", ".py"} and path.name != "__pycache__"
    }
    assert present - IN_A_PART == set()


def test_no_float_touches_money() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules(tests=False)
        if path.relative_to(PRODUCT).as_posix().startswith(MONEY)
        for line in floats_of(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_a_float_would_be_seen() -> None:
    code = "a = float(x)\nb = models.FloatField()\nc: float\nd = to_float(x)\n"
    assert floats_of(ast.parse(code)) == [1, 2]


def test_no_file_names_a_package_registry() -> None:
    assert [line for path in own_files() for line in lines_with(path, HOSTS)] == []


def test_nothing_is_left_to_do_in_the_code() -> None:
    assert [line for path in modules() for line in lines_with(path, UNFINISHED)] == []
