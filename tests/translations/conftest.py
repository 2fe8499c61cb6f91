"""The department of the pages' tests, whose records are named in Cyrillic."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.pages.scene import Scene, build


@pytest.fixture
def scene(db: None, tmp_path: Path, settings: LazySettings) -> Scene:
    """Two teams with one record of each kind per person."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    return build(tmp_path)
