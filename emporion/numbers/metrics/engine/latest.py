"""How far the facts reach."""

from datetime import date

from emporion.numbers.metrics.store.reading import open_facts


def latest_day() -> date | None:
    """The last day that has a fact; None when there is none. Two queries."""
    return open_facts(view="now").latest_day()
