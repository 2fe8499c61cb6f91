"""The database refuses to change the audit log; only a payload may be erased."""

from django.db import migrations

from emporion.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [append_only("audit_entry", may_change=("payload", "salt"))]
