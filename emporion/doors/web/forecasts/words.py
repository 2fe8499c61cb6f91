"""The models of a forecast in the reader's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By model, what it is called and what it does.
MODELS: dict[str, tuple[Promise, Promise]] = {
    "run_rate": (
        _("Run-rate × index"),
        _("What a usual month brings now, times how good the month usually is."),
    ),
    "seasonal_naive": (_("As last year"), _("The same month of the last year, said again.")),
    "holt_winters": (
        _("Holt-Winters"),
        _("Level, trend and season, each smoothed: what is recent counts more."),
    ),
    "theta": (_("Theta"), _("The season taken out, then half of the long trend and a smoothed level.")),
    "stl": (_("STL with smoothing"), _("The season taken out robustly, the rest smoothed with its trend.")),
}


def model_label(name: str) -> str:
    """What a model is called."""
    return str(MODELS[name][0]) if name in MODELS else name


def model_meaning(name: str) -> str:
    """What a model does."""
    return str(MODELS[name][1]) if name in MODELS else ""
