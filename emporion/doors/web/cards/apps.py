"""Cards: one customer, order, deal or person with all that belongs to them."""

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """doors.web.cards."""

    name = "emporion.doors.web.cards"
    label = "cards"
