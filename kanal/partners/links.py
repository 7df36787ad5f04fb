"""Where the messages of this room lead."""

from kanal.partners.models import Contract, OwnOrganization, Partner, PartnerApplication

APPLICATION_PAGE = "/console/become-a-partner/"
PARTNER_OVERVIEW = "/partner/"
PARTNER_CONTRACT_PAGE = "/partner/contract/"
PARTNER_OWN_PAGE = "/partner/own-organizations/"


def desk_application_page(application: PartnerApplication) -> str:
    return f"/desk/partners/applications/{application.public_id}/"


def desk_partner_page(partner: Partner) -> str:
    return f"/desk/partners/{partner.public_id}/"


def desk_contract_page(contract: Contract) -> str:
    return f"/desk/partners/contracts/{contract.public_id}/"


def desk_own_page(own: OwnOrganization) -> str:
    return f"/desk/partners/own-organizations/{own.public_id}/"
