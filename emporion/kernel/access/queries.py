"""Reading who may sign in."""

from django.db.models import QuerySet

from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.errors import Refusal


def users(viewer: Viewer) -> QuerySet[User]:
    """Everyone who may sign in or could once, with their roles; only for who administers."""
    viewer.require(Permission.ADMINISTER)
    return User.objects.select_related("access_role")


def user_of(viewer: Viewer, user_id: int) -> User:
    """That user; only for who administers. Refuses one who does not exist."""
    found = users(viewer).filter(pk=user_id).first()
    if found is None:
        raise Refusal("no_such_user", "there is no such user")
    return found


def roles(viewer: Viewer) -> QuerySet[AccessRole]:
    """All roles; only for who administers."""
    viewer.require(Permission.ADMINISTER)
    return AccessRole.objects.order_by("id")


def role_of(viewer: Viewer, role_id: int) -> AccessRole:
    """That role; only for who administers. Refuses one that does not exist."""
    found = roles(viewer).filter(pk=role_id).first()
    if found is None:
        raise Refusal("no_such_role", "there is no such role")
    return found


def administrators() -> QuerySet[User]:
    """Those who may sign in and administer."""
    codes = [role.pk for role in AccessRole.objects.all() if Permission.ADMINISTER in role.granted()]
    return User.objects.filter(is_active=True, access_role__in=codes)
