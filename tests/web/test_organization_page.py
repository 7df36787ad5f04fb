"""ID-5 One's own organization, founding one, and the desk's view of all."""

import pytest
from django.test import Client

from kanal.identity.models import Organization
from kanal.identity.profile import Profile
from kanal.identity.queries import organizations_of
from tests.world import World, a_person, a_world, records_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(("name", "door"), [("thu", "desk"), ("lan", "partner"), ("an", "console")])
def test_shows_what_an_organization_says_of_itself_and_what_happened(world: World, name: str, door: str) -> None:
    """ALL-2"""
    person = getattr(world, name)
    page = body(signed_in(person).get(f"/{door}/organization/"))

    assert world.organization_of(person).tax_code in page
    assert 'class="timeline"' in page


def test_is_edited_by_its_head(world: World) -> None:
    """ALL-2"""
    facts = {**Profile.of(world.sao_mai).facts(), "name": "Sao Hôm"}
    answer = signed_in(world.lan).post("/partner/organization/edit/", facts)

    assert answer.headers["Location"] == "/partner/organization/"
    world.sao_mai.refresh_from_db()
    assert world.sao_mai.name == "Sao Hôm"
    assert signed_in(world.phuc).get("/partner/organization/edit/").status_code == 403


def test_a_wrong_tax_code_stands_beside_its_field_and_nothing_typed_is_lost(world: World) -> None:
    """ALL-3"""
    facts = {**Profile.of(world.sao_mai).facts(), "name": "Sao Hôm", "tax_code": "0312345674"}
    answer = signed_in(world.lan).post("/partner/organization/edit/", facts)

    assert answer.status_code == 422
    assert 'value="Sao Hôm"' in body(answer)
    assert 'id="id_tax_code_error"' in body(answer)


def test_whoever_belongs_to_nobody_registers_and_is_in(world: World) -> None:
    """ID-5"""
    nam = a_person("Nam", "nam@example.org")
    client = signed_in(nam)

    assert client.get("/").headers["Location"] == "/account/organizations/new/"
    form = {"legal_form": "ENTERPRISE", "name": "Nam Việt", "tax_code": "", "country": "VN"}
    refused = client.post("/account/organizations/new/", form)
    assert refused.status_code == 422
    assert 'id="id_tax_code_error"' in body(refused)
    client.post("/account/organizations/new/", {**form, "tax_code": "0314409058"})
    [made] = organizations_of(nam)
    assert (made.name, made.billing_default) == ("Nam Việt", "PREPAID")
    assert client.get("/").headers["Location"] == "/console/"


def test_a_person_registers_as_themselves(world: World) -> None:
    """ID-5"""
    nam = a_person("Nam", "nam@example.org")
    signed_in(nam).post("/account/organizations/new/", {"legal_form": "PERSONAL", "name": "Nam", "country": "VN"})

    assert [made.legal_form for made in organizations_of(nam)] == ["PERSONAL"]


# --- The desk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Công ty TNHH Sao Mai", "Biển Đông Telecom", "Hồng Hà Media"}),
        ("kind=PARTNER", {"Công ty TNHH Sao Mai", "Biển Đông Telecom"}),
        ("q=bien", {"Biển Đông Telecom"}),
        ("q=0100233488", {"Hồng Hà Media"}),
        ("billing=POSTPAID", set()),
        ("form=PERSONAL", set()),
        ("kind=CUSTOMER&q=hong", {"Hồng Hà Media"}),
    ],
)
def test_the_desk_finds_organizations(world: World, query: str, found: set[str]) -> None:
    """ID-7"""
    page = body(signed_in(world.minh).get(f"/desk/organizations/?{query}"))
    table = page.partition('role="rowgroup"')[2]

    listed = {name for name in ("Công ty TNHH Sao Mai", "Biển Đông Telecom", "Hồng Hà Media") if name in table}
    assert listed == found


def test_the_list_is_exported_as_filtered(world: World) -> None:
    answer = signed_in(world.minh).get("/desk/organizations/?kind=PARTNER&export=csv")
    text = answer.getvalue().decode("utf-8-sig")

    assert "Công ty TNHH Sao Mai" in text
    assert "Hồng Hà" not in text


def test_a_detail_shows_who_buys_from_whom(world: World) -> None:
    """ALL-2"""
    client = signed_in(world.vy)
    page = body(client.get(f"/desk/organizations/{world.an_phat.public_id}/"))

    assert f"/desk/organizations/{world.sao_mai.public_id}/" in page
    assert world.binh.email in page
    assert 'class="timeline"' in page
    assert f"/desk/organizations/{world.an_phat.public_id}/" in body(
        client.get(f"/desk/organizations/{world.sao_mai.public_id}/")
    )


def test_the_billing_default_is_changed_with_a_reason(world: World) -> None:
    """ID-5"""
    address = f"/desk/organizations/{world.hong_ha.public_id}/billing-default/"
    finance = signed_in(world.hanh)

    assert finance.get(address).status_code == 200
    assert finance.post(address, {"why": ""}).status_code == 422
    finance.post(address, {"why": "Hợp đồng 12"})
    assert Organization.objects.get(id=world.hong_ha.id).billing_default == "POSTPAID"
    [written] = records_of(world.hong_ha, "organization.billing_default_changed")
    assert written.why == "Hợp đồng 12"
    assert signed_in(world.vy).post(address, {"why": "x"}).status_code == 403
    assert signed_in(world.dung).post(address, {"why": "x"}).status_code == 404


def test_a_list_takes_the_same_few_statements_however_long_it_is(
    world: World, django_assert_max_num_queries: object
) -> None:
    client = signed_in(world.thu)
    client.get("/desk/organizations/")
    with django_assert_max_num_queries(12) as first:  # type: ignore[operator]
        client.get("/desk/organizations/?kind=PARTNER")
    with django_assert_max_num_queries(len(first)):  # type: ignore[operator]
        client.get("/desk/organizations/")
