"""Customers as a Django app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """records.customers."""

    name = "emporion.records.customers"
    label = "customers"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_codes, register_source
        from emporion.records.customers import imports, queries
        from emporion.records.customers.actions import base
        from emporion.records.team.reposting import register_repost

        register_source(base.FACT_SOURCE)
        register_codes("customer_id", queries.customer_codes)
        register_repost(base.SUBJECT, queries.customers_of_member)
        for importable in imports.IMPORTABLES:
            register_importable(importable)
