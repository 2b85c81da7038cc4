"""Industries: codes that firms write or name, the sciences that serve them, and how they come into records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.versions import merge_versions
from ingest import Facts, Record, extract_records, fold, read_document
from ingest.fields import group_title
from ingest.industries import fields_of_industries, find_industry_codes, industry_title, load_industries, load_names
from ingest.records_json import RecordRefused, record_from_json, record_to_json

INDUSTRIES = load_industries()
# The sections A to U of the decision: 34, 40, 44, 48, 54, 57, 67, 76, 83 and 89 are no divisions.
DIVISIONS = [f"{number:02}" for number in range(1, 100)]
NONE = {"04", "34", "40", "44", "48", "54", "57", "67", "76", "83", "89"}


def test_all_divisions_stand_in_the_table_and_every_class_below_one() -> None:
    assert [code for code in sorted(INDUSTRIES) if len(code) == 2] == [code for code in DIVISIONS if code not in NONE]
    assert sum(len(code) == 2 for code in INDUSTRIES) == 88
    assert all(code[:2] in INDUSTRIES and code.isdecimal() and len(code) <= 4 for code in INDUSTRIES)


def test_every_division_says_what_serves_it_in_codes_of_known_fields() -> None:
    for code, entry in INDUSTRIES.items():
        assert len(code) > 2 or "fields" in entry, code
        assert all(len(field) == 3 and group_title(field) for field in entry.get("fields", ())), code
        assert len(set(entry.get("fields", ()))) <= 3, code


def test_no_name_means_two_industries_with_or_without_accents() -> None:
    pairs = {(fold(name), code) for name, code in load_names()}
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names))
    alone = [fold(name) for entry in INDUSTRIES.values() for name in entry.get("alone", ())]
    assert len(alone) == len(set(alone))
    assert not set(alone) & set(names) - {"det"}


@pytest.mark.parametrize("code", INDUSTRIES)
def test_every_industry_is_found_by_its_title_its_names_and_its_code(code: str) -> None:
    entry = INDUSTRIES[code]
    for name in (entry["title"], *entry.get("names", ()), *entry.get("alone", ())):
        # A title that names a class (Hoàn thiện sản phẩm dệt) is that of the class.
        assert all(found.startswith(code) for found in find_industry_codes(name)), name
        assert find_industry_codes(name), name
    assert find_industry_codes(code) == find_industry_codes(f"C{code} - Tên ngành") == (code,)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("chế biến gỗ", ("16",)),
        ("Sản xuất chế biến gỗ", ("16",)),
        ("san xuat che bien go", ("16",)),
        ("Sản xuất và kinh doanh đồ gỗ nội thất xuất khẩu", ("31",)),
        ("dệt nhuộm", ("1313",)),
        ("Dệt, may", ("13",)),
        ("nhuộm, may", ("1313", "14")),
        ("Gỗ", ("16",)),
        ("kho tại Gò Vấp", ()),
        ("sản xuất thức ăn chăn nuôi", ("1080",)),
        ("hoá mỹ phẩm", ("2023",)),
        ("1629", ("1629",)),
        ("C1629 Sản xuất sản phẩm khác từ gỗ", ("1629",)),
        ("Chế biến gỗ (mã 1610)", ("1610",)),
        ("Mã ngành cấp 4: 1313", ("1313",)),
        ("4663 Bán buôn vật liệu xây dựng", ("4663",)),
        ("mua bán gỗ các loại", ("46",)),
        ("1610 (chính); 4663; 4933", ("1610",)),
        ("16 - Chế biến gỗ; 1610", ("1610",)),
        ("12 ha trồng lúa", ("011",)),
        ("10. Chế biến gỗ\n11. Dệt nhuộm", ("1313", "16")),
        ("1200 con heo", ()),
        ("thành lập (2012)", ()),
        ("☐ Dệt ☑ Chế biến gỗ ☐ Nhựa", ("16",)),
        ("☐ Dệt ☐ Chế biến gỗ", ()),
        ("Dệt; may mặc; chế biến gỗ; giấy; nhựa; cơ khí; chế biến thực phẩm; dược phẩm", ()),
        ("", ()),
    ],
)
def test_industries_are_read_as_firms_write_them(text: str, codes: tuple[str, ...]) -> None:
    assert find_industry_codes(text) == codes


@given(st.text(max_size=200))
def test_codes_of_any_text_are_sorted_and_of_known_divisions(text: str) -> None:
    codes = find_industry_codes(text)
    assert list(codes) == sorted(set(codes))
    assert all(code[:2] in INDUSTRIES for code in codes)


@given(st.lists(st.sampled_from(sorted(INDUSTRIES)), max_size=5))
def test_what_serves_several_industries_serves_one_of_them(codes: list[str]) -> None:
    assert set(fields_of_industries(tuple(codes))) == {f for code in codes for f in fields_of_industries((code,))}


def test_a_class_has_its_own_fields_or_those_of_the_nearest_industry_above() -> None:
    assert fields_of_industries(("1313",)) == ("204", "205", "207")
    assert fields_of_industries(("13131",)) == fields_of_industries(("1313",))
    assert fields_of_industries(("1622",)) == fields_of_industries(("16",)) == ("205", "404")
    assert fields_of_industries(("4663",)) == fields_of_industries(("7212",)) == ()
    assert industry_title("16101") == industry_title("1610") == "Cưa, xẻ, bào gỗ và bảo quản gỗ"
    assert industry_title("04") is None


def read(folder: Path, name: str, text: str) -> Record:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (record,) = extract_records(read_document(path)).records
    return record


NEED = """PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ
Tên doanh nghiệp: Công ty TNHH An Thịnh
Ngành nghề kinh doanh: xẻ sấy gỗ, sản xuất ván ép
Tên nhu cầu: Giảm hao hụt khi ghép
Mô tả hiện trạng: Hàng bị loại nhiều.
"""


def test_a_form_of_a_need_gives_the_industry_and_keeps_its_line(tmp_path: Path) -> None:
    record = read(tmp_path, "need.txt", NEED)
    assert record.facts.industry_codes == ("1610", "1621")
    assert [section.text for section in record.sections if section.name == "other"] == [
        "Ngành nghề kinh doanh: xẻ sấy gỗ, sản xuất ván ép"
    ]
    (source,) = [source for source in record.sources if source.value == "facts/industry_codes"]
    assert (source.file, source.confidence) == ("need.txt", 1)


def test_asked_for_a_field_a_firm_names_its_industry(tmp_path: Path) -> None:
    record = read(tmp_path, "need.txt", NEED.replace("Ngành nghề kinh doanh: xẻ sấy gỗ", "Lĩnh vực: dệt nhuộm"))
    assert "1313" in record.facts.industry_codes


def test_the_industry_of_an_offer_stays_in_its_introduction(tmp_path: Path) -> None:
    offer = """PHIẾU GIỚI THIỆU TỔ CHỨC VÀ CÔNG NGHỆ
