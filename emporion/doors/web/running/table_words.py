"""What each table of ours is called on pages, and what a row of it is."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TABLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "teams": (_("Teams"), _("Teams, one inside another.")),
    "members": (
        _("People of the department"),
        _("Who sells, leads and helps; their places stand in a table of their own."),
    ),
    "territories": (_("Territories"), _("The tree of zones, each with its one manager.")),
    "places": (
        _("Places in the team"),
        _("Where somebody stands from a day on, until their next row; one without the rest ends it."),
    ),
    "absences": (_("Absences"), _("Days away, and who stands in.")),
    "categories": (_("Categories of products"), _("Groups of products, one inside another.")),
    "products": (_("Products"), _("What is sold.")),
    "product_costs": (_("Costs of products"), _("What a product costs from a day on.")),
    "price_lists": (_("Price lists"), _("Lists of prices, each in one currency.")),
    "product_prices": (_("Prices of products"), _("What a product sells for in a list, from a day on.")),
    "complements": (_("What goes with a product"), _("What is offered with a product.")),
    "custom_fields": (_("Own fields of customers"), _("Fields of your own that customers may have.")),
    "customers": (_("Customers"), _("Companies and persons who buy or could.")),
    "customer_owners": (
        _("Owners of customers over time"),
        _("Whose a customer is from a day on. The first owner may stand in the customer's own row."),
    ),
    "customer_zones": (
        _("Territories of customers over time"),
        _(
            "In which territory a customer is from a day on. The first one may stand in the customer's own row."
        ),
    ),
    "contacts": (_("Contacts"), _("People at customers.")),
    "lead_sources": (_("Sources of leads"), _("Where leads come from.")),
    "pipelines": (_("Pipelines"), _("Ways of selling; their stages stand in a table of their own.")),
    "stages": (_("Stages"), _("The stages of pipelines, in order.")),
    "deals": (
        _("Deals"),
        _("Deals. Their stages, values and owners over time stand in tables of their own."),
    ),
    "deal_stages": (
        _("Stages of deals over time"),
        _(
            "The stages a deal came into, in any order; what the deal's own row says of its stage then counts no more."
        ),
    ),
    "deal_values": (
        _("Values of deals over time"),
        _("What a deal was worth over time; the value in the deal's own row then counts no more."),
    ),
    "deal_credits": (
        _("Shares of deals"),
        _("Whose a deal is, where several share it; the deal's own owner then counts no more."),
    ),
    "contracts": (_("Contracts"), _("Signed contracts.")),
    "orders": (_("Orders"), _("Orders; their lines and several sellers stand in tables of their own.")),
    "order_lines": (
        _("Lines of orders"),
        _("What was ordered, line by line; they go in together with their orders."),
    ),
    "order_credits": (_("Shares of orders"), _("Whose sale an order is, where several share it.")),
    "invoices": (_("Invoices"), _("Invoices for orders.")),
    "payments": (_("Payments"), _("Money received, for one order each; what is over stays a prepayment.")),
    "returns": (_("Goods that came back"), _("Goods that came back, line by line.")),
    "activities": (_("Activities"), _("Calls, meetings, messages, visits and presentations.")),
    "activity_members": (
        _("Participants of activities"),
        _("Who took part; the activity's own person then counts no more."),
    ),
    "tasks": (_("Tasks"), _("What is to be done, and when it was.")),
    "targets": (_("Targets"), _("What a metric should reach for a person in a span of days.")),
    "costs": (_("Costs of the firm"), _("What the firm spends, fixed and with each sale.")),
}
