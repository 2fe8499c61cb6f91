"""Who may import and take imports back."""

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.errors import Refusal


def require_importer(by: Viewer) -> None:
    """Refuses unless they may import and see everything: the rows of a file may be anyone's."""
    by.require(Permission.IMPORT)
    if not by.sees_all:
        raise Refusal("not_permitted", "an import writes records of everyone; it needs someone who sees all")
