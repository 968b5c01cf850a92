"""The last six digits of a case number: a sequence that cycles, so that no two reports wait for each other."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE cases_case_serial MINVALUE 1 MAXVALUE 999999 CACHE 16 CYCLE",
            "DROP SEQUENCE cases_case_serial",
        )
    ]
