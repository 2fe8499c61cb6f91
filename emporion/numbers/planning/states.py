"""Metrics of a state: counted on the last day of a period, and so never on a day that nobody knows yet. Pure."""

from datetime import date, timedelta

from emporion.kernel.periods import DAY, Period

# What is counted on a day and not collected day by day: no day of these brings its part of a plan.
STATES = frozenset(
    {
        *("active_base", "total_base", "base_coverage", "fading_customers", "lost_customers", "saturation"),
        *("open_deals", "open_deal_value", "deals_without_next_step", "overdue_tasks", "busy_work"),
    }
)
QUIET = timedelta(days=62)  # without a fact for so long, nothing is known of the days since


def known_until(today: date, latest: date | None) -> date:
    """The last day on which a state is known: today, or that of the last fact where nothing has come in for long."""
    return latest if latest is not None and today - latest > QUIET else today


def until(period: Period, last: date) -> Period | None:
    """The part of a period up to that day; None where it begins later."""
    if period.start > last:
        return None
    return period if period.last <= last else Period(period.start, last + DAY)
