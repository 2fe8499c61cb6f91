"""Who sold an order is found by the seller too, and what a longer index begins with needs none of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_recycle_bin'),
        ('team', '0002_search'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ordercredit',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='team.member'),
        ),
        migrations.AddIndex(
            model_name='ordercredit',
            index=models.Index(fields=['member', 'order'], name='order_credit_of'),
        ),
    ]
