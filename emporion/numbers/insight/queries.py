"""Reading the forecasts that were computed."""

import hashlib

from emporion.kernel.access.viewer import Viewer
from emporion.numbers.insight.asking import Wish
from emporion.numbers.insight.models import StoredForecast

ALL = "all"


def reach_of(viewer: Viewer) -> str:
    """The same for viewers who see the same: a forecast is shown to no one who sees less, or else, than it was made
    of."""
    if viewer.sees_all:
        return ALL
    seen = [viewer.scope, viewer.member_id, sorted(viewer.member_ids), sorted(viewer.territory_ids)]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def stored_forecast(wish: Wish, viewer: Viewer) -> StoredForecast | None:
    """What was computed, or is being computed, of that wish for those who see as much. One query."""
    return StoredForecast.objects.filter(reach=reach_of(viewer), key=wish.key).first()
