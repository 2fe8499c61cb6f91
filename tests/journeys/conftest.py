"""Installations that several journeys start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.installation import Installation, installation
from tests.journeys.small_company import write_company


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small company."""
    return write_company(tmp_path_factory.mktemp("company"), orders=40)


@pytest.fixture(scope="session")
def imported(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The small company, imported. Only for journeys that change nothing."""
    with installation(tmp_path_factory.mktemp("imported")) as place:
        place.done("import", "generic", files)
        yield place


@pytest.fixture
def company(imported: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy of the imported small company, to be changed."""
    with installation(tmp_path, like=imported) as place:
        yield place


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """An installation without records."""
    with installation(tmp_path) as place:
        yield place
