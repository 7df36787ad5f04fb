"""Where the messages of customer links lead."""

from kanal.customers.models import CustomerLink

PARTNER_ACCOUNTS_PAGE = "/partner/accounts/"
MY_PARTNER_PAGE = "/console/my-partner/"
DESK_LINKS_PAGE = "/desk/customers/"


def partner_account_page(link: CustomerLink) -> str:
    return f"{PARTNER_ACCOUNTS_PAGE}{link.public_id}/"


def desk_link_page(link: CustomerLink) -> str:
    return f"{DESK_LINKS_PAGE}{link.public_id}/"


def consent_page(secret: str) -> str:
    return f"/customer-invitations/{secret}/"
