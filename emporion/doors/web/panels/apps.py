"""Department, Business, Member, Metric and the facts behind a number."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    """doors.web.panels."""

    name = "emporion.doors.web.panels"
    label = "panels"

    def ready(self) -> None:
        from emporion.kernel.ui.links import register_card
        from emporion.kernel.ui.warming import register_first

        register_first(_ask_once)
        register_card("member", "panels:member")


def _ask_once() -> None:
    from emporion.doors.web.panels.warming import ask_once  # heavy: only a server needs it

    ask_once()
