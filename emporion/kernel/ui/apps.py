"""What every page is made of: the layout, lists, forms, numbers as people write them."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """kernel.ui."""

    name = "emporion.kernel.ui"
    label = "ui"
