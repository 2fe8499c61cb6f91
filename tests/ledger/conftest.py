"""The small firm, with a ledger and a store of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.ledger.epoch import begin_epoch
from tests.ledger.world import World


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    install_standard_roles()
    made = World()
    made.build()
    return made
