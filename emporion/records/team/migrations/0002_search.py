"""Records are found by their words."""

from django.db import migrations

from emporion.kernel.search.indexing import search_index


class Migration(migrations.Migration):
    dependencies = [("team", "0001_initial")]

    operations = [
        search_index("team_member", ("name", "code"), phones=("work_phone",), emails=("email",)),
    ]
