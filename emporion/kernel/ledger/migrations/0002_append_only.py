"""The database refuses to change what was posted or closed."""

from django.db import migrations

from emporion.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [append_only("ledger_fact"), append_only("ledger_closing"), append_only("ledger_epoch")]
