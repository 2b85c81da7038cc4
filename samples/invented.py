"""Invents the personal details that real forms ask for, always the same for the same name."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FIELD_NAMES = {
    "101": "Toán học và thống kê",
    "102": "Khoa học máy tính và thông tin",
    "103": "Vật lý",
    "105": "Khoa học trái đất và môi trường",
    "201": "Kỹ thuật dân dụng",
    "202": "Kỹ thuật điện, kỹ thuật điện tử, kỹ thuật thông tin",
    "203": "Kỹ thuật cơ khí",
    "204": "Kỹ thuật hóa học",
    "205": "Kỹ thuật vật liệu và luyện kim",
    "206": "Kỹ thuật y học",
    "207": "Kỹ thuật môi trường",
    "208": "Công nghệ sinh học môi trường",
    "211": "Kỹ thuật thực phẩm và đồ uống",
    "302": "Y học lâm sàng",
    "303": "Y tế",
    "304": "Dược học",
    "401": "Trồng trọt",
    "402": "Chăn nuôi",
    "404": "Lâm nghiệp",
    "405": "Thủy sản",
    "502": "Kinh tế và kinh doanh",
    "503": "Khoa học giáo dục",
    "504": "Xã hội học",
    "505": "Pháp luật",
    "506": "Khoa học chính trị",
    "507": "Địa lý kinh tế và xã hội",
    "604": "Nghệ thuật",
}
DEGREES = {
    "PGS.TS.": "Phó Giáo sư, Tiến sĩ",
    "TS.": "Tiến sĩ",
    "ThS.": "Thạc sĩ",
    "BS.CKII": "Bác sĩ chuyên khoa II",
}
_STREETS = ("Bờ Nam", "Lê Lai nối dài", "Hàng Dừa", "Cầu Gỗ", "Bến Nứa", "Vườn Ươm")
_WARDS = ("Bến Đò", "Bến Củi", "Hòa Bắc", "Bình Lễ", "Tân Khương")
_CONTACTS = ("Nguyễn Thị Thuận Lành", "Trần Văn An Bài", "Phạm Thị Mộc Miên", "Lê Quang Sẵn", "Võ Thị Đò Xuôi")
_POSITIONS = ("Trưởng phòng kỹ thuật", "Phó Giám đốc", "Quản đốc", "Cán bộ văn phòng")


@dataclass(frozen=True, slots=True)
class Private:
    """Details nobody has: numbers with an area code and prefixes that are in no use, addresses under ``.example``."""

    birth_date: str
    identity: str
    mobile: str
    landline: str
    mail: str
    home: str
    contact: str
    position: str
    degree_years: tuple[int, int, int]
    staff: int


def invent(name: str) -> Private:
    """The details of a person or organisation of this name."""
    digest = hashlib.sha256(name.encode()).digest()
    year = 1962 + digest[0] % 26
    number = int.from_bytes(digest[4:8], "big")
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    words = [word for word in plain.lower().split() if word.isalnum()]
    return Private(
        birth_date=f"{1 + digest[1] % 28:02}/{1 + digest[2] % 12:02}/{year}",
        identity=f"000{year % 100:02}{number % 10**7:07}",
        mobile=f"0950 {number % 1000:03} {number // 1000 % 1000:03}",
        landline=f"0230 3{number % 1000:03} {number // 1000 % 1000:03}",
        mail=f"{words[-1]}.{''.join(word[0] for word in words[:-1])}@songtra.example",
        home=f"số {1 + digest[8] % 90}, đường {_pick(_STREETS, digest[9])}, phường {_pick(_WARDS, digest[10])}",
        contact=_pick(_CONTACTS, digest[11]),
        position=_pick(_POSITIONS, digest[12]),
        degree_years=(year + 23, year + 27, year + 33),
        staff=10 + digest[13],
    )


def _pick(choices: Sequence[str], number: int) -> str:
    return choices[number % len(choices)]
