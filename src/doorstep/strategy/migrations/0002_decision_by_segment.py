from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("strategy", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="decision", name="decision_day"),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["as_of", "segment", "case"], name="decision_segment"),
        ),
    ]
