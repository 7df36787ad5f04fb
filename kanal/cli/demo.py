"""Fill a sandbox with the demonstration, once, and show its logins."""

from argparse import ArgumentParser, Namespace

from kanal.cli import CannotGoOn
from kanal.cli._database import database_running
from kanal.cli._progress import Steps


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--logins", action="store_true", help="only show the logins")


def carry_out(options: Namespace) -> int:
    from django.conf import settings

    if not settings.KANAL_SANDBOX:
        raise CannotGoOn("the demonstration belongs in a sandbox (KANAL_SANDBOX=1): its passwords are known to all.")
    if not options.logins:
        with database_running():
            seed_once(Steps(1))
    print(logins())
    return 0


def seed_once(steps: Steps) -> None:
    from kanal.cli._demo import seed
    from kanal.kit import clock

    made = seed(at=clock.now(), progress=steps.within("demonstration, organization"))
    steps.step("the demonstration was set up" if made else "the demonstration is there")


def logins() -> str:
    from kanal.cli._demo import printed_logins

    return printed_logins()
