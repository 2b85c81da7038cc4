"""Fields of science: parents of a code, and suggestions from the words of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.catalogue import translator
from api.wording import Wording
from ingest.fields import field_vocabulary, group_title, parent_fields, suggest_field_codes
from ingest.vietnamese import fold


@pytest.mark.parametrize(("code", "parents"), [("20501", ("205", "2")), ("205", ("2",)), ("2", ())])
def test_a_field_knows_the_fields_above_it(code: str, parents: tuple[str, ...]) -> None:
    assert parent_fields(code) == parents


def test_a_field_is_worded_with_the_field_above_it() -> None:
    wording = Wording(translator("vi"), "vi")
    assert wording.field("207") == "Kỹ thuật môi trường (207) – Khoa học kỹ thuật và công nghệ"
    assert wording.field("2") == "Khoa học kỹ thuật và công nghệ"
    assert wording.field("299") == "Khoa học kỹ thuật và công nghệ (299)"
    english = Wording(translator("en"), "en")
    assert english.field("20701") == "Environmental engineering (20701) – Engineering and technology"


def test_every_group_has_an_english_name() -> None:
    codes = {code for found in field_vocabulary().values() for code in found}
    assert len(codes) == 40
    assert all((group_title(code, "en") or "").isascii() and group_title(code, "en") for code in codes)


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("Xử lý nước thải dệt nhuộm", ("204", "207")),
        ("Bảo quản sầu riêng sau thu hoạch", ("211", "401")),
        ("Giáo dục hướng nghiệp cho học sinh", ("503",)),
        ("Quan trắc chất lượng nước thải", ("207",)),
    ],
)
def test_a_title_suggests_its_field(title: str, codes: tuple[str, ...]) -> None:
    suggested = suggest_field_codes(title, "")
    assert suggested
    assert set(suggested) <= set(codes)


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("Ứng dụng máy bay không người lái phun thuốc cho vườn cao su Dầu Tiếng", ("202", "401")),
        ("Phun thuốc bảo vệ thực vật bằng drone trên ruộng lúa", ("202", "401")),
        ("Bào chế viên nang từ cây thuốc nam", ("304",)),
        ("Điều khiển nhiệt độ lò nung bằng PLC", ("202", "203")),
        ("Hỗ trợ điều kiện sinh hoạt cho công nhân nhà trọ", ("504",)),
        ("Điều trị đột quỵ trong giờ vàng tại bệnh viện tuyến huyện", ("302",)),
        ("Giống điều ghép cho năng suất cao", ("401",)),
        ("Chế tạo máy hàn tự động cho khung xe ô tô", ("203", "202")),
        ("Hệ thống quan hệ Việt – Hàn trong thu hút đầu tư", ("502", "506")),
        ("Quy luật biến đổi dòng chảy sông Sài Gòn", ("105",)),
        ("Giới thiệu sản phẩm OCOP qua thương mại điện tử", ("502",)),
        ("Bạo lực giới và trẻ em ở khu nhà trọ", ("504",)),
        ("Thuốc nhuộm tự nhiên từ vỏ măng cụt", ("204", "401")),
        ("Thuốc thú y trị tiêu chảy cho heo con", ("403", "402")),
        ("Thuốc nổ trong khai thác đá", ("105", "203", "204")),
        ("Du lịch Sơn La gắn với làng nghề", ("502", "604")),
        ("Cải cách thủ tục hành chính cấp xã", ("506",)),
        ("Cá nhân hóa việc học bằng trí tuệ nhân tạo", ("102", "503")),
    ],
)
def test_a_syllable_of_another_word_suggests_nothing(title: str, codes: tuple[str, ...]) -> None:
    suggested = suggest_field_codes(title, "")
    assert suggested
    assert set(suggested) <= set(codes)


def test_words_that_differ_by_an_accent_are_kept_apart() -> None:
    assert "508" in suggest_field_codes("Truyền thông và mạng xã hội", "")
    assert suggest_field_codes("Gìn giữ nghề truyền thống", "") == ()


def test_text_without_accents_is_understood() -> None:
    assert suggest_field_codes("Xu ly nuoc thai", "") == suggest_field_codes("Xử lý nước thải", "") == ("207",)


def test_a_text_that_names_no_field_suggests_none() -> None:
    assert suggest_field_codes("Kính gửi quý cơ quan", "Trân trọng cảm ơn.") == ()


@given(st.text(max_size=200), st.text(max_size=200))
def test_suggestions_are_at_most_two_sorted_groups(title: str, text: str) -> None:
    codes = suggest_field_codes(title, text)
    assert len(codes) <= 2
    assert list(codes) == sorted(set(codes))
    assert all(len(code) == 3 for code in codes)
    assert suggest_field_codes(fold(title), fold(text)) is not None
