"""The job behind the pages of a plan: publishing."""

from django_tasks import task

from emporion.kernel.access.models import User
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.publishing import publish_plan
from emporion.records.customers.queries import today
from emporion.records.team.queries import viewer_for


@task()
def publish(plan_id: int, user_id: int) -> dict[str, str]:
    """Writes a signed plan as targets, or goes on writing; gives what refused it, or nothing."""
    user = User.objects.select_related("access_role").get(pk=user_id)
    plan = Plan.objects.get(pk=plan_id)
    try:
        for _told in publish_plan(plan=plan, by=viewer_for(user, today()), at=now()):
            pass
    except Refusal as refusal:
        return {"name": refusal.name, "text": refusal.text}
    return {}
