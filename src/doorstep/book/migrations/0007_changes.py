"""Kinds of changes, proposals that wait for a second signature, and what one signature may do.

SQLite makes the events' table anew to change its check, and its triggers go with the old one, so
they are made again.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


_EVENTS = import_module("doorstep.book.migrations.0002_events_are_append_only")


def forbid_again(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        _EVENTS.forbid(apps, schema_editor)


def allow_again(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        _EVENTS.allow(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('book', '0006_notes_of_imports'),
        ('people', '0002_given_answer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.BigIntegerField()),
                ('set_at', models.DateTimeField()),
                ('set_by', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='ChangeSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ProposedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loan_id', models.CharField(max_length=64, verbose_name='loan')),
                ('kind', models.CharField(max_length=12, verbose_name='kind')),
                ('external_id', models.CharField(max_length=100, verbose_name='external id')),
                ('on', models.DateField(verbose_name='on')),
                ('amount', models.BigIntegerField(default=0, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('data', models.JSONField(default=dict)),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('proposed_by', models.CharField(max_length=80, verbose_name='proposed by')),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=80)),
                ('withdrawn', models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='bookevent',
            name='book_event_kind',
        ),
        migrations.AlterField(
            model_name='bookevent',
            name='kind',
            field=models.CharField(choices=[('payment', 'payment'), ('reversal', 'reversal'), ('verification', 'verification'), ('waiver', 'waiver'), ('charge', 'charge'), ('pause', 'pause'), ('resume', 'resume'), ('refund', 'refund'), ('write_off', 'write-off'), ('re_age', 're-ageing'), ('dispute', 'dispute'), ('dispute_end', 'end of a dispute'), ('use_credit', 'use of the credit'), ('chargeback', 'chargeback'), ('penalty_rate', 'penalty rate')], max_length=12, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='bookevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['payment', 'reversal', 'verification', 'waiver', 'charge', 'pause', 'resume', 'refund', 'write_off', 're_age', 'dispute', 'dispute_end', 'use_credit', 'chargeback', 'penalty_rate'])), name='book_event_kind'),
        ),
        migrations.RunPython(forbid_again, allow_again),
        migrations.AddField(
            model_name='changelimit',
            name='lender',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='changesignature',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='agency',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='lender',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='mandate',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.mandate'),
        ),
        migrations.AddField(
            model_name='changesignature',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='book.proposedchange'),
        ),
        migrations.AddIndex(
            model_name='changelimit',
            index=models.Index(fields=['lender', 'currency', '-id'], name='book_limit_newest'),
        ),
        migrations.AddConstraint(
            model_name='changelimit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 10000000000000)), name='book_limit_amount'),
        ),
        migrations.AddIndex(
            model_name='proposedchange',
            index=models.Index(fields=['lender', 'loan_id', 'id'], name='book_proposal_loan'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.UniqueConstraint(fields=('lender', 'external_id'), name='book_proposal_once'),
        ),
        migrations.AddConstraint(
            model_name='changesignature',
            constraint=models.UniqueConstraint(fields=('proposal', 'user'), name='book_signature_once'),
        ),
    ]
