"""Drawdown, interest rate, new instalments and rescheduling are kinds of events.

SQLite makes the events' table anew to change its check, and its triggers go with the old one, so
they are made again.
"""

from importlib import import_module

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
        ('book', '0008_product_settings'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bookevent',
            name='book_event_kind',
        ),
        migrations.AlterField(
            model_name='bookevent',
            name='kind',
            field=models.CharField(choices=[('payment', 'payment'), ('reversal', 'reversal'), ('verification', 'verification'), ('waiver', 'waiver'), ('charge', 'charge'), ('pause', 'pause'), ('resume', 'resume'), ('refund', 'refund'), ('write_off', 'write-off'), ('re_age', 're-ageing'), ('dispute', 'dispute'), ('dispute_end', 'end of a dispute'), ('use_credit', 'use of the credit'), ('chargeback', 'chargeback'), ('penalty_rate', 'penalty rate'), ('disbursement', 'drawdown'), ('rate_change', 'interest rate'), ('reamortise', 'new instalments'), ('reschedule', 'rescheduling')], max_length=12, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='bookevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['payment', 'reversal', 'verification', 'waiver', 'charge', 'pause', 'resume', 'refund', 'write_off', 're_age', 'dispute', 'dispute_end', 'use_credit', 'chargeback', 'penalty_rate', 'disbursement', 'rate_change', 'reamortise', 'reschedule'])), name='book_event_kind'),
        ),
        migrations.RunPython(forbid_again, allow_again),
    ]
