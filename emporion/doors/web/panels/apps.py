"""Department, Business, Member, Metric and the facts behind a number."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    """doors.web.panels."""

    name = "emporion.doors.web.panels"
    label = "panels"

    def ready(self) -> None:
        from emporion.kernel.ui.links import register_card

        register_card("member", "panels:member")
