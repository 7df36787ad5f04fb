"""Where the messages of credit lead."""

MY_CREDIT_PAGE = "/console/credit/"
PARTNER_CREDIT_PAGE = "/partner/credit/"
PARTNER_REQUESTS_PAGE = "/partner/credit/requests/"
PARTNER_LINES_PAGE = "/partner/lines/"
DESK_FUNDING_PAGE = "/desk/credit/"
DESK_POOLS_PAGE = "/desk/pools/"
