"""docs/guides/settings.md names every environment variable the product reads, and no other."""

import re

from tests.architecture.source import ROOT, modules

READ = re.compile(r"environ(?:\.get\(|\[|\.setdefault\()\s*\"([A-Z_]+)\"")
GUIDE = ROOT / "docs" / "guides" / "settings.md"


def read_by_the_product() -> set[str]:
    """The variables that the code asks the environment for."""
    return {name for path in modules(tests=False) for name in READ.findall(path.read_text(encoding="utf-8"))}


def test_the_guide_is_complete() -> None:
    product = GUIDE.read_text(encoding="utf-8").split("## Running the tests")[0]
    described = set(re.findall(r"^\| `([A-Z_]+)`", product, flags=re.MULTILINE))
    assert described == read_by_the_product() - {"DJANGO_SETTINGS_MODULE"}
