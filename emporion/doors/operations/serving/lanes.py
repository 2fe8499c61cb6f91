"""Taking jobs from their queue and carrying them out, one after another."""

import logging
import threading
from typing import Any, cast

from django.db import close_old_connections, transaction
from django.db.utils import InterfaceError, OperationalError
from django_tasks.base import TaskContext, TaskResult, TaskResultStatus
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult

from emporion.doors.operations.serving.stopping import Interrupted

log = logging.getLogger("emporion.jobs")
LOOKED_EVERY = 0.5  # seconds
MOST_ATTEMPTS = 5  # a job that took its worker down so often would take the next one down too
Job = DBTaskResult[Any, Any]


def work(queue: str, worker: str, stop: threading.Event) -> None:
    """Carries out the queue's jobs until it is told to stop. A database that does not answer is waited for."""
    pause = LOOKED_EVERY
    while not stop.wait(pause):
        close_old_connections()
        try:
            pause = 0 if work_one(queue, worker) else LOOKED_EVERY
        except (OperationalError, InterfaceError):
            log.exception("the database does not answer")
            pause = 5


def work_one(queue: str, worker: str) -> bool:
    """Takes one job that is ready and carries it out; whether there was one."""
    job = _take(queue, worker)
    if job is None:
        return False
    try:
        _carry_out(job)
    except Interrupted:
        _give_back(job)
        raise
    return True


def take_back_abandoned(worker: str) -> int:
    """Jobs that this worker had in hand when it died go back into the queue; how many. Call it before `work`."""
    count = 0
    for job in DBTaskResult.objects.running():
        if job.worker_ids and job.worker_ids[-1] == worker:
            count += 1
            _give_back(job)
    return count


def _take(queue: str, worker: str) -> Job | None:
    ready = DBTaskResult.objects.ready().filter(queue_name=queue)
    if not ready.exists():  # asked without the lock that writers wait for
        return None
    with transaction.atomic():
        job: Job | None = ready.get_locked()
        if job is not None:
            job.claim(worker)
    return job


def _carry_out(job: Job) -> None:
    result = job.task_result
    sender = type(job.task.get_backend())
    task_started.send(sender=sender, task_result=result)
    log.info("job begins", extra={"facts": _facts(job)})
    try:
        context = (
            (TaskContext(task_result=cast("TaskResult[Any]", result)),) if job.task.takes_context else ()
        )
        job.set_successful(job.task.call(*context, *result.args, **result.kwargs))
    except Interrupted:
        raise
    except BaseException as failure:  # whatever a job raises is its own failure, not the worker's
        log.exception("job failed", extra={"facts": _facts(job)})
        job.set_failed(failure)
    else:
        log.info("job done", extra={"facts": _facts(job)})
    task_finished.send(sender=sender, task_result=job.task_result)


def _give_back(job: Job) -> None:
    if len(job.worker_ids) >= MOST_ATTEMPTS:
        job.set_failed(RuntimeError(f"broken off {MOST_ATTEMPTS} times"))
        return
    DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.READY, started_at=None
    )
    log.warning("job goes back into the queue", extra={"facts": _facts(job)})


def _facts(job: Job) -> dict[str, object]:
    return {"job": str(job.pk), "task": job.task_path.rsplit(".", 1)[-1], "attempt": len(job.worker_ids)}
