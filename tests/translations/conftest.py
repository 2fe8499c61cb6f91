"""The department of the pages' tests, whose records are named in Cyrillic."""

from pathlib import Path

import pytest

from tests.pages.scene import Scene, build


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Scene:
    """Two teams with one record of each kind per person."""
    return build(tmp_path)
