"""What cannot be run here is counted loudly, and fails where CI is set."""

import pytest

from tests.architecture.source import ROOT

pytest_plugins = ["pytester"]
NOWHERE = "postgres://nobody@127.0.0.1:1/none"
PLUGINS = [word for name in ("spec", "databases", "real_files") for word in ("-p", f"tests.plugins.{name}")]


def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, **environment: str) -> pytest.RunResult:
    """Runs three tests (one needs files, one PostgreSQL) in a process of their own."""
    for name in ("CI", "DATABASE_URL", "EMPORION_TEST_DATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pytester.makeini(f"[pytest]\nmarkers =\n  postgres\n  spec\npythonpath = {ROOT}\n")
    pytester.makepyfile(
        "import pytest\n\ndef test_files(real_data): pass\ndef test_any(): pass\n"
        "@pytest.mark.postgres\ndef test_postgres(): pass\n"
    )
    return pytester.runpytest_subprocess(
        *PLUGINS, "-p", "no:django", "-p", "no:randomly", "-p", "no:cacheprovider"
    )


def test_absent_files_are_counted(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(pytester, monkeypatch, EMPORION_TEST_DATA="absent")
    result.stdout.fnmatch_lines(["NOT RUN: 1 tests: no test data in EMPORION_TEST_DATA"])
    result.assert_outcomes(passed=1, skipped=1, deselected=1)


def test_absent_files_fail_in_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(pytester, monkeypatch, EMPORION_TEST_DATA="absent", CI="true")
    result.assert_outcomes(passed=1, errors=1, deselected=1)


def test_a_silent_server_is_counted(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(pytester, monkeypatch, DATABASE_URL=NOWHERE)
    result.stdout.fnmatch_lines(["NOT RUN: 3 tests: no PostgreSQL answers at DATABASE_URL"])
    result.assert_outcomes(skipped=3)


def test_a_silent_server_fails_in_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(pytester, monkeypatch, DATABASE_URL=NOWHERE, CI="true")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_present_files_are_used(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(pytester, monkeypatch, EMPORION_TEST_DATA=str(pytester.path))
    assert "NOT RUN" not in result.stdout.str()
    result.assert_outcomes(passed=2, deselected=1)
