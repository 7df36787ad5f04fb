"""The hint beside a day's field."""

from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override

from kanal.web.days import hint_for, read_day

TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("day", "hint"),
    [
        (date(2026, 3, 18), "Wednesday, today"),
        (date(2026, 3, 19), "Thursday, 1 working day from today"),
        (date(2026, 3, 23), "Monday, 3 working days from today"),
        (date(2026, 3, 17), "Tuesday, 1 working day ago"),
        (date(2026, 3, 21), "Saturday is not a working day; the next one is 23 Mar 2026"),
        (date(2031, 3, 21), "Friday"),
    ],
)
def test_says_how_many_working_days_away(day: date, hint: str) -> None:
    with override("en"):
        assert hint_for(day, TODAY) == hint


def test_names_a_holiday() -> None:
    with override("en"):
        assert hint_for(date(2026, 9, 2), TODAY).startswith("Wednesday (")


@pytest.mark.parametrize("text", ["", "soon", "99/99/9999", "<b>"])
def test_what_is_no_day_has_no_hint(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.django_db
def test_answers_whatever_the_field_is_called() -> None:
    response = Client().get("/days/", {"starts": "21/03/2026"}, headers={"accept-language": "en"})
    assert "not a working day" in response.text
    assert Client().get("/days/").text == ""
