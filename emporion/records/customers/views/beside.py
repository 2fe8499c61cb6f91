"""What parts above say of customers in their list: each registers columns, and reads them for a page at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ui.cells import Cell

Read = Callable[[Viewer, Sequence[int]], Mapping[int, Mapping[str, Cell]]]


@dataclass(frozen=True, slots=True)
class Beside:
    """Columns that another part fills: their names and labels, and, by customer, their cells. `read` takes one query
    for a page."""

    columns: Mapping[str, str | Promise]
    read: Read


_registered: list[Beside] = []


def register_beside(beside: Beside) -> None:
    """Called by a part's AppConfig.ready."""
    _registered.append(beside)


def columns_beside() -> dict[str, str | Promise]:
    """The labels of all of them by their names."""
    return {name: label for one in _registered for name, label in one.columns.items()}


def read_beside(viewer: Viewer, ids: Sequence[int]) -> dict[int, dict[str, Cell]]:
    """By customer, what is said of them. One query for each part that says something."""
    found: dict[int, dict[str, Cell]] = {one: {} for one in ids}
    for beside in _registered:
        for customer_id, cells in beside.read(viewer, ids).items():
            found[customer_id].update(cells)
    return found
