"""Activities as a Django app."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """records.activities."""

    name = "emporion.records.activities"
    label = "activities"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_source
        from emporion.records.activities import actions, imports, queries, undoing
        from emporion.records.activities.models import Activity, Task
        from emporion.records.customers.reach import register_zoned
        from emporion.records.team.reposting import register_repost

        for source in (actions.ACTIVITY_SOURCE, actions.TASK_SOURCE):
            register_source(source)
        for model in (Activity, Task):
            register_zoned(model)
        register_repost(actions.ACTIVITY, queries.activities_of_member)
        register_repost(actions.TASK, queries.tasks_of_member)
        for importable in imports.IMPORTABLES:
            register_importable(importable)
        from emporion.records.activities.views.next_steps import tell_next_steps

        tell_next_steps()
        undoing.register()
        _register_search()


def _register_search() -> None:
    from emporion.kernel.search import Searched, register_search
    from emporion.records.activities.models import Activity, Task

    register_search(Activity, Searched(through=("customer",)))
    register_search(Task, Searched(("title", "code"), through=("customer",)))
