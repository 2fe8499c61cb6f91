"""Where one can go: entries by group, each for those who may open it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from emporion.kernel.access.viewer import Permission, Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation. `shown` says who finds it there; the page itself guards itself."""

    url_name: str
    label: str | Promise
    icon: str
    group: str | Promise = ""
    permission: Permission | None = None
    shown: Callable[[Viewer], bool] = lambda _viewer: True

    def open_to(self, viewer: Viewer) -> bool:
        """Whether this viewer finds it."""
        return (self.permission is None or viewer.may(self.permission)) and self.shown(viewer)
