"""What was put away comes back whole, or not at all; the drill destroys and compares everything."""

import hashlib
import json
import os
import stat
import tarfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from kanal.cli import CannotGoOn, _archive, restore
from kanal.cli._archive import Manifest, read_archive, write_archive
from kanal.cli.backup import back_up
from kanal.kit.postgres import APPLICATION, OWNER
from tests import database
from tests.operations.digests import digest_of_tables
from tests.world import a_world


@pytest.fixture
def house(own_database: str, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database with people in it, one stored file, and settings that call the server somebody else's."""
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    settings.EMBEDDED = False  # type: ignore[attr-defined]
    a_world()
    keep(tmp_path / "files" / "ab" / "abc", b"a contract")
    connections.close_all()
    yield own_database
    connections.close_all()


def keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def owner(name: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(database.server().url(OWNER, name), autocommit=True)


def carry_out(file: Path, replace: str | None = None) -> int:
    connections.close_all()
    try:
        return restore.carry_out(Namespace(file=file, replace=replace))
    finally:
        connections.close_all()


def test_it_holds_everything_and_is_for_its_owner_alone(house: str, tmp_path: Path) -> None:
    keep(tmp_path / "files" / ".incoming" / "half", b"being handed in")
    path, manifest = back_up(tmp_path / "one.kanal")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(manifest.parts) == {"database.dump", "files/ab/abc"}
    assert manifest.parts["files/ab/abc"] == hashlib.sha256(b"a contract").hexdigest()
    assert read_archive(path) == manifest
    assert "identity.0001_initial" in manifest.migrations
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_it_never_overwrites_another(house: str, tmp_path: Path) -> None:
    back_up(tmp_path / "one.kanal")
    with pytest.raises(CannotGoOn, match="is there already"):
        back_up(tmp_path / "one.kanal")


def test_it_has_a_place_of_its_own(house: str, tmp_path: Path) -> None:
    path, _ = back_up(None)
    assert path.parent == tmp_path / "backups"
    assert path.name.endswith(".kanal")


def test_everything_comes_back_after_everything_was_lost(house: str, tmp_path: Path) -> None:
    """The drill: each table's digest and each file are what they were, and the rights are set again."""
    before = digest_of_tables(house)
    path, _ = back_up(tmp_path / "one.kanal")
    with owner(house) as session:
        session.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    (tmp_path / "files" / "ab" / "abc").unlink()
    keep(tmp_path / "files" / "zz" / "later", b"stored since")

    assert carry_out(path) == 0

    assert digest_of_tables(house) == before
    assert (tmp_path / "files" / "ab" / "abc").read_bytes() == b"a contract"
    assert not (tmp_path / "files" / "zz").exists()
    with (
        psycopg.connect(database.server().url(APPLICATION, house)) as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute("UPDATE identity_book SET opened_at = now()")


def test_what_is_there_is_only_replaced_by_its_name(
    house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = back_up(tmp_path / "one.kanal")
    before = digest_of_tables(house)
    with owner(house) as session:
        session.execute("UPDATE identity_person SET name = 'Someone else'")
    since = digest_of_tables(house)
    assert since != before

    with pytest.raises(CannotGoOn, match=f"is not empty .* --replace {house}"):
        carry_out(path)
    with pytest.raises(CannotGoOn, match="nothing was changed"):
        carry_out(path, "another")
    with pytest.raises(CannotGoOn, match="nothing was changed"):
        carry_out(path, "")  # nobody sits at a terminal
    assert digest_of_tables(house) == since

    carry_out(path, house)
    assert digest_of_tables(house) == before


def test_a_restoring_that_fails_leaves_what_was_there(
    house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = back_up(tmp_path / "one.kanal")
    before = digest_of_tables(house)
    monkeypatch.setattr("kanal.kit.db.migrate.migrate_database", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        carry_out(path, house)

    assert digest_of_tables(house) == before
    with owner(house) as session:
        assert session.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'before_restore'").fetchone() is None


def test_a_restoring_that_was_killed_is_noticed_and_undone(house: str, tmp_path: Path) -> None:
    from kanal.cli._database import refuse_half_restored

    path, _ = back_up(tmp_path / "one.kanal")
    before = digest_of_tables(house)
    with owner(house) as session:
        session.execute("ALTER SCHEMA public RENAME TO before_restore; CREATE SCHEMA public")

    with pytest.raises(CannotGoOn, match="was cut off here"):
        refuse_half_restored()
    carry_out(path, house)

    assert digest_of_tables(house) == before


def test_nothing_is_restored_under_the_feet_of_those_who_work(house: str, tmp_path: Path) -> None:
    path, _ = back_up(tmp_path / "one.kanal")
    with (
        psycopg.connect(database.server().url(APPLICATION, house)),
        pytest.raises(CannotGoOn, match=r"1 connections use the database .*: stop web and worker first"),
    ):
        carry_out(path, house)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One whose dump was never made by PostgreSQL: it is refused before anybody looks inside."""
    keep(tmp_path / "stored" / "ab" / "abc", b"a contract" * 1000)
    keep(tmp_path / "dump", os.urandom(100_000))
    manifest = Manifest(made_at="now", kanal="0", database="kanal", server=180000, dumped_by=18, migrations=[])
    write_archive(tmp_path / "one.kanal", dump=tmp_path / "dump", files=tmp_path / "stored", manifest=manifest)
    assert read_archive(tmp_path / "one.kanal") == manifest
    return tmp_path / "one.kanal"


@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.9, 0.97, 0.995])
def test_an_archive_with_one_bit_changed_is_refused(archive: Path, where: float) -> None:
    content = bytearray(archive.read_bytes().rstrip(b"\0"))
    content[int(len(content) * where)] ^= 1
    archive.write_bytes(content)
    with pytest.raises(CannotGoOn, match="is damaged"):
        read_archive(archive)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_an_archive_that_was_cut_off_is_refused(archive: Path, share: float) -> None:
    os.truncate(archive, int(archive.stat().st_size * share))
    with pytest.raises(CannotGoOn, match="is damaged"):
        read_archive(archive)


def test_a_damaged_archive_touches_nothing(house: str, archive: Path) -> None:
    before = digest_of_tables(house)
    os.truncate(archive, archive.stat().st_size // 2)
    with pytest.raises(CannotGoOn, match="is damaged"):
        carry_out(archive, house)
    assert digest_of_tables(house) == before


def test_a_part_that_was_taken_out_is_missed(archive: Path, tmp_path: Path) -> None:
    less = tmp_path / "less.kanal"
    with tarfile.open(archive) as whole, tarfile.open(less, "w") as rest:
        for part in whole:
            if part.name != "files/ab/abc":
                rest.addfile(part, whole.extractfile(part))
    with pytest.raises(CannotGoOn, match="files/ab/abc is missing"):
        read_archive(less)


def test_an_archive_of_a_newer_kanal_is_refused(house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with owner(house) as session:
        session.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('kit', '0099_later', now())")
    path, _ = back_up(tmp_path / "one.kanal")
    with pytest.raises(CannotGoOn, match=r"probably newer Kanal \(.*kit.0099_later\)"):
        carry_out(path, house)

    monkeypatch.setattr(_archive, "FORMAT", 0)
    with pytest.raises(CannotGoOn, match="was made by a newer Kanal"):
        carry_out(path, house)


def test_a_part_whose_name_leads_elsewhere_is_never_written(tmp_path: Path) -> None:
    evil = tmp_path / "evil.kanal"
    with tarfile.open(evil, "w") as archive:
        for name in ("../outside", "/tmp/kanal-outside", "files/../../outside"):  # noqa: S108 - what an attacker writes
            _archive.add_text(archive, name, b"x")
        words = json.dumps(
            {"made_at": "", "kanal": "", "database": "", "server": 0, "dumped_by": 0, "migrations": [], "parts": {}}
        ).encode()
        _archive.add_text(archive, _archive.MANIFEST, words)
        _archive.add_text(archive, _archive.SEAL, hashlib.sha256(words).hexdigest().encode())
    read_archive(evil, into=tmp_path / "into")
    assert [path.name for path in tmp_path.iterdir()] == ["evil.kanal"]


def test_a_file_that_is_not_there_or_no_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="there is no file"):
        read_archive(tmp_path / "none")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(CannotGoOn, match="is damaged"):
        read_archive(tmp_path / "text")
