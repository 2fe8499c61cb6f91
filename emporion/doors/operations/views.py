"""The page that programs ask."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from emporion.doors.operations.health import health
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now


@login_not_required
@never_cache
@require_safe
def health_page(request: HttpRequest) -> JsonResponse:
    """200 where all is well, 503 where not; strangers learn no more than that, those who administer learn why."""
    found = health(at=now())
    status = HTTPStatus.OK if found.ok else HTTPStatus.SERVICE_UNAVAILABLE
    may_know = not found.database and _administers(request)
    return JsonResponse(found.details() if may_know else {"ok": found.ok}, status=status)


def _administers(request: HttpRequest) -> bool:
    user = request.user
    if not user.is_authenticated:
        return False
    return bool(request.viewer.may(Permission.ADMINISTER))  # type: ignore[attr-defined]  # the shell gives it
