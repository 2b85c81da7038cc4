"""What tests of teams and assignments share: a small province of invented people, bodies and tasks."""

from __future__ import annotations

from datetime import date

from ingest import Facts, House, Kind, Person, Record, Section

YEAR = date.today().year


def record(
    kind: Kind, house: House, id: str, title: str, facts: Facts | None = None, **sections: str | tuple[str, ...]
) -> Record:
    """`sections`: name → text, or several of the name."""
    found = [
        Section(name, text) for name, said in sections.items() for text in ((said,) if isinstance(said, str) else said)
    ]
    return Record(kind, house, title, tuple(found), facts or Facts(), id=id)


NEED = record(
    "need",
    "enterprise",
    "n-go",
    "Gỗ cao su bị cong và nứt khi sấy",
    Facts(organisation="Công ty TNHH Gỗ Suối Mơ", field_codes=("205",), budget_vnd=900_000_000),
    situation="Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su.",
    requirements="Cần chế độ sấy gỗ cao su dày 50 mm. Cần bộ điều khiển độ ẩm tự động cho lò sấy.",
    other="Địa chỉ: huyện Khe Mây, tỉnh Sông Lam",
)
SCIENTISTS = [
    record(
        "scientist",
        "science",
        f"s-{name}",
        title,
        Facts(organisation=organisation, field_codes=("205",)),
        research=research,
        work=work,
    )
    for name, title, organisation, research, work in (
        ("say", "Đoàn Thị Minh Sương", "Viện Gỗ Sông Lam", "Chế độ sấy gỗ cao su.", "Chế độ sấy gỗ cao su dày 50 mm."),
        (
            "am",
            "Lưu Gia Bảo Khôi",
            "Trường Đại học Sông Lam",
            "Bộ điều khiển độ ẩm tự động.",
            "Bộ điều khiển độ ẩm tự động cho lò sấy.",
        ),
        ("tom", "Tạ Hoài Phiêu", "Trường Đại học Sông Lam", "Nuôi tôm thẻ trong ao.", "Xử lý nước ao nuôi tôm."),
        ("men", "Mạc Thu Bích", "Viện Gỗ Sông Lam", "Men gốm không chì.", "Men gốm nung thấp."),
        ("go", "Khổng Duy Trầm", "Viện Gỗ Sông Lam", "Bảo quản gỗ cao su.", "Sấy gỗ cao su bằng hơi nước."),
        ("xa", "Lại Ngân Hà", "Trường Đại học Sông Lam", "Giao thông đô thị.", "Đèn tín hiệu giao thông."),
        ("cay", "Ông Ích Nhuận", "Viện Cây Sông Lam", "Bệnh rễ sầu riêng.", "Nấm đất trên sầu riêng."),
        ("may", "Thân Khắc Dũ", "Viện Cơ khí Sông Lam", "Máy dập và an toàn.", "Cảm biến cho máy dập cũ."),
        ("dl", "Nhữ Mai Đình", "Trường Đại học Sông Lam", "Du lịch vườn.", "Sản phẩm du lịch vườn cây."),
    )
]
BODIES = [
    record(
        "organisation",
        "state",
        "o-so",
        "Sở Khoa học và Công nghệ tỉnh Sông Lam",
        introduction="Sở đặt hàng nhiệm vụ khoa học và công nghệ của tỉnh.",
    ),
    record(
        "organisation",
        "enterprise",
        "o-go",
        "Công ty TNHH Gỗ Suối Mơ",
        Facts(field_codes=("205",)),
        introduction="Xẻ và sấy gỗ cao su bằng 14 lò sấy, ghép tấm.",
    ),
    record(
        "organisation",
        "enterprise",
        "o-ghe",
        "Hợp tác xã Bàn ghế Khe Mây",
        Facts(field_codes=("205",)),
        introduction="Đóng bàn ghế từ gỗ cao su sấy; lò sấy gỗ cao su hay nứt.",
    ),
    record(
        "organisation", "enterprise", "o-tom", "Công ty TNHH Tôm Biển Lặng", introduction="Nuôi tôm thẻ, xử lý ao nuôi."
    ),
]
TASK = record(
    "proposal",
    "state",
    "t-say",
    "Hoàn thiện chế độ sấy gỗ cao su",
    Facts(
        organisation="Viện Gỗ Sông Lam",
        people=(Person("Đoàn Thị Minh Sương", "lead"), Person("Vũ Không Hồ Sơ", "member")),
        status="Đề xuất",
        field_codes=("205",),
    ),
    objectives="Chế độ sấy gỗ cao su dày 50 mm, nứt dưới 5 %.",
    content="Đo độ ẩm trong lò sấy; bộ điều khiển độ ẩm tự động.",
)
OTHERS = [
    record("need", "enterprise", "n-tom", "Nước ao nuôi tôm bị đục", requirements="Cần xử lý nước ao nuôi tôm thẻ."),
    record(
        "need", "enterprise", "n-den", "Đèn tín hiệu đỏ lâu", requirements="Cần đèn tín hiệu giao thông biết đổi pha."
    ),
    record("need", "enterprise", "n-men", "Men gốm có chì", requirements="Cần men gốm không chì nung thấp."),
]


def running(number: int, leader: str = "Đoàn Thị Minh Sương", organisation: str = "Viện Gỗ Sông Lam") -> Record:
    """A task that somebody leads this year."""
    facts = Facts(
        code=f"ĐT-{number}",
        organisation=organisation,
        year_from=YEAR,
        year_to=YEAR,
        status="Đang thực hiện",
        people=(Person(leader, "lead"),),
    )
    return record("proposal", "state", f"t-{number}", f"Nhiệm vụ {number} về bê tông", facts, content="Bê tông nhẹ.")


ALL = [NEED, *SCIENTISTS, *BODIES, TASK, *OTHERS]
