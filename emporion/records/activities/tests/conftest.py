"""What the tests of activities share."""

import pytest

from emporion.records.pipeline.tests.department import Department, build


@pytest.fixture
def here(db: None) -> Department:
    """The small department."""
    return build()
