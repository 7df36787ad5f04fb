"""Who lives in the demonstration: names, places and roles, as data. Nobody here exists."""

from dataclasses import dataclass, field

PASSWORD = "Kanal-demo-2026!"  # noqa: S105 - printed by bin/run, and refused by every production start


@dataclass(frozen=True)
class Someone:
    name: str
    email: str
    roles: tuple[str, ...]
    language: str = "vi"


@dataclass(frozen=True)
class Company:
    """`tax_base` are the first nine digits; the tenth is their check."""

    name: str
    tax_base: str
    address: str
    province: str
    phone: str
    email: str
    people: tuple[Someone, ...]
    seller: str = ""  # the partner it buys from, by name; empty: the provider itself
    personal: bool = False
    postpaid: bool = False
    invited: tuple[tuple[str, str], ...] = field(default=())  # colleagues who have not answered yet: address, role
    friendly: str = ""  # what its partner calls it
    wished_by: str = ""  # a partner that asked for it,
    wish: str = ""  # and what became of that: a state of CustomerLink


@dataclass(frozen=True)
class Stray:
    """An address without an account that a partner asked for, so many days ago."""

    partner: str
    email: str
    friendly: str
    state: str
    days_ago: int


PROVIDER = Company(
    "Sao Khuê Cloud", "010612347", "Tầng 18, 26 Phạm Hùng", "Hà Nội", "024 3795 1818", "lien-he@saokhue.example",
    (
        Someone("Nguyễn Thị Thu", "thu@saokhue.example", ("DESK_ADMIN",)),
        Someone("Trần Quang Minh", "minh@saokhue.example", ("DESK_SALES",)),
        Someone("Lê Hồng Hạnh", "hanh@saokhue.example", ("DESK_FINANCE",)),
        Someone("Phạm Anh Quân", "quan@saokhue.example", ("DESK_SUPPORT",), "en"),
        Someone("Đỗ Tường Vy", "vy@saokhue.example", ("DESK_AUDITOR",)),
    ),
    invited=(("ngoc@saokhue.example", "DESK_FINANCE"),),
)  # fmt: skip

PARTNERS = (
    Company(
        "Công ty Cổ phần Sao Mai", "030451277", "72 Lê Thánh Tôn, Quận 1", "TP. Hồ Chí Minh", "028 3822 7272",
        "ke-toan@saomai.example",
        (
            Someone("Vũ Ngọc Lan", "lan@saomai.example", ("PARTNER_ADMIN",)),
            Someone("Hoàng Mạnh Hùng", "hung@saomai.example", ("PARTNER_SALES",)),
            Someone("Bùi Thanh Mai", "mai@saomai.example", ("PARTNER_FINANCE",)),
            Someone("Đặng Hữu Phúc", "phuc@saomai.example", ("PARTNER_VIEWER",), "en"),
        ),
        invited=(("tuan@saomai.example", "PARTNER_SALES"),),
    ),
    Company(
        "Công ty TNHH Công nghệ Biển Đông", "040172935", "155 Nguyễn Văn Linh, Hải Châu", "Đà Nẵng", "0236 3655 155",
        "hello@biendong.example",
        (
            Someone("Trịnh Đăng Khoa", "khoa@biendong.example", ("PARTNER_ADMIN",)),
            Someone("Cao Thùy Dương", "duong@biendong.example", ("PARTNER_SALES", "PARTNER_FINANCE")),
        ),
    ),
    Company(
        "Công ty Cổ phần Hạ tầng số Lạc Việt", "010820163", "11 Duy Tân, Cầu Giấy", "Hà Nội", "024 3212 1111",
        "info@lacviet.example",
        (Someone("Ngô Bảo Châu Anh", "anh@lacviet.example", ("PARTNER_ADMIN",)),),
    ),
)  # fmt: skip

