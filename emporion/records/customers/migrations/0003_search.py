"""Records are found by their words."""

from django.db import migrations

from emporion.kernel.search.indexing import search_index


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_recycle_bin")]

    operations = [
        search_index(
            "customers_customer",
            ("name", "given_name", "patronymic", "family_name", "code", "tax_id", "city"),
            phones=("phone",),
            emails=("email",),
        ),
        search_index(
            "customers_contact",
            ("given_name", "patronymic", "family_name", "code", "position"),
            phones=("phone", "mobile"),
            emails=("email",),
        ),
    ]
