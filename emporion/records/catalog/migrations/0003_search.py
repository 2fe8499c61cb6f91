"""Records are found by their words."""

from django.db import migrations

from emporion.kernel.search.indexing import search_index


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_recycle_bin")]

    operations = [
        search_index("catalog_product", ("name", "code")),
    ]
