"""Customers as a Django app."""

from django.apps import AppConfig

_PERSON = ("given_name", "patronymic", "family_name")
_CUSTOMER = ("name", *_PERSON, "code", "tax_id", "city")
_CONTACT = (*_PERSON, "code", "position")


class CustomersConfig(AppConfig):
    """records.customers."""

    name = "emporion.records.customers"
    label = "customers"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_codes, register_source
        from emporion.kernel.ui.warming import register_first
        from emporion.records.customers import imports, queries, reach, undoing
        from emporion.records.customers.actions import base
        from emporion.records.team.reposting import register_repost

        register_source(base.FACT_SOURCE)
        register_codes("customer_id", queries.customer_codes)
        register_repost(base.SUBJECT, queries.customers_of_member)
        for importable in imports.IMPORTABLES:
            register_importable(importable)
        undoing.register()
        register_first(reach.learn_weights)
        _register_search()


def _register_search() -> None:
    from emporion.kernel.search import Searched, register_search
    from emporion.records.customers.models import Contact, Customer

    register_search(
        Contact, Searched(_CONTACT, phones=("phone", "mobile"), emails=("email",), through=("customer",))
    )
    register_search(Customer, Searched(_CUSTOMER, phones=("phone",), emails=("email",)))