Tên tổ chức: Công ty Cổ phần Thủy Minh
Địa chỉ: tỉnh Bình Dương
Lĩnh vực hoạt động: xử lý nước thải
Công nghệ chào bán: Khử màu bằng ozon
"""
    record = read(tmp_path, "offer.txt", offer)
    assert record.facts.industry_codes == ("37",)
    assert [section.text for section in record.sections if section.name == "introduction"] == ["xử lý nước thải"]


@pytest.mark.parametrize("header", ["Ngành nghề", "Lĩnh vực kinh doanh", "Mã ngành"])
def test_lists_of_needs_have_a_column_of_the_industry(tmp_path: Path, header: str) -> None:
    record = read(tmp_path, "l.csv", f"Tên nhu cầu,Doanh nghiệp,{header}\nSấy đều hơn,Công ty An Thịnh,1610\n")
    assert record.facts.industry_codes == ("1610",)
    assert [section.text for section in record.sections] == [f"{header}: 1610"]


def test_lists_of_organisations_have_one_too(tmp_path: Path) -> None:
    text = "Tên tổ chức,Giới thiệu,Lĩnh vực hoạt động\nCông ty An Thịnh,Thành lập 2009,may mặc\n"
    record = read(tmp_path, "l.csv", text)
    assert record.facts.industry_codes == ("14",)
    assert [(section.name, section.text) for section in record.sections] == [
        ("introduction", "Thành lập 2009\nmay mặc")
    ]


def test_codes_pass_through_json_and_others_are_refused() -> None:
    given = {"kind": "need", "title": "Sấy", "facts": {"industry_codes": ["16", "1610", "16101"]}}
    record = record_from_json(given)
    assert record.facts.industry_codes == ("16", "1610", "16101")
    assert record_to_json(record)["facts"] == given["facts"]
    for wrong in ("1", "161011", "C16", "gỗ", 16):
        with pytest.raises(RecordRefused) as refused:
            record_from_json({"kind": "need", "title": "Sấy", "facts": {"industry_codes": [wrong]}})
        assert refused.value.problem.params["key"] == "facts/industry_codes/0"


def test_versions_keep_the_industry_that_one_of_them_tells() -> None:
    silent = Record("need", "enterprise", "Sấy gỗ")
    told = Record("need", "enterprise", "Sấy gỗ", facts=Facts(industry_codes=("16",)))
    other = Record("need", "enterprise", "Sấy gỗ", facts=Facts(industry_codes=("31",)))
    assert merge_versions([silent, told]).facts.industry_codes == ("16",)
    assert merge_versions([told, other]).facts.industry_codes == ("16",)
