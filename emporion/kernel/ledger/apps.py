"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """kernel.ledger."""

    name = "emporion.kernel.ledger"
    label = "ledger"
