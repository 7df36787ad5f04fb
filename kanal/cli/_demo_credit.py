"""The credit of the demonstration: wallets, requests, a pool and its lines, through the verbs that people use."""

from datetime import datetime, timedelta

from kanal.cli._demo_cast import CUSTOMERS, PARTNERS, PROVIDER
from kanal.credit.advance_credit import advance_credit
from kanal.credit.allocate_line import allocate_line
from kanal.credit.control_wallet import set_debt_limit
from kanal.credit.fund_wallet import fund_wallet
from kanal.credit.grant_credit import grant_credit
from kanal.credit.grant_pool import grant_pool
from kanal.credit.models import CreditRequest
from kanal.credit.request_credit import decline_credit_request, request_credit, top_up_from_request
from kanal.credit.request_funding import request_funding
from kanal.credit.request_pool import request_pool
from kanal.credit.set_warnings import set_line_warnings
from kanal.identity.acting import acting
from kanal.identity.models import Organization, Person
from kanal.kit.actor import Actor
from kanal.kit.money import Money

STEP = timedelta(hours=5, minutes=11)
MILLION = 1_000_000
SAO_MAI, BIEN_DONG, LAC_VIET = (company.name for company in PARTNERS)
AN_PHAT, TRUONG_XUAN, CUU_LONG, HOAI_NAM, NGU_HANH_SON = (company.name for company in CUSTOMERS[:5])
FINANCE = {SAO_MAI: "mai@saomai.example", BIEN_DONG: "duong@biendong.example"}
TOPPED_UP = (
    (AN_PHAT, 5, "Máy chủ tháng này"),
    (AN_PHAT, 12, "Thêm hai máy chủ cho kho hàng"),
    (CUU_LONG, 8, "Gia hạn lưu trữ"),
    (HOAI_NAM, 1, "Trang web cá nhân"),
    (NGU_HANH_SON, 20, "Mùa du lịch"),
)


class Crediting:
    """What moves money and limits; whoever is a customer of whom is settled already."""

    def __init__(self, organizations: dict[str, Organization], people: dict[str, Person], *, today: datetime) -> None:
        self.organizations, self.people = organizations, people
        self.today, self.at = today, today - timedelta(days=20)

    def carry_out(self) -> None:
        self.fund()
        self.top_up()
        self.hand_out_lines()
        self.leave_something_to_decide()

    def fund(self) -> None:
        for name, millions, reference in ((SAO_MAI, 90, "VCB 26110142"), (BIEN_DONG, 60, "TCB 88210")):
            self.bring(name, millions, reference)
        direct = CUSTOMERS[-2].name
        self.bring(direct, 3, "AGR 5521")
        advance_credit(
            organization=self.organizations[LAC_VIET], money=Money(10 * MILLION), why="Chờ chuyển khoản đầu tháng",
            by=self.hanh(), at=self.later(), request_id="demo advance",
        )  # fmt: skip
        set_debt_limit(
            organization=self.organizations[direct], limit=Money(500_000), why="Khách hàng lâu năm", by=self.hanh(),
            at=self.later(),
        )  # fmt: skip
        grant_credit(
            organization=self.organizations[AN_PHAT], money=Money(2 * MILLION), ends_at=self.today + timedelta(days=40),
            why="Chương trình chào khách hàng mới", by=self.hanh(), at=self.later(), request_id="demo grant",
        )  # fmt: skip

    def bring(self, name: str, millions: int, reference: str) -> None:
        fund_wallet(
            organization=self.organizations[name], money=Money(millions * MILLION), bank_reference=reference,
            by=self.hanh(), at=self.later(), request_id=f"demo funding {reference}",
        )  # fmt: skip

    def top_up(self) -> None:
        """Asked for by the customer, and topped up by its partner from the request."""
        for name, millions, note in TOPPED_UP:
            request = self.ask(name, millions, note)
            top_up_from_request(
                request=request, money=Money(millions * MILLION), by=self.finance_of(name), at=self.later()
            )

    def ask(self, name: str, millions: int, note: str) -> CreditRequest:
        return request_credit(
            customer=self.organizations[name], money=Money(millions * MILLION), note=note, by=self.head_of(name),
            at=self.later(), request_id=f"demo {name} {note}",
        )  # fmt: skip

    def hand_out_lines(self) -> None:
        sao_mai = self.organizations[SAO_MAI]
        grant_pool(
            partner=sao_mai, money=Money(80 * MILLION), why="Phụ lục hạn mức 2026", by=self.hanh(), at=self.later(),
            request_id="demo pool",
        )  # fmt: skip
        ends_at = self.today + timedelta(days=5)
        for name, millions, until in ((AN_PHAT, 30, None), (CUU_LONG, 15, None), (CUU_LONG, 5, ends_at)):
            allocate_line(
                partner=sao_mai, customer=self.organizations[name], change=Money(millions * MILLION, "LIMIT_VND"),
                remark="Tạm thời cho mùa cao điểm" if until else "Theo hợp đồng với khách", until=until,
                by=self.finance_of(name), at=self.later(), request_id=f"demo {name} {millions}",
            )  # fmt: skip
        set_line_warnings(
            partner=sao_mai, customer=self.organizations[AN_PHAT], percents=[50], by=self.finance_of(AN_PHAT),
            at=self.later(),
        )  # fmt: skip

    def leave_something_to_decide(self) -> None:
        """For whoever signs in: a request at each side, and an order that takes a second person."""
        declined = self.ask(CUU_LONG, 40, "Dự phòng cả năm")
        decline_credit_request(
            request=declined, why="Vượt kế hoạch quý này, xin chia nhỏ", by=self.finance_of(CUU_LONG), at=self.later()
        )
        self.ask(AN_PHAT, 6, "Đơn hàng đang chờ")
        self.bring(BIEN_DONG, 250, "TCB 90417")
        sao_mai = self.organizations[SAO_MAI]
        mai = acting(self.people[FINANCE[SAO_MAI]], sao_mai)
        request_pool(
            partner=sao_mai, money=Money(120 * MILLION), why="Ba khách hàng mới ký trong tháng",
            needed_on=(self.today + timedelta(days=12)).date(), by=mai, at=self.later(), request_id="demo pool request",
        )  # fmt: skip
        request_funding(
            organization=sao_mai, money=Money(25 * MILLION), by=mai, at=self.later(), request_id="demo funding request"
        )

    def hanh(self) -> Actor:
        return acting(self.people[PROVIDER.people[2].email], self.organizations[PROVIDER.name])

    def finance_of(self, customer: str) -> Actor:
        seller = next(company.seller for company in CUSTOMERS if company.name == customer)
        return acting(self.people[FINANCE[seller]], self.organizations[seller])

    def head_of(self, customer: str) -> Actor:
        company = next(each for each in CUSTOMERS if each.name == customer)
        return acting(self.people[company.people[0].email], self.organizations[customer])

    def later(self) -> datetime:
        self.at += STEP
        assert self.at < self.today, "the demonstration is over before today"
        return self.at
