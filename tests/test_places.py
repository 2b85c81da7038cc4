"""Provinces as written and as they are since 1 July 2025."""

from __future__ import annotations

import datetime

import pytest

from ingest.places import (
    find_provinces,
    load_provinces,
    place_in_full,
    place_of,
    place_or_town_of,
    several_places_of,
)


def test_sixty_three_provinces_became_thirty_four() -> None:
    provinces = load_provinces(datetime.date(2025, 7, 1))
    assert len(provinces) == 63
    assert len(set(provinces.values())) == 34
    assert sum(name.startswith("Thành phố") for name in set(provinces.values())) == 6
    assert {former for former, today in provinces.items() if today == "Thành phố Hồ Chí Minh"} == {
        "Hồ Chí Minh",
        "Bình Dương",
        "Bà Rịa - Vũng Tàu",
    }


def test_a_later_renaming_counts_from_its_day() -> None:
    assert load_provinces(datetime.date(2026, 4, 29))["Bình Phước"] == "Tỉnh Đồng Nai"
    assert load_provinces(datetime.date(2026, 4, 30))["Bình Phước"] == "Thành phố Đồng Nai"


@pytest.mark.parametrize(
    ("text", "written", "today"),
    [
        ("trên địa bàn tỉnh Bình Dương", "tỉnh Bình Dương", "Thành phố Hồ Chí Minh"),
        ("Lô B3, thị xã Tân Uyên, tỉnh Bình Dương", "tỉnh Bình Dương", "Thành phố Hồ Chí Minh"),
        ("268 Lý Thường Kiệt, TP. Hồ Chí Minh", "TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("TP.HCM", "TP.HCM", "Thành phố Hồ Chí Minh"),
        ("tinh binh duong", "tinh binh duong", "Thành phố Hồ Chí Minh"),
        ("TỈNH BÀ RỊA – VŨNG TÀU", "TỈNH BÀ RỊA – VŨNG TÀU", "Thành phố Hồ Chí Minh"),
        ("Hoà Bình", "Hoà Bình", "Tỉnh Phú Thọ"),
        ("tỉnh Thanh Hoá", "tỉnh Thanh Hoá", "Tỉnh Thanh Hóa"),
        ("Thừa Thiên - Huế", "Thừa Thiên - Huế", "Thành phố Huế"),
        ("Daklak", "Daklak", "Tỉnh Đắk Lắk"),
        ("tỉnh Đak Nông", "tỉnh Đak Nông", "Tỉnh Lâm Đồng"),
    ],
)
def test_a_place_keeps_its_spelling_and_gets_its_name_of_today(text: str, written: str, today: str) -> None:
    mention = place_of(text)
    assert mention is not None
    assert (mention.written, mention.today) == (written, today)


@pytest.mark.parametrize(
    "text",
    ["Nuôi hàu Thái Bình Dương treo dây", "hợp tác châu Á - Thái Bình Dương", "KHU VỰC THÁI BÌNH DƯƠNG"],
)
def test_an_ocean_is_no_province(text: str) -> None:
    assert place_of(text) is None
    assert several_places_of(text) is None
    mention = place_of(f"{text}, ở Bình Dương")
    assert mention is not None
    assert mention.written == "Bình Dương"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Nuôi ngao ở Thái Bình, Dương Kinh", "Thái Bình"),
        ("Nuôi ngao ven biển Thái Bình Năm 2026", "Thái Bình"),
        ("Nuôi ngao ở Thái Bình dương tính với vi khuẩn", "Thái Bình"),
        ("Trồng lúa ở tỉnh Thái Bình", "tỉnh Thái Bình"),
        ("TRỒNG LÚA Ở THÁI BÌNH GIAI ĐOẠN 2026-2030", "THÁI BÌNH"),
    ],
)
def test_a_province_before_another_word_is_a_place(text: str, written: str) -> None:
    mention = place_of(text)
    assert mention is not None
    assert mention.written == written


@pytest.mark.parametrize("text", ["vì hòa bình thế giới", "Công ty TNHH Môi trường Xanh Bình Dương", "cần thơ", ""])
def test_words_that_only_look_like_a_place(text: str) -> None:
    assert place_of(text) is None


