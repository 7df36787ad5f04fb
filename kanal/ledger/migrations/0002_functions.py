"""The SQL of the ledger, from kanal/ledger/sql. A change of a file there comes with a migration that loads it again."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        # Half of each page stays free, so that an account's next state fits beside its last one, off every index.
        migrations.RunSQL("ALTER TABLE ledger_account SET (fillfactor = 50)", migrations.RunSQL.noop),
        *[migrations.RunSQL(path.read_text(encoding="utf-8"), migrations.RunSQL.noop) for path in sorted(SQL.glob("*.sql"))],
    ]
