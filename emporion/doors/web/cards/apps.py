"""Cards: one customer, order, deal or person with all that belongs to them."""

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """doors.web.cards."""

    name = "emporion.doors.web.cards"
    label = "cards"

    def ready(self) -> None:
        from emporion.kernel.ui.links import register_card

        for subject in ("customer", "contact", "order", "payment", "contract", "product"):
            register_card(subject, f"cards:{subject}")
        for subject in ("deal", "activity", "task", "territory"):
            register_card(subject, f"cards:{subject}")
