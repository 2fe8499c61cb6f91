"""Records are found by their words."""

from django.db import migrations

from emporion.kernel.search.indexing import search_index


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_recycle_bin")]

    operations = [
        search_index("activities_task", ("title", "code")),
    ]
