"""Organisations: one body under several names, and what a former one is called today."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.organisations import (
    is_part_of,
    is_renamed,
    is_same_organisation,
    official_name,
    organisation_key,
    successor_of,
)
from ingest.vietnamese import fold

NOW, BEFORE = datetime.date(2026, 1, 1), datetime.date(2024, 6, 1)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("TDMU", "Trường Đại học Thủ Dầu Một"),
        ("ĐH Thủ Dầu Một", "Truong Dai hoc Thu Dau Mot"),
        ("Đại học An Hòa", "Trường Đại học An Hoà"),
        ("Cty TNHH MTV Gỗ An Phát", "Công ty trách nhiệm hữu hạn một thành viên gỗ An Phát"),
        ("Cty CP SX – TM Thành Đạt", "Công ty cổ phần Sản xuất Thương mại Thành Đạt"),
        ("Sở KH&CN tỉnh Bình Dương", "Sở Khoa học và Công nghệ Bình Dương"),
        ("Trường ĐH Bách khoa TP.HCM", "Đại học Bách khoa TP. Hồ Chí Minh"),
        ("UBND TP. Hồ Chí Minh", "Ủy ban nhân dân Thành phố Hồ Chí Minh"),
        ("Bệnh viện Đa khoa tỉnh Bình Dương", "BVĐK Bình Dương"),
        ("BV Đa khoa Bình Dương", "BV.ĐK tỉnh Bình Dương"),
        ("Trường CĐ Y tế Bình Dương", "Cao đẳng Y tế Bình Dương"),
        ("Trường THPT Võ Minh Đức", "Trường Trung học phổ thông Võ Minh Đức"),
        ("TTYT huyện Phú Giáo", "Trung tâm Y tế huyện Phú Giáo"),
        ("Trung tâm Khuyến nông tại huyện Bàu Bàng", "Trung tâm Khuyến nông huyện Bàu Bàng"),
        ("Trạm Thú y ở xã Long Nguyên", "Trạm Thú y xã Long Nguyên"),
        ("Tram Thu y o xa Long Nguyen", "Trạm Thú y xã Long Nguyên"),
        ("Văn phòng đại diện Công ty An Phát tại Bình Dương", "Văn phòng đại diện Công ty An Phát Bình Dương"),
        ("HĐND tỉnh Bình Dương", "Hội đồng nhân dân tỉnh Bình Dương"),
    ],
)
def test_two_spellings_of_one_body_are_the_same(left: str, right: str) -> None:
    assert is_same_organisation(left, right)
    assert is_same_organisation(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Đại học Nông Lâm TP.HCM", "Đại học Nông Lâm Huế"),
        ("Công ty An Phát", "Công ty An Phạt"),
        ("Sở Y tế Bình Dương", "Sở Y tế Bình Phước"),
        ("Trường Đại học Bách khoa Hà Nội", "Trường Đại học Bách khoa TP.HCM"),
        ("Viện Cây ăn quả miền Nam", "Viện Cây lương thực"),
        ("BVĐK Bình Dương", "BVĐK Bình Phước"),
        ("BVĐK Bình Dương", "Bệnh viện Bình Dương"),
        ("Trạm Thú y huyện Bàu Bàng", "Trạm Thú y huyện Bến Cát"),
        ("Ban Quản lý nhà ở", "Ban Quản lý nhà"),
        ("Khoa Kỹ thuật, TDMU", "TDMU"),
        ("", ""),
    ],
)
def test_different_bodies_are_kept_apart(left: str, right: str) -> None:
    assert not is_same_organisation(left, right)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("Khoa Kỹ thuật - Công nghệ, Trường Đại học Thủ Dầu Một", "Trường Đại học Thủ Dầu Một"),
        ("Khoa Kỹ thuật Công nghệ Trường ĐH Thủ Dầu Một", "TDMU"),
        ("TDMU – Khoa Sư phạm", "Đại học Thủ Dầu Một"),
        ("Bộ môn Hóa, Khoa Khoa học Tự nhiên, TDMU", "Khoa Khoa học Tự nhiên, TDMU"),
        ("Trường Đại học Bình Dương (Viện Công nghệ)", "BDU"),
        ("Faculty of Engineering, Thu Dau Mot University", "Trường Đại học Thủ Dầu Một"),
    ],
)
def test_a_part_names_the_body_that_it_belongs_to(part: str, whole: str) -> None:
    assert is_part_of(part, whole)
    assert not is_part_of(whole, part)
    assert not is_part_of(part, "Trường Đại học Việt Đức")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Khoa Kỹ thuật, TDMU", "Khoa Sư phạm, TDMU"),
        ("Công ty An Phát Bình Dương", "Công ty An Phát"),
        ("Trường Đại học Bình Dương", "Bình Dương"),
        ("TDMU", "TDMU"),
        ("", "TDMU"),
    ],
)
def test_what_is_no_part_is_none(one: str, other: str) -> None:
    assert not is_part_of(one, other)


@pytest.mark.parametrize(
    ("written", "today"),
    [
        ("Sở KH&CN tỉnh Bình Dương", "Sở KH&CN Thành phố Hồ Chí Minh"),
        ("Sở NN&PTNT Bình Dương", "Sở Nông nghiệp và Môi trường Thành phố Hồ Chí Minh"),
        ("Sở Tài nguyên và Môi trường Tiền Giang", "Sở Nông nghiệp và Môi trường Tỉnh Đồng Tháp"),
        ("Sở Thông tin và Truyền thông tỉnh Đồng Tháp", "Sở Khoa học và Công nghệ tỉnh Đồng Tháp"),
        ("Bộ NN&PTNT", "Bộ Nông nghiệp và Môi trường"),
        ("Trường CĐSP Bình Dương", "Trường Đại học Thủ Dầu Một"),
    ],
)
def test_a_former_body_has_a_name_of_today_with_its_citation(written: str, today: str) -> None:
    successor = successor_of(written, NOW)
    assert successor is not None
    assert successor.name == today
    assert successor.citation


@pytest.mark.parametrize("written", ["Sở Y tế Hà Nội", "Sở Y tế TP.HCM", "TDMU", "Công ty An Phát", "Nguyễn Văn A", ""])
def test_what_has_not_changed_has_no_successor(written: str) -> None:
    assert successor_of(written, NOW) is None


@pytest.mark.parametrize("written", ["Sở KH&CN tỉnh Bình Dương", "Sở NN&PTNT Bình Dương", "Bộ Giao thông vận tải"])
def test_before_its_day_a_change_has_not_happened(written: str) -> None:
    assert successor_of(written, BEFORE) is None
    assert successor_of(written, NOW) is not None


def test_the_official_name_is_found_by_its_abbreviation() -> None:
    assert official_name("TDMU") == "Trường Đại học Thủ Dầu Một"
    assert official_name("Công ty không có trong bảng") is None


@given(st.text(max_size=60))
def test_the_key_ignores_case_and_is_its_own_key(name: str) -> None:
    key = organisation_key(name)
    assert organisation_key(key) == key
    assert organisation_key(fold(key)).isascii() or not fold(key).isascii()


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("Sở Nông nghiệp và PTNT tỉnh Bình Dương", "Sở Nông nghiệp và Môi trường tỉnh Bình Dương", True),
        ("Sở TT&TT tỉnh Kon Tum", "Sở Khoa học và Công nghệ tỉnh Quảng Ngãi", True),
        ("Bộ Khoa học và Công nghệ", "Bộ TT&TT", True),
        ("Sở NN&PTNT tỉnh Bình Dương", "Sở TN&MT tỉnh Bình Dương", False),
        ("Sở KH&CN tỉnh Kon Tum", "Sở KH&CN tỉnh Gia Lai", False),
        ("Bộ Nông nghiệp và PTNT", "Bộ Tài nguyên và Môi trường", False),
    ],
)
def test_a_name_is_told_from_what_it_became_and_two_that_became_one_are_not(
    left: str, right: str, is_one: bool
) -> None:
    assert is_renamed(left, right) is is_renamed(right, left) is is_one


def test_the_delta_is_abbreviated() -> None:
    assert is_same_organisation("Viện Lúa ĐBSCL", "Viện Lúa Đồng bằng sông Cửu Long")
