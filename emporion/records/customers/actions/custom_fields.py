"""Fields of one's own on customers (CUST-1)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.records.customers.actions.customers import refuse_bad_values
from emporion.records.customers.models import CustomField
from emporion.records.customers.rules import check_field


def define_custom_field(
    *, code: str, name: str, by: Viewer, at: datetime, kind: str = "text", choices: Sequence[str] = ()
) -> CustomField:
    """A field that customers may have from now on. Refuses a code in use, and choices that do not fit the kind."""
    by.require(Permission.ADMINISTER)
    if not code or not name:
        raise Refusal("no_name", "a field needs a code and a name")
    kept = check_field(kind, choices)
    refuse_bad_values(CustomField, {"code": code, "name": name, "kind": kind})
    with transaction.atomic():
        if CustomField.objects.filter(code=code).exists():
            raise Refusal("code_taken", f"another field has the code {code!r}")
        field = CustomField(code=code, name=name, kind=kind, choices=kept)
        field.created_at = field.updated_at = field.touched_at = at
        field.save(force_insert=True)
        new = {"name": name, "kind": kind, "choices": kept}
        record("custom_field.defined", by=by, at=at, subject=f"custom_field:{code}", new=new)
    return field
