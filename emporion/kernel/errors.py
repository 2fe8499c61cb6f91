"""The errors every part shares: what can be told to the person who caused them."""


class EmporionError(Exception):
    """Anything Emporion says no to; its text is one line fit to be shown."""


class Refusal(EmporionError):
    """An action that may not be done. `name` is stable and can be tested and translated; `text` says what to do."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name
        self.text = text


class UnknownName(EmporionError):
    """A metric, dimension, preset or column that does not exist, with the nearest ones that do."""

    def __init__(self, what: str, name: str, near: list[str]) -> None:
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"no {what} is called {name!r}{hint}")
        self.what = what
        self.name = name
        self.near = near


class Conflict(Refusal):
    """Somebody else changed the record since it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "changed_meanwhile", f"{what} was changed by someone else; read it again, then change it"
        )


class Tampered(EmporionError):
    """A stored chain or total no longer agrees with itself."""
