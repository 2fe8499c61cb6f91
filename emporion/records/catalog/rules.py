"""When a product is new, by which figures it is sold. Pure (SALE-1)."""

from datetime import date, timedelta


def new_until(launched_on: date | None, new_product_days: int) -> date | None:
    """The first day on which a product is no longer new; None for one that was never launched."""
    return None if launched_on is None else launched_on + timedelta(days=new_product_days)


def is_new(launched_on: date | None, until: date | None, day: date) -> bool:
    """Whether a sale on that day is of a new product: from its launch up to but not including `until`."""
    return launched_on is not None and until is not None and launched_on <= day < until
