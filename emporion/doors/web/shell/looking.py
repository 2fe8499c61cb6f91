"""Who looks at a page."""

from django.http import HttpRequest

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.records.customers.queries import today
from emporion.records.team.queries import viewer_for

VIEWING_AS = "viewing_as"  # in the session: the user whose pages an administrator looks at


def looking(request: HttpRequest) -> Viewer:
    """The viewer of this request. Whoever looks as somebody else sees what they see and may change nothing."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("nobody has signed in")
    own = viewer_for(user, today())
    other_id = request.session.get(VIEWING_AS)
    if other_id is None or not own.may(Permission.ADMINISTER):
        return own
    other = User.objects.select_related("access_role").filter(pk=other_id, is_active=True).first()
    return own if other is None else _reading_only(viewer_for(other, today()))


def _reading_only(viewer: Viewer) -> Viewer:
    from dataclasses import replace

    kept = viewer.permissions & {Permission.SEE_COST, Permission.SEE_PAY}
    return replace(viewer, permissions=kept)
