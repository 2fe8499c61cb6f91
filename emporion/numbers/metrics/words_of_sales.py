"""What the metrics of sales, money and customers are called and mean, for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CUSTOMERS: dict[str, tuple[Promise, Promise]] = {
    "revenue": (
        _("Revenue"),
        _(
            "Orders placed in the period, before tax, less cancellations and returns on the day those happen. "
            "Opening balances do not count."
        ),
    ),
    "orders": (
        _("Orders"),
        _(
            "Orders placed in the period that were not wholly cancelled in it. An order by two sellers is one for the "
            "company and one for each."
        ),
    ),
    "average_order": (_("Average order"), _("Revenue divided by the number of orders.")),
    "units": (
        _("Units"),
        _("Quantity sold in the period, less cancellations and returns on the day those happen."),
    ),
    "returns": (
        _("Returns"),
        _("Goods that came back in the period, before tax. Revenue is already less by them."),
    ),
    "customers_buying": (
        _("Customers buying"),
        _("Different customers who bought in the period and did not cancel or return all of it."),
    ),
    "new_product_revenue": (
        _("Revenue from new products"),
        _("The part of revenue from products that were new on the day they were sold."),
    ),
    "margin": (
        _("Margin"),
        _("Revenue less the cost of what was sold, at the cost of the day of the order."),
    ),
    "margin_share": (_("Margin share"), _("Margin divided by revenue.")),
    "collected": (
        _("Collected"),
        _("Money received in the period for orders, less what was paid back."),
    ),
    "active_base": (
        _("Active base"),
        _(
            "Customers who bought in the last %(active_base_days)s before the end of the period, under the owner and "
            "zone of that day."
        ),
    ),
    "total_base": (
        _("Total base"),
        _(
            "Customers and prospects who could buy, on the last day of the period, under the owner and zone of "
            "that day."
        ),
    ),
    "base_coverage": (
        _("Base coverage"),
        _(
            "Active base divided by total base on the last day of the period. The aim is 1:1: everyone who could "
            "buy, buys."
        ),
    ),
    "new_customers": (
        _("New customers"),
        _(
            "Customers whose first order ever falls in the period. What was bought before the books were opened is "
            "history; a cancelled first order makes the next one the first."
        ),
    ),
    "new_customer_revenue": (
        _("Revenue from new customers"),
        _(
            "Revenue of the period from customers whose first order falls in it: all their orders in it. With retained "
            "and reactivated revenue it makes up revenue."
        ),
    ),
    "retained_revenue": (
        _("Retained revenue"),
        _(
            "Revenue of the period from customers who are not new and were not lost when they ordered. With "
            "revenue from "
            "new customers and reactivated revenue it makes up revenue."
        ),
    ),
    "reactivated_revenue": (
        _("Reactivated revenue"),
        _(
            "Revenue of the period from customers who had been lost on the day before they ordered. With revenue from "
            "new customers and retained revenue it makes up revenue."
        ),
    ),
    "fading_customers": (
        _("Fading customers"),
        _(
            "Customers with at least %(lost_few_orders)s order days who on the last day have been silent for "
            "longer than "
            "%(fading_gap_halves)s of their own usual gaps between orders, and are not lost yet."
        ),
    ),
    "lost_customers": (
        _("Lost customers"),
        _(
            "Customers silent on the last day for longer than %(lost_gap_factor)s of their own usual gaps "
            "between orders, "
            "but not less than %(lost_least_days)s and not more than %(lost_most_days)s; with fewer than "
            "%(lost_few_orders)s order days, for longer than %(lost_few_orders_days)s."
        ),
    ),
    "won_back_customers": (
        _("Won-back customers"),
        _("Customers who ordered in the period and had been lost on the day before."),
    ),
}
