"""Which columns the made-up company fills of the product's own tables, and how values stand in them. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

Cell = str | int
Write = Callable[[str, Sequence[Cell]], None]

COLUMNS: dict[str, tuple[str, ...]] = {
    "teams": ("code", "name", "parent"),
    "members": ("code", "name", "email", "work_phone", "hired_on", "left_on", "commission_rate"),
    "territories": ("code", "name", "parent", "cut", "manager", "country"),
    "places": ("member", "starts_on", "team", "role", "manager", "territory", "capacity"),
    "absences": ("code", "member", "starts_on", "ends_on", "kind", "stand_in"),
    "categories": ("code", "name", "parent"),
    "products": ("code", "name", "category", "unit", "launched_on"),
    "product_costs": ("product", "starts_on", "cost"),
    "price_lists": ("code", "name", "currency"),
    "product_prices": ("price_list", "product", "starts_on", "price"),
    "complements": ("product", "complement", "kind"),
    "customers": (
        "code", "name", "tax_id", "address", "city", "region", "country", "phone", "email", "activity_type",
        "size_band", "source", "what_matters", "preferred_channel", "in_base_from", "owner", "territory",
    ),
    "customer_owners": ("customer", "starts_on", "member"),
    "contacts": (
        "code", "customer", "given_name", "family_name", "position", "decides", "mobile", "email",
        "birthday_month_day",
    ),
    "lead_sources": ("code", "name", "channel"),
    "pipelines": ("code", "name", "process"),
    "stages": ("code", "pipeline", "name", "position", "is_key", "outcome"),
    "deals": (
        "code", "name", "customer", "pipeline", "stage", "opened_on", "closed_on", "expected_on", "lost_reason",
        "owner", "value", "source", "channel",
    ),
    "deal_stages": ("deal", "stage", "entered_on"),
    "deal_credits": ("deal", "member", "weight", "credit"),
    "contracts": ("code", "customer", "deal", "member", "signed_on", "ends_on", "amount"),
    "orders": (
        "code", "placed_on", "customer", "seller", "channel", "status", "cancelled_on", "deal", "opening",
    ),
    "order_lines": ("order", "code", "product", "quantity", "unit_price", "discount"),
    "order_credits": ("order", "member", "weight"),
    "invoices": ("code", "order", "issued_on", "due_on", "amount"),
    "payments": ("code", "order", "received_on", "amount"),
    "returns": ("code", "order", "line", "returned_on", "quantity"),
    "activities": (
        "code", "kind", "day", "minutes", "customer", "deal", "first", "decision_maker", "own_initiative",
        "member",
    ),
    "tasks": (
        "code", "title", "customer", "deal", "member", "opened_on", "due_on", "done_on", "dropped",
        "is_next_step",
    ),
    "targets": ("metric", "member", "starts_on", "ends_on", "value"),
    "costs": ("code", "name", "channel", "amount", "share", "starts_on", "ends_on"),
}  # fmt: skip


@cache
def day_text(ordinal: int) -> str:
    """The day as files write it."""
    return date.fromordinal(ordinal).isoformat()


def money_text(units: int) -> str:
    """An amount of that many ten-thousandths."""
    return f"{units // 10_000}.{units % 10_000:04d}"


def cents_text(cents: int) -> str:
    """An amount of that many hundredths."""
    return f"{cents // 100}.{cents % 100:02d}"
