"""Catalog as a Django app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """records.catalog."""

    name = "emporion.records.catalog"
    label = "catalog"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_codes
        from emporion.records.catalog import imports, queries, undoing

        register_codes("product_id", queries.product_codes)
        for importable in imports.IMPORTABLES:
            register_importable(importable)
        undoing.register()
        _register_search()


def _register_search() -> None:
    from emporion.kernel.search import Searched, register_search
    from emporion.records.catalog.models import Product

    register_search(Product, Searched(("name", "code")))
