"""Those who may sign in."""

from typing import TYPE_CHECKING

import click

from emporion.doors.terminal.options import as_json, as_user, viewer_of
from emporion.doors.terminal.output import hint, print_json, print_table, say
from emporion.doors.terminal.readiness import ensure_ready, ensure_there

if TYPE_CHECKING:
    from datetime import datetime

    from emporion.kernel.access.viewer import Viewer


@click.group("user")
def user_command() -> None:
    """People who may sign in, and how far they see."""


@user_command.command("create")
@click.argument("name")
@click.option("--role", required=True, metavar="ROLE", help="rep, head, zone_manager, director, auditor, …")
@click.option("--member", metavar="CODE", help="Who they are in the team.")
@click.option("--email", default="", help="Their address.")
@as_user
def create(*, name: str, role: str, member: str | None, email: str, user: str | None) -> None:
    """Make a user; with --member they see the records of that person, and of their team if the role sees it."""
    if not name.strip():
        raise click.UsageError("a user needs a name")
    ensure_ready()
    from django.db import transaction

    from emporion.kernel.access.actions import create_user
    from emporion.kernel.clock import now

    by, at = viewer_of(user), now()
    with transaction.atomic():
        made = create_user(name=name, role=role, email=email, by=by, at=at)
        if member is not None:
            _join(made.pk, member, by, at)
    hint(f"See what they see: emporion measure revenue --by member --as {name}")


@user_command.command("list")
@as_json
def list_users(*, json_: bool) -> None:
    """All users with their roles."""
    ensure_there()
    from emporion.kernel.access.models import User

    users = User.objects.order_by("username").values_list("username", "access_role__code", "member__code")
    rows = [{"name": name, "role": role, "member": member} for name, role, member in users]
    if json_:
        print_json(rows)
    else:
        print_table(["name", "role", "member"], rows)


@user_command.command("link")
@click.argument("name")
@click.option(
    "--at",
    "start",
    metavar="ADDRESS",
    help="Where the pages are served; without it EMPORION_ADDRESS, or http://localhost:8000/.",
)
@as_user
def link(*, name: str, start: str | None, user: str | None) -> None:
    """Print a link by which a user sets their password: it works once, for three days. Whoever has the machine gets
    back in by it when nobody is left who could send one."""
    ensure_there()
    from django.conf import settings
    from django.urls import reverse

    from emporion.kernel.access.invitations import invite
    from emporion.kernel.access.models import User
    from emporion.kernel.clock import now
    from emporion.kernel.errors import UnknownName

    by = viewer_of(user)
    found = User.objects.filter(username=name).first()
    if found is None:
        raise UnknownName("user", name, [])
    token = invite(user_id=found.pk, by=by, at=now())
    start = start or settings.PUBLIC_ADDRESS or "http://localhost:8000/"
    say(f"{start.rstrip('/')}{reverse('account_set_password_by_link', args=[token])}")


def _join(user_id: int, member_code: str, by: "Viewer", at: "datetime") -> None:
    from emporion.kernel.errors import Refusal
    from emporion.records.team.actions import change_member
    from emporion.records.team.models import Member

    found = Member.objects.filter(code=member_code).first()
    if found is None:
        raise Refusal("unknown_member", f"no member has the code {member_code!r}")
    if found.user_id is not None:
        raise Refusal("member_has_user", f"member {member_code} belongs to another user already")
    change_member(member_id=found.pk, changes={"user_id": user_id}, by=by, at=at)
