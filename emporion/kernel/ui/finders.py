"""The files of npm packages that pages use, and no others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# By the name a page calls it, where it lies in node_modules.
ALLOWED = {
    "vendor/tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/echarts.js": "echarts/dist/echarts.common.min.js",
}


class AllowListFinder(BaseFinder):
    """Finds what is allowed, under the name it is given."""

    def check(self, **_kwargs: Any) -> list[Any]:
        """Nothing to check: a missing file is told when it is asked for."""
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        """The file that is called so."""
        if path not in ALLOWED:
            return []
        found = str(Path(settings.NODE_MODULES) / ALLOWED[path])
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Any]]:  # noqa: ARG002 - Django's own signature
        """All of them, each with a storage that reads it."""
        for name in ALLOWED:
            yield name, _Renamed(settings.NODE_MODULES)


class _Renamed(FileSystemStorage):
    """Opens a file by the name pages know it by."""

    prefix = None

    def path(self, name: str) -> str:
        return super().path(ALLOWED.get(name, name))
