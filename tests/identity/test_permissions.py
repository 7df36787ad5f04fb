"""ID-8, cell by cell: whoever adds a permission adds its row here."""

import pytest

from kanal.identity.permissions import (
    AUDITOR,
    DESK,
    DESK_APPROVALS,
    DESK_MONEY,
    DESK_SETTINGS,
    KEPT_FROM_KEYS,
    PARTNER,
    PARTNER_COST,
    PARTNER_HEAD,
    PARTNER_MONEY,
    PARTNER_SELLING,
    PURCHASES,
    TABLE,
    Permission,
    permissions_of,
    scopes_open_to,
)
from kanal.identity.roles import HEADS, Role, in_order, role_words, roles_of_kind

P, R = Permission, Role
COLUMNS = [
    *(R.DESK_ADMIN, R.DESK_SALES, R.DESK_FINANCE, R.DESK_SUPPORT, R.DESK_AUDITOR),
    *(R.PARTNER_ADMIN, R.PARTNER_SALES, R.PARTNER_FINANCE, R.PARTNER_VIEWER),
    *(R.CUSTOMER_OWNER, R.CUSTOMER_BILLING, R.CUSTOMER_VIEWER),
]
# Desk: admin sales finance support auditor; partner: admin sales finance viewer; customer: owner billing viewer.
MATRIX = """
    overview.read           x x x x x   x x x x   x x x
    organization.read       x x x x x   x x x x   x x x
    organization.edit       x - - - -   x - - -   x - -
    organizations.read      x x x x x   - - - -   - - -
    billing_default.change  x - x - -   - - - -   - - -
    members.read            x x x x x   x x x x   x x x
    members.manage          x - - - -   x - - -   x - -
    api_keys.read           x - - - x   x x x x   x x x
    api_keys.manage         x - - - -   x - - -   x - -
    partner.apply           - - - - -   - - - -   x - -
    partner_applications.read    x x x x x   - - - -   - - -
    partner_applications.decide  x x - - -   - - - -   - - -
    contracts.read          x x x x x   x x x x   - - -
    contracts.manage        x x - - -   - - - -   - - -
    account_manager.assign  x x - - -   - - - -   - - -
    own_organizations.read  x x x x x   x x x x   - - -
    own_organizations.add   - - - - -   x - - -   - - -
    own_organizations.decide     x x - - -   - - - -   - - -
    customers.read          - - - - -   x x x x   - - -
    customers.manage        - - - - -   x x - -   - - -
    customers.assign        - - - - -   x - - -   - - -
    customers.unlink        - - - - -   x - - -   - - -
    my_partner.read         - - - - -   - - - -   x x x
    partner_invitations.answer   - - - - -   - - - -   x - -
    customer_links.read     x x x x x   - - - -   - - -
    customer_links.decide   x x - - -   - - - -   - - -
    credit_reports.read     - - - - -   x x x x   - - -
    credit.read             x x x x x   x x x x   x x x
    credit.top_up           - - - - -   x - x -   - - -
    credit.ask              - - - - -   - - - -   x x -
    funding.ask             - - - - -   x - x -   x x -
    lines.manage            - - - - -   x - x -   - - -
    pool.ask                - - - - -   x - x -   - - -
    credit.fund             - - x - -   - - - -   - - -
    credit.control          - - x - -   - - - -   - - -
    pools.decide            - - x - -   - - - -   - - -
    catalog.read            x x x x x   x x x x   x x x
    catalog.manage          x - - - -   - - - -   - - -
    audit.read              x - x x x   - - - -   - - -
    mail.read               x - - x x   - - - -   - - -
    jobs.read               x - - x x   - - - -   - - -
    jobs.retry              x - - x -   - - - -   - - -
    ledger.read             x - x - x   - - - -   - - -
    ledger.prove            x - x - -   - - - -   - - -
    clock.read              x x x x x   - - - -   - - -
    clock.move              x - - - -   - - - -   - - -
"""
CELLS = {words[0]: words[1:] for words in map(str.split, MATRIX.strip().splitlines())}


def test_every_permission_has_its_row_in_the_matrix() -> None:
    """ID-8"""
    assert sorted(CELLS) == sorted(permission.value for permission in Permission)
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", COLUMNS)
def test_a_role_may_what_the_matrix_says(permission: Permission, role: Role) -> None:
    """ID-8"""
    said = CELLS[permission.value][COLUMNS.index(role)]

    assert (permission in permissions_of([role])) == (said == "x")


