"""ID-7 What a person sees of Kanal."""

from datetime import datetime

import pytest

from kanal.audit.models import AuditRecord
from kanal.identity.acting import acting
from kanal.identity.models import Person
from kanal.identity.set_preferences import set_preferences
from tests.world import a_person


@pytest.fixture
def lan(db: None) -> Person:
    return a_person("Trần Ngọc Lan", "lan@saomai.example")


def changes_of(person: Person) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(book_id=0, subject_id=str(person.id), action="person.changed"))


def test_the_choice_is_kept_per_person(lan: Person, noon: datetime) -> None:
    """ID-7"""
    khoa = a_person("Lê Đăng Khoa", "khoa@biendong.example")

    set_preferences(person=lan, by=acting(lan, None), at=noon, language="en", theme="DARK", time_zone="Asia/Tokyo")

    lan.refresh_from_db()
    khoa.refresh_from_db()
    assert (lan.language, lan.theme, lan.time_zone) == ("en", "DARK", "Asia/Tokyo")
    assert (khoa.language, khoa.theme, khoa.time_zone) == ("vi", "SYSTEM", "Asia/Ho_Chi_Minh")


def test_only_what_changed_is_recorded(lan: Person, noon: datetime) -> None:
    """ID-7"""
    set_preferences(person=lan, by=acting(lan, None), at=noon, name="Trần Ngọc Lan", language="en", theme="SYSTEM")

    [written] = changes_of(lan)
    assert (written.old, written.new) == ({"language": "vi"}, {"language": "en"})


def test_setting_what_is_already_so_leaves_no_record(lan: Person, noon: datetime) -> None:
    """ID-7"""
    set_preferences(person=lan, by=acting(lan, None), at=noon, language="vi")

    assert changes_of(lan) == []


def test_a_new_name_is_found_by_its_new_letters(lan: Person, noon: datetime) -> None:
    """ID-7"""
    set_preferences(person=lan, by=acting(lan, None), at=noon, name=" Đỗ  Lan ")

    lan.refresh_from_db()
    assert (lan.name, lan.search_key) == ("Đỗ Lan", "do lan lan saomai example")
