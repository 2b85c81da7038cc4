"""Names of persons and organisations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.names import (
    compare_names,
    find_people,
    find_roles,
    house_of_organisation,
    is_same_person,
    looks_like_person,
    names_nobody,
    strip_titles,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("PGS.TS. Nguyễn Thị Thu Hà", "Nguyễn Thị Thu Hà"),
        ("GS.TSKH. Trần Văn Bá", "Trần Văn Bá"),
        ("BS.CKII Lê Văn Tám", "Lê Văn Tám"),
        ("BS. CKII. Hồ Thị Bông", "Hồ Thị Bông"),
        ("Tiến sĩ Nguyễn Anh", "Nguyễn Anh"),
        ("Ông Nguyễn Văn A", "Nguyễn Văn A"),
        ("Ông Thế Lữ", "Ông Thế Lữ"),
        ("TS. Ông Ích Nhuận", "Ông Ích Nhuận"),
        ("Ông TS. Lê Văn Tám", "Lê Văn Tám"),
        ("ông Thế Lữ", "Thế Lữ"),
        ("Bà Phạm Thị Mỹ Duyên", "Phạm Thị Mỹ Duyên"),
        ("ThS. Lê Văn Đức, Trường ĐH Thủ Dầu Một", "Lê Văn Đức"),
        ("1. TS Trần Anh", "Trần Anh"),
        ("Nguyễn Văn Tú, PhD", "Nguyễn Văn Tú"),
        ("Lê Thị Hồng (Chủ nhiệm)", "Lê Thị Hồng"),
        ("TRẦN QUỐC BẢO", "Trần Quốc Bảo"),
        ("Bá Thành Long", "Bá Thành Long"),
        ("Anh Tuấn", "Anh Tuấn"),
        ("Th.S Lê Thị Hà", "Lê Thị Hà"),
        ("Đại tá, TS. Lê Hà", "Lê Hà"),
        ("Đ/c Lê Hà", "Lê Hà"),
        ("Đồng chí: Lê Hà", "Lê Hà"),
        ("GVC.TS Trần Hưng", "Trần Hưng"),
        ("BS.CK2 Lê Hà", "Lê Hà"),
        ("T.S. Lê Hà", "Lê Hà"),
        ("T.S. Nguyen", "T.S. Nguyen"),
        ("Thiếu Sĩ Tá", "Thiếu Sĩ Tá"),
    ],
)
def test_titles_are_stripped(written: str, name: str) -> None:
    assert strip_titles(written) == name


TITLES = (
    *(
        "GS",
        "PGS",
        "TS",
        "TSKH",
        "ThS",
        "Th.S",
        "Thạc sĩ",
        "Tiến sỹ",
        "KS",
        "CN",
        "BS",
        "BSCKII",
        "BS.CK2",
        "CKI",
        "DS",
    ),
    *("GVC", "NCVC", "Nghiên cứu viên chính", "Bác sĩ", "Đại tá", "Thượng tá", "Thiếu tướng", "Trung uý", "DS"),
    *("Đ/c", "Đồng chí", "Viện sĩ"),
)
NAMES = (
    "Lê Hà",
    "Võ Thị Hạ Uyên",
    "Đỗ Văn Ước",
    "Tạ Thị Sen",
    "Thái Sĩ Hùng",
    "Đặng Chí Công",
    "Trung Thiếu Uy",
    "Tran An",
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ThS. Huỳnh Ngữ ỷ Lan", "Huỳnh Ngữ Ỷ Lan"),
        ("TS. Lường Thị ớt", "Lường Thị Ớt"),
        ("Lê Thị ánh", "Lê Thị Ánh"),
        ("Nguyễn An ở Hà Nội", "Nguyễn An ở Hà Nội"),
        ("Nguyễn văn ánh", "Nguyễn văn ánh"),
        ("Tôn Nữ ơn", "Tôn Nữ ơn"),
        ("Khảo sát ốc", "Khảo sát ốc"),
    ],
)
def test_a_capital_that_tcvn3_cannot_write_is_restored_in_names(written: str, name: str) -> None:
    assert strip_titles(written) == name


@given(
    st.lists(st.tuples(st.sampled_from(TITLES), st.sampled_from((". ", ".", " ", ", ", ": "))), max_size=4),
    st.sampled_from(NAMES),
)
def test_titles_in_front_leave_the_name(titles: list[tuple[str, str]], name: str) -> None:
    assert strip_titles("".join(title + sign for title, sign in titles) + name) == name


def test_a_rank_alone_is_nobody() -> None:
    assert find_people("Thiếu Tá, TS. Võ Hùng; BS.CK2 Đỗ Hạ") == ("Võ Hùng", "Đỗ Hạ")


PIECES = ("PGS.", "TS", "Ông ", "1. ", "(", ",", ";", "\n", " - ", "Nguyễn", "VĂN", "Tú", "Viện", " ", ".", "đ")
ANY_TEXT = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES)).map("".join))


@given(ANY_TEXT)
def test_a_stripped_name_is_a_piece_of_the_text(text: str) -> None:
    name = strip_titles(text)
    assert name == name.strip(" .")
    assert name.casefold() in " ".join(text.split()).casefold()


@given(ANY_TEXT)
def test_people_are_full_names_each_once_and_no_organisations(text: str) -> None:
    people = find_people(text)
    assert len(set(people)) == len(people)
    assert all(2 <= len(name.split()) <= 6 and house_of_organisation(name) is None for name in people)


def test_people_are_found_beside_organisations() -> None:
    cell = "ThS. Lê Văn Đức, Trường ĐH Thủ Dầu Một; TS. Trần Quốc Bảo, Viện Kỹ thuật\nNguyễn Văn Tài và KS. Hồ Bá"
    assert find_people(cell) == ("Lê Văn Đức", "Trần Quốc Bảo", "Nguyễn Văn Tài", "Hồ Bá")
    assert find_people("Công ty TNHH Môi trường Xanh Bình Dương") == ()


@pytest.mark.parametrize(
    ("author", "is_he"),
    [
        ("T. Q. Bao", True),
        ("Bao TQ", True),
        ("Tran Quoc Bao", True),
        ("TS. Trần Quốc Bảo", True),
        ("Trần Quốc Bão", False),
        ("N. T. T. Ha", False),
        ("Lê Văn Đức", False),
    ],
)
def test_an_author_is_recognised_in_all_his_spellings(author: str, is_he: bool) -> None:
    assert is_same_person(author, "Trần Quốc Bảo") is is_he


@pytest.mark.parametrize(
    ("name", "house"),
    [
        ("Sở Nông nghiệp và Môi trường", "state"),
        ("UBND thành phố Thủ Dầu Một", "state"),
        ("Trung tâm Ứng dụng tiến bộ KH&CN", "state"),
        ("Bệnh viện Đa khoa tỉnh", "state"),
        ("Viện Cây ăn quả miền Nam", "science"),
        ("Trường Đại học Thủ Dầu Một", "science"),
        ("Trung tâm Vật liệu, Trường Đại học Bách khoa", "science"),
        ("Công ty TNHH Môi trường Xanh", "enterprise"),
        ("HTX Cây ăn trái", "enterprise"),
        ("DNTN Hai Lúa", "enterprise"),
        ("Lan", None),
    ],
)
def test_the_house_of_an_organisation(name: str, house: str | None) -> None:
    assert house_of_organisation(name) == house


@pytest.mark.parametrize(
    ("left", "right", "match"),
    [
        ("PGS.TS. Trần Quốc Bảo", "TRẦN QUỐC BẢO", "exact"),
        ("Nguyễn Thị Hoà", "Nguyễn Thị Hòa", "exact"),
        ("Tran Quoc Bao", "Trần Quốc Bảo", "unaccented"),
        ("Bao Tran Quoc", "Trần Quốc Bảo", "unaccented"),
        ("T. Q. Bảo", "Trần Quốc Bảo", "initials"),
        ("Bao TQ", "Trần Quốc Bảo", "initials"),
        ("Trần Q. Bảo", "Trần Quốc Bảo", "initials"),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "different"),
        ("Nguyễn Thị Hà", "Nguyễn Thị Hạ", "different"),
        ("Võ Văn An", "Vũ Văn An", "different"),
        ("Nguyễn Văn An", "Nguyễn Vân An", "different"),
        ("T. Q. Bạo", "Trần Quốc Bảo", "different"),
        ("T. V. Bao", "Trần Quốc Bảo", "different"),
        ("", "Trần Quốc Bảo", "different"),
    ],
)
def test_names_are_compared_with_their_accents_first(left: str, right: str, match: str) -> None:
    assert compare_names(left, right) == match
    assert compare_names(right, left) == match


@given(ANY_TEXT, ANY_TEXT)
def test_comparing_names_has_no_direction(left: str, right: str) -> None:
    assert compare_names(left, right) == compare_names(right, left)


@pytest.mark.parametrize(
    "text",
    ["Đang tuyển chọn", "ĐANG TUYỂN CHỌN", "Chưa xác định", "Giao trực tiếp", "Sẽ tuyển chọn", "Chưa có", "Tuyển chọn"],
)
def test_what_says_that_nobody_is_chosen_names_nobody(text: str) -> None:
    assert names_nobody(text)
    assert not looks_like_person(text)
    assert find_people(text) == ()
    assert find_people("Đặng Tuyên") == ("Đặng Tuyên",)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("TS. Lê Nam (chủ nhiệm); ThS. Hà Vy (thư ký)", {"Lê Nam": "lead", "Hà Vy": "member"}),
        ("TS. Lê Nam, chủ nhiệm; ThS. Hà Vy, thư ký", {"Lê Nam": "lead", "Hà Vy": "member"}),
        ("Chủ nhiệm: TS. Lê Nam\nThư ký khoa học: ThS. Hà Vy", {"Lê Nam": "lead", "Hà Vy": "member"}),
        ("Lê Nam (phó chủ nhiệm), Hà Vy", {"Lê Nam": "member", "Hà Vy": None}),
        ("CN. Đinh Thị Thư Ký", {"Đinh Thị Thư Ký": None}),
        ("TS. Nguyễn Hữu Phước & cộng sự", {"Nguyễn Hữu Phước": None}),
        ("Nguyễn Hữu Phước cùng các cộng sự", {"Nguyễn Hữu Phước": None}),
        ("TS. Lê Nam & ThS. Hà Vy", {"Lê Nam": None, "Hà Vy": None}),
        ("Công ty TNHH Lê & Trần Hùng", {}),
    ],
)
def test_each_person_keeps_the_role_that_is_said(text: str, roles: dict[str, str | None]) -> None:
    assert dict(find_roles(text)) == roles


def test_y_and_i_are_two_spellings_of_one_name() -> None:
    assert compare_names("Lý Thị Mỹ", "Lí Thị Mĩ") == "exact"
    assert compare_names("Trần Quý", "Trần Quí") == "exact"
    assert compare_names("Lê Vy", "Lê Vi") == "different"
    assert compare_names("Lý Thị Mỹ", "Lí Thị Mị") == "different"
