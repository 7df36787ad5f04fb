"""Found the provider, once: its organization and its first administrator."""

from argparse import ArgumentParser, Namespace
from datetime import datetime

from kanal.cli import CannotGoOn
from kanal.cli._database import database_running


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the provider's name, as it stands on invoices")
    parser.add_argument("--tax-code", required=True, help="its tax code (MST)")
    parser.add_argument("--address", default="", help="street and number")
    parser.add_argument("--province", default="", help="province or city")
    parser.add_argument("--email", default="", help="its own address, for customers")
    parser.add_argument("--phone", default="")
    parser.add_argument("--admin-email", required=True, help="of the first administrator; you vouch that it is theirs")
    parser.add_argument("--admin-name", required=True)
    parser.add_argument("--language", choices=["vi", "en"], default="vi", help="that the administrator reads")


def carry_out(options: Namespace) -> int:
    from django.conf import settings

    from kanal.kit import clock
    from kanal.kit.db.migrate import pending_migrations

    with database_running():
        if pending_migrations():
            raise CannotGoOn("the database is not up to date; run `kanal migrate` first.")
        name = found(options, at=clock.now())
    print(f"{name} is founded, and {options.admin_email} is its administrator.")
    print(
        f"They choose their password at {settings.PUBLIC_URL}/account/password/reset/ by a link that is mailed to them."
    )
    return 0


def found(options: Namespace, *, at: datetime) -> str:
    """All of it or nothing; somebody who has an account already keeps it."""
    from django.db import transaction

    from kanal.identity.found_provider import found_provider
    from kanal.identity.profile import Profile
    from kanal.identity.queries import person_by_email
    from kanal.identity.sign_up import sign_up
    from kanal.identity.vouch_for_email import vouch_for_email
    from kanal.kit.actor import Actor

    operator = Actor.job("kanal found")
    profile = Profile(
        name=options.name,
        tax_code=options.tax_code,
        address=options.address,
        province=options.province,
        email=options.email,
        phone=options.phone,
    )
    with transaction.atomic():
        admin = person_by_email(options.admin_email) or sign_up(
            email=options.admin_email,
            name=options.admin_name,
            language=options.language,
            password=None,
            address="",
            device=operator.name,
            at=at,
        )
        vouch_for_email(person=admin, by=operator, at=at)
        return found_provider(profile=profile, admin=admin, by=operator, at=at).name
