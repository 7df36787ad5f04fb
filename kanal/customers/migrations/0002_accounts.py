"""The view of a partner's accounts. A change of sql/accounts.sql comes with a migration that loads it again."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("identity", "0001_initial"), ("partners", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "accounts.sql").read_text(encoding="utf-8"), "DROP VIEW public.customers_account"),
    ]
