"""What a longer index begins with needs no index of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_search'),
        ('team', '0002_search'),
    ]

    operations = [
        migrations.AlterField(
            model_name='customerowner',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='owners', to='customers.customer'),
        ),
        migrations.AlterField(
            model_name='customerowner',
            name='member',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='team.member'),
        ),
        migrations.AlterField(
            model_name='customerzone',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='zones', to='customers.customer'),
        ),
        migrations.AlterField(
            model_name='customerzone',
            name='territory',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='team.territory'),
        ),
    ]
