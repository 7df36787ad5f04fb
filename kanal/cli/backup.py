"""Put the database and the stored files into one archive, while Kanal runs."""

import tempfile
import time
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

import kanal
from kanal.cli._archive import Manifest, write_archive
from kanal.cli._database import database_running


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, help="where to; under var/backups/ unless said")


def carry_out(options: Namespace) -> int:
    began = time.monotonic()
    with database_running():
        path, manifest = back_up(options.file)
    count = len(manifest.parts) - 1
    print(
        f"{path}: {path.stat().st_size / 1024**2:.1f} MiB, the database and {count} files, "
        f"in {time.monotonic() - began:.1f} s. It holds everything, secrets of people included: keep it safe, "
        "elsewhere, and the settings (KANAL_SECRET_KEY, KANAL_SIGNING_KEY) apart from it.",
    )
    return 0


def back_up(file: Path | None) -> tuple[Path, Manifest]:
    from django.conf import settings
    from django.db import connections

    from kanal.cli._programs import program, run_as_owner
    from kanal.kit.db.migrate import applied_migrations

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_database()")
        server, database = cursor.fetchone() or (0, "")
    pg_dump, major = program("pg_dump", at_least=server // 10000)
    now = datetime.now(UTC)
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"),
        kanal=kanal.__version__,
        database=database,
        server=server,
        dumped_by=major,
        migrations=sorted(f"{app}.{name}" for app, name in applied_migrations()),
    )
    path = (file or Path(settings.VAR) / "backups" / f"kanal-{now:%Y%m%d-%H%M%S}.kanal").absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kanal-backup-", dir=path.parent) as folder:
        dump = Path(folder) / "database.dump"
        # The files come after the dump: whatever its rows name is there by then, and is never deleted.
        run_as_owner(pg_dump, "--dbname", "--format=custom", "--no-owner", "--no-privileges", "--file", str(dump))
        write_archive(path, dump=dump, files=Path(settings.MEDIA_ROOT), manifest=manifest)
    return path, manifest
