"""What the tests of customers share."""

import pytest

from emporion.records.customers.tests.scene import Scene, build


@pytest.fixture
def scene(db: None) -> Scene:
    """The small department."""
    return build()
