from django.utils import translation

from kanal.identity.countries import COUNTRIES, country_choices, country_name


def test_all_countries_of_the_standard_are_there_in_both_languages() -> None:
    assert len(COUNTRIES) == 249
    assert all(english and vietnamese for english, vietnamese in COUNTRIES.values())
    assert list(COUNTRIES) == sorted(COUNTRIES)


def test_names_follow_the_reader() -> None:
    """ID-7"""
    with translation.override("vi"):
        assert country_name("DE") == "Đức"
        assert country_choices()[:3] == [("VN", "Việt Nam"), ("SA", "Ả Rập Xê Út"), ("AF", "Afghanistan")]
    with translation.override("en"):
        assert country_name("DE") == "Germany"
        assert [code for code, _name in country_choices()[:3]] == ["VN", "AF", "AX"]
    assert country_name("XX") == "XX"
