"""What the demonstration's provider sells, with the manuals' own prices, through the verbs that people use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from kanal.catalog.add_discount_group import add_discount_group
from kanal.catalog.add_item import ItemFacts, add_item
from kanal.catalog.add_price_list import add_price_list
from kanal.catalog.add_product import add_product
from kanal.catalog.add_service import add_service
from kanal.catalog.add_tax_group import add_tax_group
from kanal.catalog.models import DiscountGroup, Item, PriceList, Product, Service, TaxGroup
from kanal.catalog.models import ItemKind as Kind
from kanal.catalog.naming import Naming
from kanal.catalog.product_facts import ProductFacts
from kanal.catalog.queries import THE_LIST
from kanal.catalog.set_price import Rate, set_price
from kanal.catalog.set_tax_rate import set_tax_rate
from kanal.catalog.tariff import Span, Tariff
from kanal.kit.actor import Actor

VAT = 1_000  # basis points
Parts = Mapping[Kind, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """One item; its price holds its tax, as wallets do."""

    code: str
    vi: str
    en: str
    kind: Kind
    price: str
    unit: tuple[str, str] = ("máy", "server")
    group: str = ""
    span: Span = Span.THIRTY_DAYS
    specs: Mapping[str, int | str] = field(default_factory=dict)
    least_ordered: int = 1
    ordered_by: int = 1
    free: int = 0
    least: int = 0
    whole_units: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A service of a product."""

    code: str
    vi: str
    en: str
    parts: Parts
    items: tuple[Sold, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A product, its discount groups and its services."""

    naming: Naming
    facts: ProductFacts
    groups: tuple[Naming, ...]
    lines: tuple[Line, ...]


GB = ("GB", "GB")


def flavor(code: str, price: str, vcpu: int, ram_gb: int) -> Sold:
    name = f"{code} ({vcpu} vCPU, {ram_gb} GB RAM)"
    specs = {"vcpu": vcpu, "ram_gb": ram_gb}
    return Sold(code=code, vi=name, en=name, kind=Kind.FLAVOR, price=price, group="compute", specs=specs)


def disk(code: str, vi: str, en: str, price: str, iops: int) -> Sold:
    return Sold(
        code=code, vi=vi, en=en, kind=Kind.DISK, price=price, unit=GB, group="volumes", specs={"iops": iops},
        least_ordered=20, ordered_by=10,
    )  # fmt: skip


def bucket(code: str, vi: str, en: str, price: str) -> Sold:
    return Sold(code=code, vi=vi, en=en, kind=Kind.STORAGE, price=price, unit=GB, least_ordered=30)


def traffic(code: str, vi: str, en: str, price: str, free: int) -> Sold:
    return Sold(
        code=code, vi=vi, en=en, kind=Kind.BANDWIDTH, price=price, unit=GB, span=Span.ONCE, free=free, whole_units=True
    )


RANGES = (
    Range(
        Naming("vserver", "vServer", "vServer"),
        ProductFacts(place=1),
        (Naming("compute", "Máy chủ", "Servers"), Naming("volumes", "Ổ đĩa và mạng", "Disks and network")),
        (
            Line("server", "Máy chủ", "Server",
                 {Kind.FLAVOR: (1, 1), Kind.IMAGE: (0, 1), Kind.DISK: (1, 16), Kind.ADDRESS: (0, 4)}, (
                flavor("dev.v1.small1x1", "90000", 1, 1),
                flavor("s-general-1x1", "181000", 1, 1),
                flavor("s-general-2x4", "520000", 2, 4),
                flavor("s-general-4x8", "1040000", 4, 8),
                flavor("s-general-8x16", "2080000", 8, 16),
                Sold(code="ubuntu-24.04", vi="Ubuntu 24.04", en="Ubuntu 24.04", kind=Kind.IMAGE, price="0",
                     group="compute", specs={"image": "ubuntu-24.04"}),
                Sold(code="windows-2022", vi="Windows Server 2022", en="Windows Server 2022", kind=Kind.IMAGE,
                     price="410000", group="compute", specs={"image": "windows-2022"}),
            )),
            Line("volume", "Ổ đĩa", "Volume", {Kind.DISK: (1, 1)}, (
                disk("ssd-3000", "Ổ SSD 3.000 IOPS", "SSD disk, 3,000 IOPS", "1750", 3_000),
                disk("gen2-nvme", "Ổ NVMe thế hệ 2", "NVMe disk, generation 2", "4114", 10_000),
            )),
            Line("elastic-ip", "IP nổi", "Elastic IP", {Kind.ADDRESS: (1, 1)}, (
                Sold(code="elastic-ip", vi="IP nổi", en="Elastic IP", kind=Kind.ADDRESS, price="99000",
                     unit=("địa chỉ", "address"), group="volumes"),
            )),
            Line("load-balancer", "Cân bằng tải", "Load balancer", {Kind.FLAVOR: (1, 1)}, (
                Sold(code="lb-small", vi="Cân bằng tải nhỏ", en="Small load balancer", kind=Kind.FLAVOR,
                     price="440000", unit=("bộ", "balancer"), group="volumes"),
            )),
        ),
    ),
    Range(
        Naming("snapshot", "Snapshot", "Snapshot"),
        ProductFacts(place=2, is_priced_by_use=True, is_refundable=False, bin_days=0),
        (),
        (Line("snapshot", "Snapshot", "Snapshot", {Kind.SNAPSHOT: (1, 1)}, (
            Sold(code="snapshot-gb", vi="Dung lượng snapshot", en="Snapshot size", kind=Kind.SNAPSHOT, price="7.7",
                 unit=GB, span=Span.HOUR),
        )),),
    ),
    Range(
        Naming("bandwidth", "Băng thông", "Bandwidth"),
        ProductFacts(place=3, is_priced_by_use=True, is_refundable=False, bin_days=0),
        (),
        (Line("bandwidth", "Băng thông theo lưu lượng", "Bandwidth by traffic", {Kind.BANDWIDTH: (1, 2)}, (
            traffic("bandwidth-domestic", "Lưu lượng trong nước", "Domestic traffic", "200", 1_000),
            traffic("bandwidth-international", "Lưu lượng quốc tế", "International traffic", "1000", 100),
        )),),
    ),
    Range(
        Naming("vstorage", "vStorage", "vStorage"),
        ProductFacts(place=4),
        (),
        (
            Line("project", "Dự án lưu trữ", "Storage project", {Kind.STORAGE: (1, 1)}, (
                bucket("vstorage-gold", "Lớp Gold", "Gold class", "1100"),
                bucket("vstorage-silver", "Lớp Silver", "Silver class", "660"),
                bucket("vstorage-archive", "Lớp Archive", "Archive class", "187"),
            )),
            Line("file-storage", "Lưu trữ tệp", "File storage", {Kind.STORAGE: (1, 1)}, (
                Sold(code="file-storage", vi="Lưu trữ tệp", en="File storage", kind=Kind.STORAGE, price="1599",
                     unit=GB, least=1_024),
            )),
        ),
    ),
    Range(
        Naming("vmonitor", "vMonitor", "vMonitor"),
        ProductFacts(place=5, is_refundable=False, bin_days=0),
        (),
        (Line("metric", "Hạn ngạch chỉ số", "Metric quota", {Kind.QUOTA: (1, 1)}, (
            Sold(code="metric-quota", vi="Hạn ngạch chỉ số", en="Metric quota", kind=Kind.QUOTA, price="550000",
                 unit=("gói", "quota")),
        )),),
    ),
    Range(
        Naming("kafka", "Kafka", "Kafka"),
        ProductFacts(place=6, allows_poc=False),
        (),
        (Line("kafka-cluster", "Cụm Kafka", "Kafka cluster", {Kind.BROKER: (1, 1), Kind.DISK: (1, 1)}, (
            Sold(code="kafka-broker", vi="Broker Kafka", en="Kafka broker", kind=Kind.BROKER, price="1500000",
                 unit=("broker", "broker"), least_ordered=3),
            Sold(code="kafka-disk", vi="Ổ đĩa của Kafka", en="Kafka disk", kind=Kind.DISK, price="2000", unit=GB,
                 least_ordered=300, ordered_by=10),
        )),),
    ),
    Range(
        Naming("token-plan", "Gói token AI", "AI token plan"),
        ProductFacts(place=7, is_postpaid=False, bin_days=0),
        (),
        (Line("token-plan", "Gói token", "Token plan", {Kind.QUOTA: (1, 1)}, (
            Sold(code="token-plan-pro", vi="Gói Pro", en="Pro plan", kind=Kind.QUOTA, price="1080000",
                 unit=("gói", "plan")),
        )),),
    ),
)  # fmt: skip
# What has changed since, and what will: the history of an item is more than one line.
DEARER = {"s-general-8x16": ("1990000", -20), "elastic-ip": ("88000", -20), "windows-2022": ("398000", 15)}


class Stocking:
    """All of it at one moment, before the first customer comes."""

    def __init__(self, *, by: Actor, at: datetime, today: datetime) -> None:
        self.by, self.at, self.today = by, at, today

    def carry_out(self) -> None:
        vat = add_tax_group(naming=Naming("vat", "Thuế GTGT", "VAT"), by=self.by, at=self.at)
        set_tax_rate(group=vat, rate=VAT, effective_at=self.at, by=self.by, at=self.at)
        public = Naming(THE_LIST, "Bảng giá công bố", "Public price list")
        price_list = add_price_list(naming=public, currency="VND", by=self.by, at=self.at)
        for each in RANGES:
            product = add_product(naming=each.naming, facts=each.facts, by=self.by, at=self.at)
            groups = {naming.code: self.group(product, naming) for naming in each.groups}
            for line in each.lines:
                naming = Naming(line.code, line.vi, line.en)
                service = add_service(product=product, naming=naming, parts=line.parts, by=self.by, at=self.at)
                for sold in line.items:
                    self.sell(sold, service, groups.get(sold.group), vat, price_list)

    def group(self, product: Product, naming: Naming) -> DiscountGroup:
        return add_discount_group(product=product, naming=naming, by=self.by, at=self.at)

    def sell(
        self, sold: Sold, service: Service, group: DiscountGroup | None, vat: TaxGroup, price_list: PriceList
    ) -> None:
        facts = ItemFacts(
            kind=sold.kind,
            tax_group=vat,
            unit_vi=sold.unit[0],
            unit_en=sold.unit[1],
            group=group,
            specs=sold.specs,
            least_ordered=Decimal(sold.least_ordered),
            ordered_by=Decimal(sold.ordered_by),
        )
        naming = Naming(sold.code, sold.vi, sold.en)
        item = add_item(service=service, naming=naming, facts=facts, by=self.by, at=self.at)
        before, days = DEARER.get(sold.code, (sold.price, 0))
        self.price(item, sold, before, price_list, since=self.at)
        if days:
            self.price(item, sold, sold.price, price_list, since=self.today + timedelta(days=days))

    def price(self, item: Item, sold: Sold, amount: str, price_list: PriceList, *, since: datetime) -> None:
        tariff = Tariff(
            unit_price=Decimal(amount),
            span=sold.span,
            free=Decimal(sold.free),
            least=Decimal(sold.least),
            whole_units=sold.whole_units,
        )
        rate = Rate(tariff, includes_tax=True)
        set_price(item=item, price_list=price_list, rate=rate, effective_at=since, by=self.by, at=self.at)
