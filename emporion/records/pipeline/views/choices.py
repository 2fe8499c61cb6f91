"""What the filters of deals offer: stages, owners and sources, read as one statement, for a page has all of them."""

from typing import Any

from django.db.models import BooleanField, CharField, F, IntegerField, QuerySet, Value

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ui.choosing import OncePerViewer
from emporion.records.pipeline.models import LeadSource, Pipeline, Stage
from emporion.records.team.queries import visible_members

_STAGE, _OWNER, _SOURCE = "stage", "owner", "source"


def stages(viewer: Viewer) -> list[Stage]:
    """All stages with their pipelines, in order."""
    found = [_stage(*row) for what, *row in _offered(viewer) if what == _STAGE]
    return sorted(found, key=lambda one: (one.pipeline.code, one.position))


def owners(viewer: Viewer) -> list[tuple[str, str]]:
    """The people the viewer sees who have not left, by name."""
    return _named(viewer, _OWNER)


def sources(viewer: Viewer) -> list[tuple[str, str]]:
    """Where leads come from, by name."""
    return _named(viewer, _SOURCE)


def _named(viewer: Viewer, wanted: str) -> list[tuple[str, str]]:
    found = sorted((name, code, pk) for what, pk, code, name, *_ in _offered(viewer) if what == wanted)
    return [(str(pk), name or code) for name, code, pk in found]


def _read(viewer: Viewer) -> QuerySet[Any, Any]:
    of_stage = ("position", "outcome", "is_key", "pipeline_id", "pipeline__code", "pipeline__name")
    of_others = (
        *(Value(0, IntegerField()), Value("", CharField()), Value(False, BooleanField())),
        *(Value(0, IntegerField()), Value("", CharField()), Value("", CharField())),
    )
    members = visible_members(viewer).filter(left_on=None)
    return _rows(Stage.objects.all(), _STAGE, *map(F, of_stage)).union(
        _rows(members, _OWNER, *of_others), _rows(LeadSource.objects.all(), _SOURCE, *of_others), all=True
    )


def _rows(records: QuerySet[Any], what: str, *others: Any) -> QuerySet[Any, Any]:
    return records.order_by().values_list(Value(what, CharField()), "pk", "code", "name", *others)


def _stage(pk: int, code: str, name: str, *others: Any) -> Stage:
    position, outcome, is_key, *pipeline = others
    its = Pipeline(**dict(zip(("id", "code", "name"), pipeline, strict=True)))
    told = {"position": position, "outcome": outcome, "is_key": is_key, "pipeline": its}
    return Stage(id=pk, code=code, name=name, **told)


_offered = OncePerViewer(_read)
