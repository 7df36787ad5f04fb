"""What an organization says of itself, and what of it can be checked.

ALL-3 Bad input gets a clear refusal and loses nothing typed.
"""

import re
from dataclasses import asdict, dataclass, fields, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.vn import mst

from kanal.identity.countries import COUNTRIES, HOME
from kanal.identity.models import Organization
from kanal.identity.tidy import tidy
from kanal.kit.refusal import Refusal

_PERSONAL_NUMBER = re.compile(r"0\d{11}")  # since July 2025 a citizen's twelve digits are the tax code
_FOREIGN_TAX_CODE = re.compile(r"[0-9A-Z][0-9A-Z ./-]{1,19}")
_NOT_A_NAME = re.compile(r"://|\bwww\.|[<>]", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{5,28}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    name: str
    tax_code: str = ""
    address: str = ""
    province: str = ""
    country: str = HOME
    phone: str = ""
    email: str = ""

    @classmethod
    def of(cls, organization: Organization) -> "Profile":
        return cls(**{field.name: getattr(organization, field.name) for field in fields(cls)})

    def facts(self) -> dict[str, str]:
        return asdict(self)

    def search_words(self) -> str:
        return f"{self.name} {self.tax_code} {self.email}"


@dataclass(eq=False)
class NameMissing(Refusal):
    code = "name_missing"
    field = "name"

    def __str__(self) -> str:
        return _("Give the organization a name.")


@dataclass(eq=False)
class NameUnfit(Refusal):
    """Our mails carry the name: it must not bring a foreign link or mark-up with it."""

    code = "name_unfit"
    field = "name"

    def __str__(self) -> str:
        return _("A name holds no web address and no < or >; write it as people say it.")


@dataclass(eq=False)
class TextTooLong(Refusal):
    code = "text_too_long"
    where: str
    longest: int

    def __str__(self) -> str:
        return _("“%(where)s” holds at most %(longest)d characters; shorten it.") % self.words()


@dataclass(eq=False)
class TaxCodeMissing(Refusal):
    code = "tax_code_missing"
    field = "tax_code"

    def __str__(self) -> str:
        return _("An enterprise has a tax code; give it as it stands on the business registration.")


@dataclass(eq=False)
class TaxCodeWrong(Refusal):
    code = "tax_code_wrong"
    field = "tax_code"
    tax_code: str

    def __str__(self) -> str:
        return _("“%(tax_code)s” is not a tax code; compare it digit by digit with the registration.") % self.words()


@dataclass(eq=False)
class EmailWrong(Refusal):
    code = "email_wrong"
    field = "email"
    email: str

    def __str__(self) -> str:
        return _("“%(email)s” is not an e-mail address; it looks like name@company.vn.") % self.words()


@dataclass(eq=False)
class PhoneWrong(Refusal):
    code = "phone_wrong"
    field = "phone"
    phone: str

    def __str__(self) -> str:
        return _("“%(phone)s” is not a telephone number; use digits, spaces and a leading +.") % self.words()


@dataclass(eq=False)
class CountryUnknown(Refusal):
    code = "country_unknown"
    field = "country"
    country: str

    def __str__(self) -> str:
        return _("“%(country)s” is not a country; choose one from the list.") % self.words()


# As wide as the columns.
LONGEST = {"name": 200, "tax_code": 20, "address": 300, "province": 100, "phone": 30, "email": 254}


def checked_profile(profile: Profile, *, legal_form: str) -> Profile:
    """The profile tidied, or the first refusal there is."""
    tidied = replace(profile, **{name: tidy(text) for name, text in profile.facts().items()})
    if not tidied.name:
        raise NameMissing
    if _NOT_A_NAME.search(tidied.name):
        raise NameUnfit
    for name, longest in LONGEST.items():
        if len(getattr(tidied, name)) > longest:
            raise TextTooLong(where=name, longest=longest)
    if tidied.country not in COUNTRIES:
        raise CountryUnknown(country=tidied.country)
    tax_code = checked_tax_code(tidied.tax_code, legal_form=legal_form, country=tidied.country)
    return replace(tidied, tax_code=tax_code, email=checked_email(tidied.email), phone=checked_phone(tidied.phone))


def checked_tax_code(text: str, *, legal_form: str, country: str) -> str:
    """As it is written: 0314409058-002. Only Vietnam's have a check digit that we know."""
    if not text:
        if legal_form == Organization.LegalForm.ENTERPRISE:
            raise TaxCodeMissing
        return ""
    if country != HOME:
        if not _FOREIGN_TAX_CODE.fullmatch(text.upper()):
            raise TaxCodeWrong(tax_code=text)
        return text.upper()
    if legal_form == Organization.LegalForm.PERSONAL and _PERSONAL_NUMBER.fullmatch(mst.compact(text)):
        return str(mst.compact(text))
    try:
        return str(mst.format(mst.validate(text)))
    except WrongNumber:
        raise TaxCodeWrong(tax_code=text) from None


def checked_email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError:
            raise EmailWrong(email=text) from None
    return text.lower()


def checked_phone(text: str) -> str:
    if text and not _PHONE.fullmatch(text):
        raise PhoneWrong(phone=text)
    return text
