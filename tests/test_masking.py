"""Personal patterns are masked; the numbers that research and offices need stay."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Index, ingest_paths
from index.pipeline import retire_paths
from ingest import read_document, record_to_json
from ingest.columns import read_columns
from ingest.extraction import extract_records
from ingest.masking import Contacts, find_contacts, mask_personal, names_personal
from ingest.table_grids import Header
from ingest.vietnamese import fold

MASKED = [
    ("CCCD: 074083001234", "CCCD: •••"),
    ("Số CCCD/CMND: 074083001234 cấp ngày 01/02/2021", "Số CCCD/CMND: ••• cấp ngày 01/02/2021"),
    ("số 074083001234 do Cục cấp", "số ••• do Cục cấp"),
    ("074 083 001 234", "•••"),
    ("CMND số 280 123 456", "CMND số •••"),
    ("CMND: 280.123.456", "CMND: •••"),
    ("Chứng minh nhân dân số: 280123456.", "Chứng minh nhân dân số: •••."),
    ("(280123456)", "(•••)"),
    ("Hộ chiếu số: B1234567", "Hộ chiếu số: •••"),
    ("Passport No. C7654321", "Passport No. •••"),
    ("Số định danh cá nhân 0740 8300 1234", "Số định danh cá nhân •••"),
    ("MST: 074083001234", "MST: •••"),
    ("Ngày sinh: 15/08/1983", "Ngày sinh: •••"),
    ("NGÀY SINH : 15-8-83", "NGÀY SINH : •••"),
    ("ngay sinh 15.08.1983 tai Thu Dau Mot", "ngay sinh ••• tai Thu Dau Mot"),
    ("Ngày, tháng, năm sinh: 15 / 08 / 1983", "Ngày, tháng, năm sinh: •••"),
    ("Ngày sinh (ngày/tháng/năm): 15/08/1983", "Ngày sinh (ngày/tháng/năm): •••"),
    ("Ngày sinh\n15/08/1983", "Ngày sinh\n•••"),
    ("Năm sinh: 1983; Giới tính: Nam", "Năm sinh: •••; Giới tính: Nam"),
    ("NĂM SINH | 1983", "NĂM SINH | •••"),
    ("Sinh ngày 15 tháng 8 năm 1983", "Sinh ngày •••"),
    ("Ông Nguyễn Văn Giả, sinh năm 1983, quê", "Ông Nguyễn Văn Giả, sinh năm •••, quê"),
    ("Nguyễn Văn Học sinh năm 1983", "Nguyễn Văn Học sinh năm •••"),
    ("Date of birth: August 15, 1983", "Date of birth: •••"),
    ("Born in 1983", "Born in •••"),
    ("Điện thoại: 0912 345 678", "Điện thoại: •••"),
    ("0912345678", "•••"),
    ("0912.345.678 / 0913-456-789", "••• / •••"),
    ("0912345678-0913456789", "•••-•••"),
    ("0912345678,0913456789", "•••,•••"),
    ("ĐT.0912345678", "ĐT.•••"),
    ("+84 912 345 678", "•••"),
    ("(+84) 912-345-678", "•••"),
    ("+84 (0)274 3822 518", "•••"),
    ("0084912345678", "•••"),
    ("84912345678", "•••"),
    ("(84-274) 3822518", "•••"),
    ("(0274) 3822 518", "•••"),
    ("0274.3.822.518", "•••"),
    ("028 3822 5180", "•••"),
    ("0650.3822518", "•••"),
    ("Tel: 3822518", "Tel: •••"),
    ("Điện thoại (cơ quan): 912345678", "Điện thoại (cơ quan): •••"),
    ("E-mail: hantt@truong.edu.vn", "E-mail: •••"),
    ("an.nguyen+kh@mail.example.com.", "•••."),
    ("an @ example.vn", "•••"),
    ("an@example.gov.vn.Điều 3", "•••.Điều 3"),
    ("an@ example.vn", "•••"),
    ("an [at] example.vn", "•••"),
    ("an(at)example(dot)vn", "•••"),
    ("a [at] b", "•••"),
    ("https://x.vn/?email=an@example.vn", "https://x.vn/?email=•••"),
    ("ĐT 84.912.345.678", "ĐT •••"),
    ("ĐT: 84 912 345 678", "ĐT: •••"),
    ("sđt 912 345 678", "sđt •••"),
    ("SĐT 84 912345678", "SĐT •••"),
    ("Điện thoại 912.345.678", "Điện thoại •••"),
    ("sinh: 1980", "sinh: •••"),
    ("Nguyễn Văn Giả (sinh : 1980)", "Nguyễn Văn Giả (sinh : •••)"),
    ("năm sinh 1980", "năm sinh •••"),
    ("https://zalo.me/0912345678", "https://zalo.me/•••"),
    ("sinh năm: 1983", "sinh năm: •••"),
    ("Ông Nguyễn Văn Giả, SN 1983, quê", "Ông Nguyễn Văn Giả, SN •••, quê"),
    ("(SN: 15/08/1983)", "(SN: •••)"),
    ("sn 1983", "sn •••"),
    ("Gọi ０９１２ ３４５ ６７８", "Gọi •••"),
    ("０９１２３４５６７８", "•••"),
    ("ＣＣＣＤ：０７４０８３００１２３４", "ＣＣＣＤ：•••"),
    ("an＠x.vn", "•••"),
    ("an＠example．vn", "•••"),
    ("Hộ chiếu số C 1234567", "Hộ chiếu số •••"),
    ("Hộ chiếu: C-1234567", "Hộ chiếu: •••"),
    ("Passport No. C 765 4321", "Passport No. •••"),
    ("Ngày sinh chủ DN: 12/05/1970", "Ngày sinh chủ DN: •••"),
    ("Ngày sinh giám đốc\n12/05/1970", "Ngày sinh giám đốc\n•••"),
    ("Ngày sinh chủ DN – 12/05/1970", "Ngày sinh chủ DN – •••"),
    ("Ngày tháng năm sinh của chủ nhiệm (dd/mm/yyyy): 2/5/1970", "Ngày tháng năm sinh của chủ nhiệm (dd/mm/yyyy): •••"),
    ("Năm sinh, quê quán: 1970, Bình Dương", "Năm sinh, quê quán: •••, Bình Dương"),
    ("ngày sinh là 12 - 05 - 1970", "ngày sinh là •••"),
    ("Năm sinh là 1970", "Năm sinh là •••"),
    ("sinh nhật: 12/05/1970", "sinh nhật: •••"),
    ("NS: 1985-03-02", "NS: •••"),
    ("(NS: 1985)", "(NS: •••)"),
    ("Sinh tại Bình Dương ngày 12/05/1970", "Sinh tại Bình Dương ngày •••"),
    ("Date of birth of owner: 12 May 1970", "Date of birth of owner: •••"),
    ("DOB 12-May-1970", "DOB •••"),
    ("DOB: 12051970", "DOB: •••"),
    ("Ngày sinh: ......................12/05/1970", "Ngày sinh: ......................•••"),
    ("Ngày sinh: ______________________12/05/1970", "Ngày sinh: ______________________•••"),
    ("Ngày sinh: 1 2 / 0 5 / 1 9 7 0", "Ngày sinh: •••"),
    ("ngay_sinh: 1970-05-12", "ngay_sinh: •••"),
    ("0 9 1 8 7 6 5 4 4 2", "•••"),
    ("0.9.1.8.7.6.5.4.4.2", "•••"),
    ("SĐT 09 18 76 54 42", "SĐT •••"),
    ("zalo0918765442", "zalo•••"),
    ("Di động 0918-765-442", "Di động •••"),
    ("CCCD079200001240", "CCCD•••"),
    ("căn cước 079.200.001.240", "căn cước •••"),
    ("CCCD: 0 7 9 2 0 0 0 0 1 2 4 0", "CCCD: •••"),
    ("CMND giám đốc: 512 345 678", "CMND giám đốc: •••"),
    ("Hộ chiếu của giám đốc: B1234567", "Hộ chiếu của giám đốc: •••"),
    ("Hộ chiếu: B12.345.67", "Hộ chiếu: •••"),
    ("CV_CCCD_079200001240_SĐT_0918765442_NS_12.05.1970.docx", "CV_CCCD_•••_SĐT_•••_NS_•••.docx"),
]

KEPT = [
    "Mã số thuế: 0300123456",
    "MST 0300123456-001",
    "Mã số doanh nghiệp số: 3700 123 456",
    "3700123456",
    "3700123456-001",
    "0300123456-001",
    "1.200.000.000 đồng",
    "2.850 triệu đồng, trong đó ngân sách nhà nước: 1.900 triệu đồng",
    "120000000 đồng",
    "250.000.000",
    "120000000",
    "24 tháng (từ tháng 01/2026 đến tháng 12/2027)",
    "ngày 01.02.2026 12 đơn vị",
    "Quyết định ngày 15/08/1983",
    "tuyển sinh năm 2025; Học sinh năm 2025; phát sinh ngày 15/08/2025; HỌC SINH NĂM 2025",
    "nghiên cứu sinh năm 2020",
    "ĐT.2025-017",
    "ĐTCN.03/20-401.04",
    "ĐT-2016-30218-ĐT",
    "Nghị định 01/2026/NĐ-CP và 267/2025/NĐ-CP",
    "QCVN 40:2011/BTNMT, TCVN 5945:2005, ISO 9001:2015",
    "doi:10.1016/j.scitotenv.2020.138301",
    "https://doi.org/10.1000/0912345678",
    "ISBN 978-604-0-12345-6",
    "ISBN: 0306406152",
    "ISSN 0866-7152, 2019",
    "ORCID 0000-0002-1825-0097",
    "0000-0002-1825-0097",
    "10.980412, 106.651856",
    "kích thước 0,5 – 1,2 mm; 0.0912345678",
    "Bằng độc quyền sáng chế số 123456789",
    "CN 108123456 A, US20200123456A1, 1-2019-01234",
    "https://example.vn/tin/280123456.html",
    "https://medium.example/@user/bai-viet",
    "Hotline: 1900 1234, 1800 599 920",
    "05 10 15 20 25 30",
    "Giá 5 @ 10.000",
    "Luật Căn cước số 26/2023/QH15",
    "tuyển sinh: 2025; số học sinh: 1980; chi phí phát sinh: 2000",
    "DT 84.912.345.678 đồng",
    "sản xuất điện thoại 912 345 678 đồng",
    "ĐT 84.2025",
    "thông tin về điện thoại: 20.000.000 đồng",
    "hợp kim Sn 1983",
    "máy SN 1983A, số seri SN 12345",
    "SN 1980 - 1985",
    "hộ chiếu số 12",
    "Ｎăm ２０２６",
    "Thời gian thực hiện: 12/05/2024 - 12/05/2026",
    "Ngày thành lập: 12/05/1990; Sinh nhật công ty: 12/05/2015",
    "Ngày sinh hoạt khoa học: 12/05/2025; Ngày sinh viên nghiên cứu khoa học 12/05/2025",
    "Ngày phát sinh: 12/05/2025",
    "vi sinh tại bể ngày 12/05/2025; nghiên cứu sinh tại Đại học X năm 2020",
    "NS: 1985 triệu đồng; NS: 1.985; NS: 2020 - 2025; NSNN: 1985; NS 2025: 500",
    "0 3 6 9 12 15 18 21 24 27 30",
    "0 5 1 2 3 4 5 6 7 8 9 1 2 3",
    "nam sinh lớp 12 năm 2020",
    "https://example.com/a_0912345678.pdf",
    "sản lượng điện thoại di động: 1.234.567 chiếc",
    "Mã ĐT_2025_017",
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_personal_patterns_are_masked_and_labels_stay(text: str, masked: str) -> None:
    assert mask_personal(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_other_numbers_stay(text: str) -> None:
    assert mask_personal(text) == text


@pytest.mark.parametrize("text", ["Ngày sinh: 15/08/1983", "Điện thoại: 0912345678", "Hộ chiếu số: B1234567"])
def test_labels_are_known_without_accents_and_in_capitals(text: str) -> None:
    assert mask_personal(fold(text)).endswith(": •••")
    assert mask_personal(text.upper()).endswith(": •••")


pieces = st.sampled_from([text for text, _ in MASKED] + KEPT + ["-", ", ", ".", "/", " ", "\n", "0", "sinh năm ", "@"])


@given(st.lists(pieces, max_size=8).map("".join) | st.text(alphabet="0123456789 .-+()@abcsinh:", max_size=60))
def test_masking_twice_equals_masking_once(text: str) -> None:
    masked = mask_personal(text)
    assert mask_personal(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "0" * 100_000,
        "0912345678," * 9_000,
        "a@b.vn." * 9_000,
        "sinh năm " * 9_000,
        "1 " * 50_000,
        "ngày sinh của " * 7_000,
        "_" * 100_000,
    ],
)
def test_hostile_texts_take_no_long_time(text: str) -> None:
    started = time.monotonic()
    mask_personal(text)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "label",
    ["Ngày sinh chủ DN", "Họ tên, ngày sinh", "Chủ hộ, ngày sinh", "ngay_sinh", "DOB", "Số CCCD giám đốc", "Sinh ngày"],
)
def test_labels_of_birth_dates_and_identity_numbers_are_personal_whosever_they_are(label: str) -> None:
    assert names_personal(label)


@pytest.mark.parametrize(
    "label", ["Số học sinh năm 2025", "Tuyển sinh năm", "Ngày sinh hoạt", "Mã định danh", "Ngày bắt đầu", "Số nam sinh"]
)
def test_other_labels_are_not_personal(label: str) -> None:
    assert not names_personal(label)


@pytest.mark.parametrize("header", ["Ngày sinh chủ DN", "Ngày sinh giám đốc", "Ngày tháng năm sinh của chủ nhiệm"])
def test_columns_and_items_of_birth_dates_are_not_stored(tmp_path: Path, header: str) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(f"Tên nhu cầu,Doanh nghiệp,Hiện trạng,{header}\nSấy gỗ,Xưởng Gỗ,Gỗ ẩm,12/05/1970\n", "utf-8")
    form = tmp_path / "form.txt"
    lines = ("PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ", "Tên nhu cầu: Sấy gỗ", f"{header}: 12/05/1970", "Hiện trạng: Gỗ ẩm")
    form.write_text("\n".join(lines), "utf-8")
    unknown = tmp_path / "text.txt"
    unknown.write_text(f"Thư gửi Sở\nChúng tôi cần máy sấy gỗ.\n{header}\n12/05/1970\n", "utf-8")
    for path in (listed, form, unknown):
        stored = json.dumps(
            [record_to_json(one) for one in extract_records(read_document(path)).records], ensure_ascii=False
        )
        assert "Sấy gỗ" in stored or "sấy gỗ" in stored
        assert "1970" not in stored
        assert path == unknown or header not in stored


def test_birth_dates_in_tables_that_are_no_list_are_masked(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Mục,Ngày sinh chủ DN,Bắt đầu\nAn,12/05/1970,01/02/2024\nBình,13/06/1971,01/03/2024\n", "utf-8")
    (record,) = extract_records(read_document(path)).records
    assert [section.text for section in record.sections] == ["An – ••• – 01/02/2024\nBình – ••• – 01/03/2024"]


def test_a_birth_date_below_the_heading_of_a_person_is_no_name() -> None:
    headers = (Header(("Tên đề tài",)), Header(("Mã số",)), Header(("Chủ nhiệm", "Ngày sinh")))
    columns = read_columns(headers)
    assert columns is not None
    assert "lead" not in columns.fields.values()
    assert columns.private == {2}


def test_names_of_files_are_stored_masked_and_files_are_known_again(tmp_path: Path) -> None:
    path = tmp_path / "CV 079200001240 0918765442.txt"
    path.write_text("Máy sấy gỗ cần cải tiến.\nLò sấy hiện nay hao củi.", "utf-8")
    index = Index(tmp_path / "data", None)
    (stored,) = ingest_paths(index, [path]).stored
    held = index.store.get(stored.id)
    assert {source.file for source in held.sources} == {"CV ••• •••.txt"}
    assert ingest_paths(index, [path]).stored[0].change == "unchanged"
    path.write_text("Máy sấy gỗ cần cải tiến.\nLò sấy hiện nay hao điện.", "utf-8")
    (again,) = ingest_paths(index, [path]).stored
    assert (again.id, again.change) == (stored.id, "changed")
    assert retire_paths(index, [path]).ids == (stored.id,)
    assert list(index.store.records()) == []


def test_contacts_are_found_as_written_once_each() -> None:
    text = "ĐT: 0912 345 678, e-mail an@example.vn; 0912 345 678; CCCD 074083001234; Tel: 3822518"
    assert find_contacts(text) == Contacts(("0912 345 678", "3822518"), ("an@example.vn",))
    assert find_contacts("không có") == Contacts()


def test_the_sample_forms_hold_no_personal_pattern_after_masking(shared: Path) -> None:
    text = (shared / "samples" / "proposal_utf8.txt").read_text("utf-8")
    masked = mask_personal(text)
    assert "@" not in masked
    assert "0912 345 678" not in masked
    assert "ĐT.2025-017" in masked
    assert "2.850 triệu đồng" in masked


def test_long_texts_are_masked_as_short_ones_are() -> None:
    lines = [f"Dòng {n}: điện thoại 0912 345 6{n % 90 + 10:02}, kinh phí {n} triệu đồng năm 2023." for n in range(4000)]
    gap = "Nghiên cứu sấy gỗ cao su. " * 6000
    text = f"{gap}{' '.join(lines)}{gap}Ngày sinh: 01/02/1980{gap}"
    expected = f"{gap}{' '.join(map(mask_personal, lines))}{gap}{mask_personal('Ngày sinh: 01/02/1980')}{gap}"
    assert mask_personal(text) == expected


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("TS. Lê Thị Bích (0905 123 456)", "TS. Lê Thị Bích (•••)"),
        ("ĐT (0274) 3822 518", "ĐT •••"),
        ("(028) 3822.5180 (máy lẻ 12)", "••• (máy lẻ 12)"),
    ],
)
def test_brackets_stay_in_pairs(text: str, masked: str) -> None:
    assert mask_personal(text) == masked
