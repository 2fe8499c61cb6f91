"""Upkeep by the clock. Each may be broken off at any moment and run again."""

from datetime import timedelta

from django_tasks import task

from emporion.kernel.clock import now

QUEUE = "upkeep"
KEPT_RUNS = 30  # days in which one can look up how a job ended


@task(queue_name=QUEUE)
def flush_facts() -> int:
    """Brings new facts into the store, where questions are answered faster. How many.

    It runs every minute: of those that went well only the last stays on record.
    """
    from django_tasks_db.models import DBTaskResult

    from emporion.numbers.metrics.store.flushing import flush

    rows = flush().rows
    DBTaskResult.objects.successful().filter(task_path=f"{__name__}.flush_facts").delete()
    return rows


@task(queue_name=QUEUE)
def compact_store() -> int:
    """Merges the store's many small files. How many months were merged."""
    from emporion.numbers.metrics.store.upkeep import compact

    return compact()


@task(queue_name=QUEUE)
def vacuum_store() -> int:
    """Removes files of the store that nobody reads any more. How many."""
    from emporion.numbers.metrics.store.upkeep import vacuum

    return vacuum()


@task(queue_name=QUEUE)
def back_up() -> str:
    """Makes a backup, then removes those whose time is over. The name of the file."""
    from emporion.doors.operations.backups.keeping import back_up_by_schedule

    return back_up_by_schedule().name


@task(queue_name=QUEUE)
def clear_old() -> int:
    """Removes sessions that have ended, and records of jobs that ended long ago. How many."""
    from django.contrib.sessions.models import Session
    from django_tasks_db.models import DBTaskResult

    from emporion.kernel.jobs.models import DueRun

    before = now() - timedelta(days=KEPT_RUNS)
    gone = Session.objects.filter(expire_date__lt=now()).delete()[0]
    gone += DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()[0]
    gone += DueRun.objects.filter(due_at__lt=before).delete()[0]
    return gone
