"""The made-up company, small, made once and served once for all tests of a worker that change nothing in it."""

from collections.abc import Iterator

import pytest

from tests.browser.serving import served
from tests.journeys.installation import Installation, installation

SMALL = "0.05"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The made-up company."""
    with installation(tmp_path_factory.mktemp("demo"), server="") as place:
        place.done("demo", "--scale", SMALL, "--years", "1")
        yield place


@pytest.fixture(scope="session")
def company(demo: Installation) -> Iterator[str]:
    """The address at which it answers."""
    with served(demo, worker=False) as address:
        yield address
