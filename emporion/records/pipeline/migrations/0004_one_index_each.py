"""What a longer index begins with needs no index of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipeline', '0003_search'),
        ('team', '0002_search'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dealcredit',
            name='deal',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='credits', to='pipeline.deal'),
        ),
        migrations.AlterField(
            model_name='dealcredit',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='team.member'),
        ),
    ]
