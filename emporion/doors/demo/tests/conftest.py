"""An empty installation, whose fact store is the test's own."""

from pathlib import Path
from typing import Any

import pytest

from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.ledger.epoch import begin_epoch


@pytest.fixture
def empty(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.FACTS_FOLDER = tmp_path / "facts"
    install_standard_roles()
    begin_epoch(base_currency="EUR")
