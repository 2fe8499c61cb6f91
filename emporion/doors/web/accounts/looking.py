"""Who acts on these pages: always whoever signed in, never whom they look as."""

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.records.customers.queries import today
from emporion.records.team.queries import viewer_for


def own_viewer(user: User) -> Viewer:
    """The user as themselves."""
    return viewer_for(user, today())
