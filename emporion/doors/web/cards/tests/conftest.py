"""What the tests of cards share."""

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def own_store(settings: LazySettings, tmp_path: Path) -> None:
    """Trap: another test's store of facts, under the ledger of this one."""
    settings.FACTS_FOLDER = tmp_path / "facts"
