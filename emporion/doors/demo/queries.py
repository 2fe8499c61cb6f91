"""Whether this is the made-up company, and as whom one may look around in it."""

from typing import NamedTuple

from emporion.doors.demo.models import DemoCompany, DemoUser
from emporion.kernel.clock import local_day, now
from emporion.kernel.preferences.queries import preference
from emporion.records.team.queries import Places


class SignIn(NamedTuple):
    """Someone as whom one may sign in with one click: `role` says how far they see, `member_role` what they do."""

    username: str
    role: str
    full_name: str
    member_role: str


def demo_company() -> DemoCompany | None:
    """What this installation's made-up company is, complete or not; None: this is a real installation. One query."""
    return DemoCompany.objects.first()


def demo_users() -> list[SignIn]:
    """The people of the made-up company as whom one may sign in, in the order to show them; empty everywhere else and
    while it is not complete. Up to four queries."""
    if not DemoCompany.objects.filter(made_at__isnull=False).exists():
        return []
    users = DemoUser.objects.filter(user__is_active=True).order_by("position")
    rows = list(
        users.values_list(
            "user__username", "user__access_role__code", "user__member__name", "user__member__id"
        )
    )
    places = Places.load([row[3] for row in rows])
    today = local_day(now(), str(preference("zone")))
    return [
        SignIn(username, role or "", name or username, places.on(member_id, today).role or "")
        for username, role, name, member_id in rows
    ]
