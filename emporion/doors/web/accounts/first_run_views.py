"""The first run: an empty installation gets whoever administers it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from emporion.doors.web.accounts.actions import begin_installation
from emporion.doors.web.accounts.forms.settings import FirstRunForm
from emporion.doors.web.accounts.sign_in_views import begin_session
from emporion.doors.web.accounts.tasks import make_demo_company
from emporion.kernel.access.first_run import is_first_run, is_first_run_token, token_file
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.preferences.queries import preferences
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest

_SETTINGS = ("company_name", "base_currency", "zone", "holidays_country")


@login_not_required
@never_cache
@sensitive_post_parameters()
def first_run(request: HttpRequest) -> HttpResponse:
    """Names whoever administers, and the company. Only while nobody can sign in, and only with the token."""
    if not is_first_run():
        return redirect("account_login")
    token = request.POST.get("token") or request.GET.get("token", "")
    known = is_first_run_token(token)
    initial = {**preferences(), "token": token if known else "", "language": get_language()}
    form = FirstRunForm(request.POST or None, initial=initial, token_known=known)
    if request.method == "POST" and form.is_valid():
        made: list[User] = []
        if form.act(lambda: made.append(_begin(form))):
            begin_session(request, made[0])
            return redirect("accounts:start")
    shown = {"form": form, "token_known": known, "token_file": token_file().name}
    return render(request, "accounts/first_run.html", shown)


def _begin(form: FirstRunForm) -> User:
    given = form.cleaned_data
    details = {name: given[name] for name in ("first_name", "last_name", "email", "language", "zone")}
    return begin_installation(
        token=given["token"],
        name=given["username"],
        password=given["password"],
        details=details,
        settings={name: given[name] for name in _SETTINGS},
        at=now(),
    )


@needs(Permission.ADMINISTER)
def start(request: PageRequest) -> HttpResponse:
    """What an empty product can begin with."""
    known = {"title": _("How do you want to begin?"), "is_empty": not LedgerFact.objects.exists()}
    return render(request, "accounts/start.html", known)


@require_POST
@needs(Permission.ADMINISTER)
def start_demo(request: PageRequest) -> HttpResponse:
    """Has the made-up company made, as a job."""
    make_demo_company.enqueue(request.user.pk)
    return render(
        request, "accounts/start.html", {"title": _("The made-up company is being made"), "started": True}
    )
