"""What others see: confidential text gone, what tells whose it is hidden, positions as they see them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import (
    NOBODY,
    OFFICER,
    Facts,
    Person,
    Record,
    Section,
    Source,
    Viewer,
    as_seen_by,
    hide,
    identities,
    mask,
    seen_position,
)

FIRM = "Công ty Cổ phần Chế biến Gỗ Trường Thành Phát"
RECORD = Record(
    "need",
    "enterprise",
    f"{FIRM} cần lò sấy",
    (
        Section("contact", "bà Duyên", "confidential"),
        Section("situation", "Trường Thành Phát sấy gỗ 11 ngày. TRƯỜNG THÀNH PHÁT đặt hàng.", "anonymous"),
        Section("requirements", "Ông Lê Văn Đức muốn dưới 7 ngày.", "anonymous"),
    ),
    Facts(organisation=FIRM, code="NC-01", people=(Person("Lê Văn Đức"),), budget_vnd=1),
    (Source("title", "Trường Thành Phát.docx", "0"),),
    id="need-1",
)


def test_officers_and_owners_see_everything() -> None:
    assert as_seen_by(RECORD, OFFICER) is RECORD
    assert as_seen_by(RECORD, Viewer("enterprise", frozenset({"need-1"}))) is RECORD


def test_strangers_can_read_but_not_identify() -> None:
    seen = as_seen_by(RECORD, NOBODY)
    assert seen is not None
    everything = repr(seen)
    for name in ("Trường Thành", "TRƯỜNG", "Lê Văn Đức", "NC-01", "Duyên", "docx"):
        assert name not in everything
    assert "sấy gỗ 11 ngày" in seen.sections[0].text
    assert seen.facts.budget_vnd == 1


def test_a_firm_of_one_invented_word_is_masked_and_a_common_syllable_is_not() -> None:
    firm = Facts(organisation="Công ty Cổ phần Vinatex")
    seen = as_seen_by(Record("need", "enterprise", "Vinatex cần máy", (Section("x", "y", "anonymous"),), firm), NOBODY)
    assert seen is not None
    assert seen.title == "••• cần máy"


def test_the_name_that_is_the_title_of_a_person_or_body_is_masked() -> None:
    works = (Section("work", "Lê Văn Đức nghiên cứu lò sấy.", "anonymous"),)
    person = as_seen_by(Record("scientist", "science", "Lê Văn Đức", works), NOBODY)
    assert person is not None
    assert (person.title, person.sections[0].text) == ("•••", "••• nghiên cứu lò sấy.")
    offers = (Section("technology_offer", "Gỗ Trường Thành bán lò sấy; TRƯỜNG THÀNH bảo hành.", "anonymous"),)
    body = as_seen_by(Record("organisation", "enterprise", "Công ty TNHH Gỗ Trường Thành", offers), NOBODY)
    assert body is not None
    assert "Trường Thành" not in body.title + body.sections[0].text
    assert "TRƯỜNG" not in body.sections[0].text
    assert body.sections[0].text.endswith("bảo hành.")


def test_positions_count_what_is_seen() -> None:
    assert seen_position(RECORD, 2, NOBODY) == 1
    assert seen_position(RECORD, 2, OFFICER) == 2
    assert seen_position(RECORD, None, NOBODY) is None


def test_a_record_with_nothing_but_confidential_text_does_not_exist() -> None:
    hidden = Record("need", "enterprise", "x", (Section("situation", "y", "confidential"),), id="n")
    assert as_seen_by(hidden, NOBODY) is None


def test_sources_of_a_public_record_are_shown_unless_they_would_tell_of_hidden_sections() -> None:
    source = (Source("title", "a.docx", "0"),)
    public = Record("need", "enterprise", "x", (Section("situation", "y"),), sources=source)
    mixed = Record(
        "need", "enterprise", "x", (Section("situation", "y"), Section("z", "z", "confidential")), sources=source
    )
    shown, partly = as_seen_by(public, NOBODY), as_seen_by(mixed, NOBODY)
    assert shown is not None
    assert partly is not None
    assert (shown.sources, partly.sources) == (source, ())


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_masks_are_of_one_length_and_masking_is_done_once(text: str, names: list[str]) -> None:
    masked = mask(text, names)
    assert set(re.findall("•+", masked)) <= {"•••", *re.findall("•+", text)}
    assert mask(masked, [name for name in names if "•" not in name]) == masked


def test_who_has_met_an_owner_sees_names_but_nothing_confidential() -> None:
    record = Record(
        "need",
        "enterprise",
        "Gốm Trăng Khuyết cần men",
        (Section("a", "Gốm Trăng Khuyết bị trả hàng", "anonymous"), Section("b", "bí mật", "confidential")),
        Facts(organisation="Công ty TNHH Gốm Trăng Khuyết"),
        id="n",
    )
    met = as_seen_by(record, Viewer("university", met=frozenset({"n"})))
    assert met is not None
    assert (met.title, met.facts, [one.name for one in met.sections]) == (record.title, record.facts, ["a"])
    hidden = replace(record, sections=record.sections[1:])
    assert as_seen_by(hidden, Viewer("university", met=frozenset({"n"}))) is None


def test_administrators_see_what_officers_see_and_reviewers_do_not() -> None:
    assert Viewer("administrator").sees_all_of("n")
    assert not Viewer("reviewer").sees_all_of("n")


WOOD = Record("need", "enterprise", "x", (), Facts(organisation="Công ty TNHH Gỗ Khê Thượng", code="8902204516"))
GIVEAWAYS = [
    ("kho của Công ty TNHH Gỗ Khê Thượng (MST 8902204516)", "kho của ••• (MST •••)"),
    ("mã 890 220 4516 của KHE THUONG", "mã ••• của •••"),
    ("mã số thuế: 0312345678-001; 0312345679", "mã số thuế: •••; •••"),
    ("gọi 8902204515, hoặc 3702204510-001", "gọi •••, hoặc •••"),
    ("MST 2500000000, mã số thuế của xưởng chúng tôi: 2500000000", "MST •••, mã số thuế của xưởng chúng tôi: •••"),
    ("2500000000 (MST), 2500000000 là mã số thuế", "••• (MST), ••• là mã số thuế"),
    ("kinh phí 500 triệu, MST của xưởng 2500000000", "kinh phí 500 triệu, MST của xưởng •••"),
    ("vốn của xưởng 3702204514; chuyển vào tài khoản 2500000000", "vốn của xưởng •••; chuyển vào tài khoản •••"),
    ("giấy phép kinh doanh số 46A8001234", "giấy phép kinh doanh số •••"),
    ("xem www.gokhethuong.vn, hoặc https://x.vn/a.", "xem •••, hoặc •••."),
    ("trang facebook.com/abc và go.com.vn", "trang ••• và •••"),
    ("thư kho@go.vn, tổng đài 1900 1234, gọi 0912 345 678", "thư •••, tổng đài •••, gọi •••"),
    ("xưởng KheThuongGo, Khê-Thượng, khe_thuong", "xưởng •••, •••, •••"),
    ("hàng của GKT, Gỗ K.T, Gỗ KT, Cty K.T", "hàng của •••, •••, •••, •••"),
    ("giám đốc Lê Văn Tám nói", "giám đốc ••• nói"),
    ("hỏi ông Trần Văn Bảy, giám đốc kỹ thuật", "hỏi ông •••, giám đốc kỹ thuật"),
    ("gặp chị Hoa hoặc anh Bảy Lựu", "gặp chị ••• hoặc anh •••"),
    ("Đàm Quý (quản đốc) đo", "••• (quản đốc) đo"),
    ("PHẠM THỊ LAN ký; Ngô Thừa Ân đo", "••• ký; ••• đo"),
    ("nguoi lien he: Le Van Tam; Mr. Bay", "nguoi lien he: •••; Mr. •••"),
    ("nhờ lê văn tám với trần thị hoa, Lê văn Tám xem", "nhờ ••• với •••, ••• xem"),
]


@pytest.mark.parametrize(("text", "seen"), GIVEAWAYS)
def test_whatever_tells_whose_it_is_is_hidden_at_one_length(text: str, seen: str) -> None:
    names = list(identities(WOOD))
    assert hide(text, names) == seen
    assert hide(f"• {text}", names) == f"• {seen}"


@pytest.mark.parametrize(
    "text",
    [
        "gỗ cao su xẻ 50 mm, giá 2850000000 đồng, 120 000 000 đồng, 1.200.000.000",
        "kinh phí 2500000000, số tiền: 1150000000; kinh phí dự kiến là 2345678917. Lãi 3000000000 mỗi năm",
        "kinh phí | 2500000000\nMST của ai thì người ấy ghi; còn 1500000000000",
        "đạt QCVN 40:2011/BTNMT, TCVN 5945:2005, ISO 9001:2015 từ tháng 01/2026",
        "ở Bà Rịa – Vũng Tàu, đường Lê Lợi, TP. Hồ Chí Minh, trục Lê Ích Thạc, Anh Quốc",
        "giám đốc Sở Khoa học và Công nghệ; bà con nông dân; anh em thợ. Cô đặc ở 60 độ",
        "khô.Có mốc, thương hiệu, khê, gkt, KCN, CNTT và PLC",
        "quản lý thị trường, đoàn văn hóa, trương thị xã, dương văn bản",
        "cuối ngày tính sổ cho ông bà. Số còn lại để kho",
    ],
)
def test_ordinary_words_stay_readable(text: str) -> None:
    assert hide(text, list(identities(WOOD))) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Địa chỉ: cụm công nghiệp Khê Thượng, huyện Khê Thượng", None),
        ("rơm của xã khê thượng, thị trấn KHÊ THƯỢNG, huyen Khe Thuong", None),
        ("cơ sở ở huyện Khê Thượng, công ty thuộc xã Khê Thượng", None),
        # By itself it may be the firm; a co-operative is no commune, and an office goes by the name of its unit.
        ("thợ ở Khê Thượng, hợp tác xã Khê Thượng", "thợ ở •••, hợp tác xã •••"),
        ("Gỗ Khê Thượng, huyện Khê Thượng", "•••, huyện Khê Thượng"),
        ("Phòng Văn hóa huyện Khê Thượng, UBND xã Khê Thượng", "Phòng Văn hóa huyện •••, UBND xã •••"),
    ],
)
def test_a_unit_is_told_also_where_the_owner_is_called_after_it(text: str, seen: str | None) -> None:
    """Dots behind *huyện* would say just that of the owner."""
    assert hide(text, list(identities(WOOD))) == (seen or text)


def test_a_name_is_hidden_whole_where_it_ends_in_a_unit() -> None:
    body = replace(WOOD, facts=Facts(organisation="Công ty Cổ phần Cấp nước thành phố Khê Thượng"))
    assert hide("Cấp nước thành phố Khê Thượng", list(identities(body))) == "•••"


def test_a_place_tells_the_same_of_whoever_is_called_after_it_and_of_others() -> None:
    for place, shown in (
        ("Khê Thượng, huyện Phú Khê", "Khê Thượng, huyện Phú Khê"),
        ("xã Khê Thượng", "xã Khê Thượng"),
        ("xưởng Gỗ Khê Thượng; ấp 3", "xưởng •••; ấp 3"),
        ("xưởng Khê Thượng, ấp 3", "xưởng •••, ấp 3"),
    ):
        facts = replace(WOOD.facts, place_written=place)
        seen = as_seen_by(replace(WOOD, facts=facts, sections=(Section("situation", "x", "anonymous"),)), NOBODY)
        assert seen is not None
        assert seen.facts.place_written == shown


def test_a_name_in_capitals_hides_no_common_syllable() -> None:
    shouted = replace(WOOD, facts=Facts(organisation="CÔNG TY TNHH GỖ AN HÒA"))
    assert hide("gỗ hòa tan, lò An Hòa", list(identities(shouted))) == "gỗ hòa tan, lò •••"


def test_short_names_do_not_hide_words_that_they_join_to() -> None:
    person = replace(WOOD, facts=Facts(people=(Person("Tô An"),)))
    assert hide("toàn bộ do Tô An làm", list(identities(person))) == "toàn bộ do ••• làm"


def test_what_the_store_knows_of_the_owner_is_hidden_and_not_told() -> None:
    record = replace(RECORD, owner_names=("Lò Ban Mai", "0399999999"))
    seen = as_seen_by(replace(record, title="Lò Ban Mai, 0399 999 999"), NOBODY)
    assert seen is not None
    assert (seen.title, seen.owner_names) == ("•••, •••", ())