def test_the_groups_are_those_of_the_rule() -> None:
    """ID-8, for the areas that are still to be built: they take these groups and no others."""
    assert {R.PARTNER_ADMIN, R.PARTNER_FINANCE} == PARTNER_MONEY
    assert {R.PARTNER_ADMIN, R.PARTNER_SALES} == PARTNER_SELLING
    assert {R.PARTNER_ADMIN} == PARTNER_HEAD
    assert {R.PARTNER_ADMIN, R.PARTNER_SALES, R.PARTNER_FINANCE} == PARTNER_COST
    assert {R.CUSTOMER_OWNER, R.CUSTOMER_BILLING} == PURCHASES
    assert {R.DESK_FINANCE} == DESK_MONEY
    assert {R.DESK_ADMIN, R.DESK_SALES} == DESK_APPROVALS
    assert {R.DESK_ADMIN} == DESK_SETTINGS


def test_the_auditor_reads_everything_and_changes_nothing() -> None:
    """ID-8"""
    read_at_the_desk = {permission for permission, roles in TABLE.items() if permission.reads and roles & DESK}

    assert permissions_of(AUDITOR) == read_at_the_desk


@pytest.mark.parametrize(
    ("viewer", "colleagues"), [(R.PARTNER_VIEWER, PARTNER), (R.CUSTOMER_VIEWER, roles_of_kind("CUSTOMER"))]
)
def test_a_viewer_reads_all_but_cost_and_margin_and_changes_nothing(viewer: Role, colleagues: set[Role]) -> None:
    """ID-8"""
    hidden = {"cost.read", "margin.read"}
    readable = {
        permission for permission in permissions_of(colleagues) if permission.reads and permission not in hidden
    }

    assert permissions_of([viewer]) == readable


@pytest.mark.parametrize("kind", HEADS)
def test_no_permission_of_a_kind_crosses_to_another(kind: str) -> None:
    """ID-6 A role belongs to one kind of organization."""
    assert roles_of_kind(kind)[0] == HEADS[kind]
    assert {role.split("_")[0] for role in roles_of_kind(kind)} == {HEADS[kind].split("_")[0]}


def test_permissions_of_several_roles_add_up() -> None:
    """ID-8"""
    both = permissions_of([R.DESK_SUPPORT, R.DESK_FINANCE])

    assert both == permissions_of([R.DESK_SUPPORT]) | permissions_of([R.DESK_FINANCE])
    assert permissions_of([]) == permissions_of(["NO_SUCH_ROLE"]) == frozenset()


def test_what_would_make_a_key_heirs_and_what_is_somebodys_word_stay_with_people() -> None:
    """ID-8"""
    heirs = {P.MEMBERS_MANAGE, P.API_KEYS_MANAGE}
    asked = {P.PARTNER_APPLY, P.OWN_ORGANIZATIONS_ADD, P.CUSTOMERS_UNLINK, P.PARTNER_INVITATIONS_ANSWER}
    customers = {P.CUSTOMERS_MANAGE, P.CUSTOMERS_ASSIGN, P.CUSTOMER_LINKS_DECIDE}
    decided = {P.PARTNER_APPLICATIONS_DECIDE, P.OWN_ORGANIZATIONS_DECIDE, P.CONTRACTS_MANAGE, P.ACCOUNT_MANAGER_ASSIGN}
    desk_money = {P.CREDIT_FUND, P.CREDIT_CONTROL, P.POOLS_DECIDE}
    prices = {P.CATALOG_MANAGE}
    assert heirs | asked | decided | customers | desk_money | prices == KEPT_FROM_KEYS
    assert scopes_open_to([R.PARTNER_ADMIN]) == permissions_of([R.PARTNER_ADMIN]) - KEPT_FROM_KEYS


def test_equal_sets_of_roles_are_written_alike() -> None:
    assert in_order(["PARTNER_FINANCE", "PARTNER_ADMIN", "PARTNER_FINANCE"]) == ["PARTNER_ADMIN", "PARTNER_FINANCE"]
    assert role_words(["DESK_FINANCE", "DESK_ADMIN"]) == ["Administrator", "Finance (Sale Operation)"]
