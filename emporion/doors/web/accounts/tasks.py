"""What accounts do apart from the page that asked for it."""

from django.db.models import Q
from django_tasks import task

from emporion.doors.web.accounts.looking import own_viewer
from emporion.doors.web.accounts.mailing import mail_link
from emporion.kernel.access.invitations import replace_password
from emporion.kernel.access.models import User
from emporion.kernel.clock import now


@task()
def mail_password_link(login: str, start: str) -> int:
    """Mails a link to set a new password to whoever signs in so, if anybody does; `start` is how the address of the
    link begins. How many were mailed. The page that asks for it takes the same time whoever exists."""
    found = User.objects.filter(Q(username=login) | Q(email__iexact=login), is_active=True).exclude(email="")
    users = list(found)
    for user in users:
        token = replace_password(user_id=user.pk, at=now())
        mail_link(user, f"{start}{token}/", invited=False)
    return len(users)


@task()
def make_demo_company(user_id: int) -> None:
    """Fills an empty installation with the made-up company, for that user, in their language."""
    from emporion.doors.demo.actions import make_demo

    user = User.objects.get(pk=user_id)
    make_demo(by=own_viewer(user), at=now(), language=user.language)
