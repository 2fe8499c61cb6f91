"""An index for the stages of a board. On SQLite no field may be altered here: that would drop the search triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipeline', '0004_one_index_each'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='deal',
            index=models.Index(fields=['stage', 'closed_on', 'expected_on', 'id'], name='deal_on_board'),
        ),
    ]
