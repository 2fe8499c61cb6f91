"""Orders as a Django app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """records.orders."""

    name = "emporion.records.orders"
    label = "orders"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_codes, register_source
        from emporion.records.catalog.reposting import register_product_repost
        from emporion.records.customers.reach import register_zoned
        from emporion.records.orders import imports, queries, undoing
        from emporion.records.orders.actions.fact_sources import fact_sources
        from emporion.records.orders.models import Order
        from emporion.records.team.reposting import register_repost

        for source in fact_sources():
            register_source(source)
        for kind, find in queries.FINDERS.items():
            register_repost(kind, find)
        register_zoned(Order)
        register_product_repost("order", queries.orders_with_products)
        register_product_repost("return", queries.returns_with_products)
        register_codes("order_id", queries.order_codes)
        for importable in imports.IMPORTABLES:
            register_importable(importable)
        undoing.register()
        _register_search()


def _register_search() -> None:
    from emporion.kernel.search import Searched, register_search
    from emporion.records.orders.models import Order, Payment

    register_search(Order, Searched(through=("customer",)))
    register_search(Payment, Searched(through=("customer",)))
