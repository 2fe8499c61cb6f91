"""A cell that cannot be what it should be."""

ALSO = " · "  # between the reasons of one row


class Fault:
    """Why a cell is rejected, travelling in the place of its value."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"Fault({self.reason!r})"


def shown(text: str) -> str:
    """The cell as a message quotes it: short, on one line."""
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 60 else f"{flat[:57]}...")
