"""What the tests of importing share."""

from pathlib import Path

import pytest

from emporion.doors.importing.tests.our_tables import TABLES, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "tables"
    path.mkdir()
    return write(path, TABLES)
