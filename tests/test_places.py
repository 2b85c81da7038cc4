"""Provinces as written and as they are since 1 July 2025."""

from __future__ import annotations

import datetime

import pytest

from ingest.places import find_provinces, load_provinces, place_of


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
    ],
)
def test_a_place_keeps_its_spelling_and_gets_its_name_of_today(text: str, written: str, today: str) -> None:
    mention = place_of(text)
    assert mention is not None
    assert (mention.written, mention.today) == (written, today)


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
