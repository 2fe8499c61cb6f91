"""What every metric means. `define_all` makes them known, in the order in which a reader wants them."""


def define_all() -> None:
    """Register every metric; doing it again changes nothing."""
    from emporion.numbers.metrics.definitions import activity, customers, deals, money, sales, work
    from emporion.numbers.metrics.registry import register

    for part in (sales, money, customers, activity, deals, work):
        register(*part.METRICS)
