"""What people tell of a product becomes a history; an allocation order told so far is its start."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def keep_orders(apps, schema_editor):
    told = apps.get_model("book", "Product").objects.filter(order__isnull=False).order_by("id")
    setting = apps.get_model("book", "ProductSetting")
    for product in told:
        setting.objects.create(
            product=product,
            terms={"order": product.order},
            reason="the allocation order as it was set before this version",
            set_at=timezone.now(),
            set_by="upgrade",
        )


class Migration(migrations.Migration):

    dependencies = [
        ('book', '0007_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('terms', models.JSONField(default=dict, verbose_name='terms')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('set_at', models.DateTimeField(verbose_name='set at')),
                ('set_by', models.CharField(max_length=80, verbose_name='set by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='book.product')),
            ],
            options={
                'indexes': [models.Index(fields=['product', '-id'], name='book_setting_newest')],
            },
        ),
        migrations.RunPython(keep_orders, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='product',
            name='order',
        ),
    ]