def test_the_first_text_that_names_a_place_wins() -> None:
    mention = place_of(None, "không có", "ở tỉnh Long An", "tỉnh Cà Mau")
    assert mention is not None
    assert mention.today == "Tỉnh Tây Ninh"


def test_mentions_are_slices() -> None:
    text = "Từ tỉnh Gia Lai đến Đà Nẵng"
    assert [text[m.start : m.start + len(m.written)] for m in find_provinces(text)] == ["tỉnh Gia Lai", "Đà Nẵng"]


@pytest.mark.parametrize(
    ("text", "written", "today"),
    [
        ("TP. Thủ Dầu Một", "TP. Thủ Dầu Một", "Thành phố Hồ Chí Minh"),
        ("tp thu dau mot", "tp thu dau mot", "Thành phố Hồ Chí Minh"),
        ("Cần Giờ, TP.HCM", "Cần Giờ, TP.HCM", "Thành phố Hồ Chí Minh"),
        ("Xã An Bình, huyện Phú Giáo, tỉnh Bình Dương", None, "Thành phố Hồ Chí Minh"),
        ("P. Phú Cường, TP. Thủ Dầu Một", None, "Thành phố Hồ Chí Minh"),
        ("Phường 3, Đà Lạt", None, "Tỉnh Lâm Đồng"),
        ("Vinh, Nghệ An", "Nghệ An", "Tỉnh Nghệ An"),
        ("Bình Dương, Đồng Nai, TP.HCM", "TP.HCM", "Thành phố Hồ Chí Minh"),
        ("12/3 đường Lê Lợi, Phú Hòa, tỉnh Bình Dương", "Phú Hòa, tỉnh Bình Dương", "Thành phố Hồ Chí Minh"),
        ("Trường Đại học Thủ Dầu Một, tỉnh Bình Dương", "tỉnh Bình Dương", "Thành phố Hồ Chí Minh"),
        ("các xã vùng sâu, tỉnh Bình Dương", "tỉnh Bình Dương", "Thành phố Hồ Chí Minh"),
    ],
)
def test_what_says_where_something_is_keeps_its_smaller_places(text: str, written: str | None, today: str) -> None:
    mention = place_or_town_of(text)
    assert mention is not None
    assert (place_in_full(text, mention), mention.today) == (written or text, today)


@pytest.mark.parametrize(
    "text", ["Nguyễn Văn Vinh", "hội an toàn", "vườn cây Đà Lạt", "Trường Đại học Nha Trang", "đảo"]
)
def test_a_town_counts_as_a_place_only_where_it_stands_as_one(text: str) -> None:
    assert place_or_town_of(text) is None


def test_towns_are_no_provinces() -> None:
    assert place_of("TP. Thủ Dầu Một") is None
    assert find_provinces("TP. Thủ Dầu Một") == ()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Ninh Thuận - Bình Thuận", ("Ninh Thuận - Bình Thuận", "Tỉnh Khánh Hòa; Tỉnh Lâm Đồng")),
        (
            "huyện Sa Thầy, Kon Tum và huyện Lắk, Đắk Lắk",
            ("huyện Sa Thầy, Kon Tum và huyện Lắk, Đắk Lắk", "Tỉnh Quảng Ngãi; Tỉnh Đắk Lắk"),
        ),
        ("các tỉnh Long An, Cà Mau", ("tỉnh Long An, Cà Mau", "Tỉnh Tây Ninh; Tỉnh Cà Mau")),
        ("Bình Dương và TP.HCM", ("Bình Dương và TP.HCM", "Thành phố Hồ Chí Minh")),
        ("xã Bình Dương, huyện Bình Sơn, tỉnh Quảng Ngãi", None),
        ("Bình Dương, tỉnh Quảng Ngãi", None),
        ("Tỉnh Bà Rịa - Vũng Tàu", None),
        ("Trường Đại học Huế, tỉnh Kon Tum", None),
    ],
)
def test_several_provinces_are_all_kept(text: str, places: tuple[str, str] | None) -> None:
    assert several_places_of(text) == places
