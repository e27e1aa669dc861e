from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_given_answer'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='licence',
            field=models.CharField(blank=True, choices=[('', 'licence not known'), ('bank', 'bank'), ('consumer_finance', 'consumer finance company'), ('micro_loan', 'micro-loan company'), ('other', 'another licence'), ('none', 'no licence')], default='', max_length=20, verbose_name='licence to lend'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('licence__in', ['', 'bank', 'consumer_finance', 'micro_loan', 'other', 'none'])), name='organisation_licence'),
        ),
    ]
