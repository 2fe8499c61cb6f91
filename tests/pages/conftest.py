"""The department of these tests."""

from pathlib import Path

import pytest

from tests.pages.scene import Scene, build


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Scene:
    """Two teams with one record of each kind per person."""
    return build(tmp_path)
