"""The views of movements. A change of sql/movements.sql comes with a migration that loads it again."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("ledger", "0002_functions")]
    operations = [
        migrations.RunSQL(
            (SQL / "movements.sql").read_text(encoding="utf-8"),
            "DROP VIEW public.reports_movement; DROP VIEW public.reports_leg",
        ),
    ]
