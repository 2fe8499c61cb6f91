"""The tie between tests and docs/spec.md."""

from pathlib import Path

import pytest

from tests.plugins.spec import SPEC, ids_of, report_lines, unknown_ids

pytest_plugins = ["pytester"]


def test_ids_are_read_from_tables_only() -> None:
    text = "| id | what |\n| --- | --- |\n| PLAN-1 | as PLAN-2 says |\nPLAN-3 in a sentence\n| PAY-10 | x |\n"
    assert ids_of(text) == ["PLAN-1", "PAY-10"]


def test_the_products_own_copy_holds_the_known_areas_without_double_ids() -> None:
    ids = ids_of(SPEC.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids)) > 100
    assert {"TEAM-1", "PLAN-2", "PAY-1", "SYS-8"} <= set(ids)


def test_the_report_says_not_yet_for_what_no_test_proves() -> None:
    lines = list(report_lines(["A-1", "A-2", "A-3"], {"A-1": 2, "A-3": 1}))
    assert lines == ["A-1: 2 tests", "A-2: not yet", "A-3: 1 test"]


def test_an_unknown_id_is_named() -> None:
    assert unknown_ids(["PLAN-99", "PLAN-1"], ["PLAN-1"]) == ["PLAN-99"]


@pytest.mark.parametrize(("name", "refused"), [("PLAN-1", False), ("PLAN-99", True)])
def test_collection_stops_at_an_unknown_id(pytester: pytest.Pytester, name: str, refused: bool) -> None:
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.spec({name!r})\ndef test_it(): pass\n")
    pytester.makeini("[pytest]\nmarkers = spec(*ids): ids\npythonpath = " + str(Path(__file__).parents[2]))
    result = pytester.runpytest_subprocess("-p", "tests.plugins.spec", "--spec-report", "-p", "no:django")
    output = result.stdout.str() + result.stderr.str()
    assert ("docs/spec.md has no PLAN-99" in output) is refused
    assert ("PLAN-1: 1 test" in output) is not refused
    assert (result.ret != 0) is refused
