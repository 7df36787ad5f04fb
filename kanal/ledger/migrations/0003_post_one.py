"""The posting of one transfer, with fewer expressions for plpgsql to make ready in every transaction."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_functions")]
    operations = [
        migrations.RunSQL((SQL / "post_one.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