CUSTOMERS = (
    Company(
        "Công ty TNHH Thương mại An Phát", "030918264", "18 Cộng Hòa, Tân Bình", "TP. Hồ Chí Minh", "028 3811 0018",
        "it@anphat.example",
        (
            Someone("Lý Thành An", "an@anphat.example", ("CUSTOMER_OWNER",)),
            Someone("Phan Thị Bình", "binh@anphat.example", ("CUSTOMER_BILLING",)),
            Someone("Mạc Kim Chi", "chi@anphat.example", ("CUSTOMER_VIEWER",), "en"),
        ),
        seller="Công ty Cổ phần Sao Mai", friendly="An Phát",
    ),
    Company(
        "Công ty Cổ phần Dược phẩm Trường Xuân", "030725518", "204 Điện Biên Phủ, Quận 3", "TP. Hồ Chí Minh",
        "028 3930 0204", "cntt@truongxuan.example",
        (Someone("Đinh Xuân Trường", "truong@truongxuan.example", ("CUSTOMER_OWNER",)),),
        seller="Công ty Cổ phần Sao Mai", friendly="Dược Trường Xuân",
    ),
    Company(
        "Công ty TNHH Thủy sản Cửu Long", "180034621", "91 Trần Hưng Đạo, Ninh Kiều", "Cần Thơ", "0292 3820 091",
        "vanphong@thuysancuulong.example",
        (Someone("Huỳnh Văn Long", "long@thuysancuulong.example", ("CUSTOMER_OWNER",)),),
        seller="Công ty Cổ phần Sao Mai", friendly="Thủy sản Cửu Long",
    ),
    Company(
        "Nguyễn Hoài Nam", "", "5/12 Võ Thị Sáu", "Bà Rịa - Vũng Tàu", "0903 512 512", "nam@hoainam.example",
        (Someone("Nguyễn Hoài Nam", "nam@hoainam.example", ("CUSTOMER_OWNER",)),),
        seller="Công ty Cổ phần Sao Mai", personal=True,
    ),
    Company(
        "Công ty TNHH Du lịch Ngũ Hành Sơn", "040088310", "40 Bạch Đằng, Hải Châu", "Đà Nẵng", "0236 3821 040",
        "dat-phong@nguhanhson.example",
        (Someone("Võ Minh Sơn", "son@nguhanhson.example", ("CUSTOMER_OWNER",)),),
        seller="Công ty TNHH Công nghệ Biển Đông", friendly="Ngũ Hành Sơn Travel",
    ),
    Company(
        "Công ty Cổ phần Cảng Tiên Sa", "040057746", "1 Yết Kiêu, Sơn Trà", "Đà Nẵng", "0236 3924 001",
        "it@cangtiensa.example",
        (Someone("Tô Hải Yến", "yen@cangtiensa.example", ("CUSTOMER_OWNER",)),),
        seller="Công ty TNHH Công nghệ Biển Đông",
    ),
    Company(
        "Trường Đại học Kinh Bắc", "230029814", "66 Nguyễn Trãi", "Bắc Ninh", "0222 3872 066", "cntt@kinhbac.example",
        (Someone("Nguyễn Kinh Luân", "luan@kinhbac.example", ("CUSTOMER_OWNER",)),),
        seller="Công ty Cổ phần Hạ tầng số Lạc Việt", friendly="ĐH Kinh Bắc",
    ),
    Company(
        "Công ty TNHH Phần mềm Ánh Dương", "010655902", "8 Tôn Thất Thuyết, Cầu Giấy", "Hà Nội", "024 3768 8008",
        "team@anhduong.example",
        (Someone("Dương Ánh Nguyệt", "nguyet@anhduong.example", ("CUSTOMER_OWNER",), "en"),),
        seller="Công ty Cổ phần Hạ tầng số Lạc Việt",
    ),
    Company(
        "Công ty TNHH In ấn Hoa Sen", "030644571", "31 Nguyễn Thị Minh Khai, Quận 1", "TP. Hồ Chí Minh",
        "028 3829 3131", "in@hoasen.example",
        (Someone("Trần Thị Sen", "sen@hoasen.example", ("CUSTOMER_OWNER",)),),
        friendly="In Hoa Sen", wished_by="Công ty Cổ phần Sao Mai", wish="AWAITING_PROVIDER",
    ),
    Company(
        "Công ty Cổ phần Vận tải Trường Sơn", "040211939", "88 Điện Biên Phủ, Thanh Khê", "Đà Nẵng", "0236 3722 088",
        "dieu-hanh@vantaitruongson.example",
        (Someone("Lê Trường Giang", "giang@vantaitruongson.example", ("CUSTOMER_OWNER",)),),
        friendly="Vận tải Trường Sơn", wished_by="Công ty TNHH Công nghệ Biển Đông", wish="AWAITING_PROVIDER",
    ),
    Company(
        "Công ty TNHH Gốm Bát Tràng Việt", "010733160", "Xóm 3, Bát Tràng, Gia Lâm", "Hà Nội", "024 3874 1616",
        "gom@battrangviet.example",
        (Someone("Vũ Đức Thành", "thanh@battrangviet.example", ("CUSTOMER_OWNER",)),),
        friendly="Gốm Bát Tràng", wished_by="Công ty Cổ phần Sao Mai", wish="UNLINKED",
    ),
    Company(
        "Công ty Cổ phần Nội thất Mộc Lan", "030877402", "16 Song Hành, Thủ Đức", "TP. Hồ Chí Minh", "028 3740 1616",
        "noithat@moclan.example",
        (Someone("Hồ Mộc Lan", "lan@moclan.example", ("CUSTOMER_OWNER",)),),
        wished_by="Công ty Cổ phần Sao Mai", wish="REJECTED",
    ),
    Company(
        "Công ty TNHH Giáo dục Khai Trí", "030912277", "62 Lê Lợi, Quận 1", "TP. Hồ Chí Minh", "028 3822 6262",
        "tuyensinh@khaitri.example",
        (Someone("Ngô Trí Dũng", "dung@khaitri.example", ("CUSTOMER_OWNER",), "en"),),
        friendly="Khai Trí Education", wished_by="Công ty Cổ phần Sao Mai", wish="DECLINED",
    ),
    Company(
        "Công ty Cổ phần Truyền thông Hồng Hà", "010233418", "25 Lý Thường Kiệt, Hoàn Kiếm", "Hà Nội", "024 3826 2525",
        "ky-thuat@hongha.example",
        (Someone("Quách Mỹ Dung", "dung@hongha.example", ("CUSTOMER_OWNER",)),),
        postpaid=True,
    ),
    Company(
        "Ngân hàng TMCP Phương Đông Sáng", "030277105", "45 Tôn Đức Thắng, Quận 1", "TP. Hồ Chí Minh", "028 3824 4545",
        "ha-tang@phuongdongsang.example",
        (
            Someone("Tạ Quốc Đông", "dong@phuongdongsang.example", ("CUSTOMER_OWNER",)),
            Someone("Lương Bích Ngân", "ngan@phuongdongsang.example", ("CUSTOMER_BILLING",)),
        ),
        postpaid=True,
    ),
    Company(
        "Hợp tác xã Nông sản Đắk Lắk", "600104227", "12 Lê Duẩn", "Đắk Lắk", "0262 3855 012",
        "htx@nongsandaklak.example",
        (Someone("Y Thương Niê", "thuong@nongsandaklak.example", ("CUSTOMER_OWNER",)),),
    ),
    Company(
        "Lâm Gia Ý", "", "7 Trần Phú", "Khánh Hòa", "0912 077 707", "y@giay.example",
        (Someone("Lâm Gia Ý", "y@giay.example", ("CUSTOMER_OWNER",), "en"),),
        personal=True, friendly="Chị Ý", wished_by="Công ty Cổ phần Sao Mai", wish="AWAITING_CUSTOMER",
    ),
)  # fmt: skip

STRAYS = (
    Stray("Công ty Cổ phần Sao Mai", "giamdoc@viettin.example", "Việt Tín", "AWAITING_CUSTOMER", 3),
    Stray("Công ty Cổ phần Sao Mai", "lienhe@tanphu.example", "", "NO_RESPONSE", 36),
    Stray("Công ty TNHH Công nghệ Biển Đông", "it@haivan.example", "Hải Vân", "NO_RESPONSE", 34),
    Stray("Công ty TNHH Công nghệ Biển Đông", "contact@sonthuy.example", "Sơn Thủy", "WITHDRAWN", 12),
)
