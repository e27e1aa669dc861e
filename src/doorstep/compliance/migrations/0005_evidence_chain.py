"""The chain of evidence: links, the gate's seal under each verdict, and tables in which the database
itself refuses to change what was recorded.

A later migration that makes one of these tables anew on SQLite (a changed constraint does) must end
with `forbid_again` of this one: SQLite's triggers go with the old table.
"""

import django.db.models.deletion
from django.db import migrations, models

MAY_CHANGE = {
    "StoredVerdict": {"link_id", "said"},
    "LedgerEntry": {"result"},
    "EvidenceLink": set(),
}
"""What a row may still learn: its link, how an open attempt ended; and the sealed text that was to be
said (from 0006 on) may be erased."""
REFUSES = "SELECT RAISE(ABORT, 'evidence is append-only')"


def seal_what_is_there(apps, schema_editor):
    """Verdicts of before get the seal that every later one is written with."""
    from doorstep.compliance import chained

    model = apps.get_model("compliance", "StoredVerdict")
    fields = [
        f.attname for f in model._meta.concrete_fields if f.attname not in {"seal", "link_id"}
    ]
    batch = []
    for row in model.objects.order_by("pk").iterator(chunk_size=2000):
        content = chained._content("verdict", ((name, getattr(row, name)) for name in fields))
        row.seal = chained.blind("verdict", chained.leaf_of(content).hex())
        batch.append(row)
        if len(batch) == 2000:
            model.objects.bulk_update(batch, ["seal"], batch_size=400)
            batch = []
    model.objects.bulk_update(batch, ["seal"], batch_size=400)


def tables(apps):
    for name, may in MAY_CHANGE.items():
        model = apps.get_model("compliance", name)
        fixed = [f.column for f in model._meta.concrete_fields if f.column not in may]
        yield name, model._meta.db_table, ", ".join(f'"{c}"' for c in fixed)


def forbid(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, table, columns in tables(apps):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {REFUSES}; END"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} "
                f"BEGIN {REFUSES}; END"
            )
            if name == "StoredVerdict":
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_one_link BEFORE UPDATE OF link_id ON {table} "
                    f"WHEN OLD.link_id IS NOT NULL BEGIN {REFUSES}; END"
                )
        return
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION doorstep_evidence() RETURNS trigger AS $$ "
        "BEGIN RAISE EXCEPTION 'evidence is append-only'; END $$ LANGUAGE plpgsql"
    )
    for name, table, columns in tables(apps):
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION doorstep_evidence()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION doorstep_evidence()"
        )
        if name == "StoredVerdict":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_one_link BEFORE UPDATE OF link_id ON {table} "
                "FOR EACH ROW WHEN (OLD.link_id IS NOT NULL) EXECUTE FUNCTION doorstep_evidence()"
            )


def allow(apps, schema_editor):
    for name, table, _ in tables(apps):
        for what in ("no_delete", "no_update", *(["one_link"] if name == "StoredVerdict" else [])):
            on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{what}{on}")


def forbid_again(apps, schema_editor):
    """The same triggers over the columns of now."""
    allow(apps, schema_editor)
    forbid(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('casefile', '0004_fact_kinds_grow'),
        ('compliance', '0004_consents_grow'),
        ('people', '0003_licence_to_lend'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedverdict',
            name='seal',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.CreateModel(
            name='EvidenceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('kind', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('count', models.IntegerField()),
                ('upto', models.BigIntegerField(default=0)),
                ('ids', models.BinaryField()),
                ('leaves', models.BinaryField()),
                ('root', models.CharField(max_length=64)),
                ('before', models.CharField(max_length=64)),
                ('head', models.CharField(max_length=64)),
                ('lender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='storedverdict',
            name='link',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.evidencelink'),
        ),
        migrations.AddIndex(
            model_name='storedverdict',
            index=models.Index(condition=models.Q(('link__isnull', True)), fields=['lender'], name='verdict_unchained'),
        ),
        migrations.AddConstraint(
            model_name='evidencelink',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['verdict', 'fact'])), name='link_kind'),
        ),
        migrations.AddConstraint(
            model_name='evidencelink',
            constraint=models.UniqueConstraint(fields=('lender', 'number'), name='link_number'),
        ),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(forbid, allow),
    ]
