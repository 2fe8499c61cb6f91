"""Tasks of the clock itself."""

from django_tasks import task

from emporion.kernel.clock import now
from emporion.kernel.jobs.actions import start_due
from emporion.kernel.preferences.queries import preference


@task()
def start_due_runs() -> int:
    """Starts what is due; a worker has it run every minute. How many runs it started."""
    return start_due(at=now(), zone_name=str(preference("zone")))
