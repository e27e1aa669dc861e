"""Each verdict keeps what it rests on, so that it can be given again."""

from importlib import import_module

from django.db import migrations, models

_CHAIN = import_module("doorstep.compliance.migrations.0005_evidence_chain")


def forbid_again(apps, schema_editor):
    _CHAIN.forbid_again(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0005_evidence_chain'),
    ]

    operations = [
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('body', models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name='storedverdict',
            name='grounds',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='storedverdict',
            name='refs',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='storedverdict',
            name='said',
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(forbid_again, migrations.RunPython.noop),
    ]
