"""Saved views of lists."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from emporion.kernel.errors import Refusal
from emporion.kernel.ui.models import SavedView
from emporion.kernel.ui.requests import PageRequest

LONGEST_QUERY = 4_000  # letters


@require_POST
def save_view(request: PageRequest) -> HttpResponse:
    """Keeps the list as it stands under a name; the same name again replaces it."""
    name = request.POST.get("name", "").strip()[:100]
    if not name:
        raise Refusal("view_without_name", "a saved view needs a name")
    query = request.POST.get("query", "")
    if len(query) > LONGEST_QUERY:
        raise Refusal("view_too_long", f"a saved view holds at most {LONGEST_QUERY} letters of choices")
    SavedView.objects.update_or_create(
        user=request.user,
        page=request.POST.get("page", "")[:60],
        name=name,
        defaults={"query": query},
    )
    return HttpResponseRedirect(safe_return(request))


@require_POST
def remove_view(request: PageRequest, pk: int) -> HttpResponse:
    """Forgets one of one's own saved views."""
    SavedView.objects.filter(pk=pk, user=request.user).delete()
    return HttpResponseRedirect(safe_return(request))


def safe_return(request: PageRequest, fallback: str = "/") -> str:
    """Where the form says to go back to, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    mine = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if mine else fallback
