"""Money, durations, options: as forms write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.fields import find_field_codes
from ingest.values import (
    has_boxes,
    is_status,
    parse_orcid,
    parse_period,
    parse_trl,
    parse_year,
    strip_leaders,
    ticked_options,
)

PIECES = (
    *("1", "25", "000", "201", "2026", ".", ",", "/", " ", "\n", "-", "…", "...", "_", "☐", "☒", "[x]", "[ ]", "a"),
    *("tỷ", "triệu", "đồng", "tổng", "nguồn khác:", "tháng", "năm", "đến", "từ", "Y dược", "Kỹ thuật"),
)
ANY_TEXT = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES)).map("".join))


@given(ANY_TEXT)
def test_periods_run_forwards_through_years_of_four_digits(text: str) -> None:
    period = parse_period(text)
    assert period.months is None or period.months >= 0
    assert period.year_from is None or 1900 <= period.year_from <= (period.year_to or 2099) < 2100
    assert period.year_to is None or 1900 <= period.year_to < 2100


@given(ANY_TEXT)
def test_ticked_options_are_pieces_of_the_text(text: str) -> None:
    options = ticked_options(text)
    assert all(option and option in " ".join(text.split()) for option in options)
    assert not options or has_boxes(text)


# The first call reads the list of fields.
@settings(deadline=None)
@given(ANY_TEXT)
def test_field_codes_are_sorted_each_once_and_of_one_three_or_five_digits(text: str) -> None:
    codes = find_field_codes(text)
    assert list(codes) == sorted(set(codes))
    assert {len(code) for code in codes} <= {1, 3, 5}
    assert all(code.isdecimal() and code[0] in "123456" for code in codes)


@given(ANY_TEXT)
def test_stripping_leaders_twice_is_stripping_once(text: str) -> None:
    stripped = strip_leaders(text)
    assert stripped == strip_leaders(stripped) == stripped.strip()


@pytest.mark.parametrize(
    ("text", "months", "years"),
    [
        ("24 tháng (từ tháng 01/2026 đến tháng 12/2027)", 24, (2026, 2027)),
        ("từ 06/2026 đến 11/2028", 30, (2026, 2028)),
        ("01/01/2024 - 31/12/2025", 24, (2024, 2025)),
        ("2019–2021", None, (2019, 2021)),
        ("18 tháng", 18, (None, None)),
        ("2 năm", 24, (None, None)),
        ("1,5 năm", 18, (None, None)),
        ("Quý III năm 2026", None, (2026, 2026)),
        ("tháng 3/2026", None, (2026, 2026)),
        ("24 thang", 24, (None, None)),
        ("24 tháng (từ 01/2026)", 24, (2026, 2027)),
        ("24 tháng, bắt đầu từ tháng 9 năm 2026", 24, (2026, 2028)),
        ("12 tháng kể từ 15/03/2026", 12, (2026, 2027)),
        ("24 tháng, từ năm 2026", 24, (2026, 2027)),
        ("18 tháng\n(Từ tháng 3 năm 2026 đến tháng 8 năm 2027)", 18, (2026, 2027)),
        ("Quý I/2026 – Quý IV/2027", 24, (2026, 2027)),
        ("6 tháng đầu năm 2026", 6, (2026, 2026)),
        ("900 tháng từ 2090", 900, (2090, 2090)),
        ("2 năm rưỡi", 30, (None, None)),
        ("1 năm 6 tháng", 18, (None, None)),
        ("01 năm và 06 tháng (từ 01/2026)", 18, (2026, 2027)),
        ("18-24 tháng", 24, (None, None)),
        ("từ 18 tháng đến 24 tháng", 24, (None, None)),
        ("hai năm rưỡi", 30, (None, None)),
        ("nửa năm", 6, (None, None)),
        ("hai mươi bốn tháng", None, (None, None)),
        ("tháng hai năm 2026", None, (2026, 2026)),
    ],
)
def test_periods(text: str, months: int | None, years: tuple[int | None, int | None]) -> None:
    period = parse_period(text)
    assert (period.months, (period.year_from, period.year_to)) == (months, years)


@pytest.mark.parametrize(
    ("text", "months", "years"),
    [
        ("24 tháng, bắt đầu từ quý II năm 2026", 24, (2026, 2028)),
        ("24 tháng (từ quý I/2026)", 24, (2026, 2027)),
        ("từ quý II/2026", None, (2026, None)),
        ("90 ngày", 3, (None, None)),
        ("45 ngày", None, (None, None)),
        ("8 tuần", 2, (None, None)),
        ("18 th", 18, (None, None)),
    ],
)
def test_quarters_days_and_weeks(text: str, months: int | None, years: tuple[int | None, int | None]) -> None:
    period = parse_period(text)
    assert (period.months, (period.year_from, period.year_to)) == (months, years)


def test_dots_around_a_number_are_print() -> None:
    line = "...18... tháng, từ tháng ..5/2026.. đến tháng ..10/2027.."
    assert strip_leaders(line) == "18 tháng, từ tháng 5/2026 đến tháng 10/2027"
    assert strip_leaders("gồm 3...") == "gồm 3..."


def test_a_quarter_is_more_than_its_year() -> None:
    assert parse_period("24 tháng (từ tháng 01/2026 đến tháng 12/2027)").is_whole
    assert not parse_period("Quý III năm 2026").is_whole
    assert parse_period("2 năm rưỡi").is_whole
    assert not parse_period("18-24 tháng").is_whole


def test_only_ticked_options_count() -> None:
    assert ticked_options("☒ Đặt hàng nghiên cứu   ☒ Chuyển giao   ☐ Tư vấn") == ("Đặt hàng nghiên cứu", "Chuyển giao")
    assert ticked_options("Tự nhiên ☐  Kỹ thuật ☒") == ("Kỹ thuật",)
    assert ticked_options("[x] Có [ ] Không") == ("Có",)
    assert ticked_options("☐ Có ☐ Không") == ()
    assert ticked_options("Đề tài: ☐   Dự án: ☒") == ("Dự án",)
    assert ticked_options("Chủ trì: ☒") == ("Chủ trì",)
    assert ticked_options("Loại hình: ☒ Đề tài ☐ Dự án") == ("Đề tài",)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("☐ Tự nhiên   ☒ Kỹ thuật và công nghệ   ☐ Xã hội và nhân văn", ("2",)),
        ("☒ Xã hội và nhân văn", ("5", "6")),
        ("Khoa học nông nghiệp; Khoa học y, dược", ("3", "4")),
        ("khoa hoc y duoc", ("3",)),
        ("20501 Kỹ thuật môi trường", ("2", "20501")),
        ("2", ("2",)),
        ("? Tự nhiên ? Kỹ thuật ? Nông nghiệp ? Y dược ? Xã hội", ()),
        ("Công nghệ chiến lược", ()),
    ],
)
def test_field_codes(text: str, codes: tuple[str, ...]) -> None:
    assert find_field_codes(text) == codes


def test_small_values() -> None:
    assert parse_year("Tạp chí Khoa học, 2021") == 2021
    assert [parse_trl(text) for text in ("TRL 6", "TRL: 4-5", "7", "cao")] == [6, 4, 7, None]
    assert parse_orcid("https://orcid.org/0000-0002-1825-0097") == "0000-0002-1825-0097"
    assert parse_orcid("0000-0002-1825-0098") is None
    assert [is_status(text) for text in ("Khá", "Không đạt", "Đang thực hiện", "Quy trình công nghệ nuôi tôm")] == [
        True,
        True,
        True,
        False,
    ]
    assert strip_leaders("Họ và tên: ........ Lan ......") == "Họ và tên: Lan"


@pytest.mark.parametrize(
    ("text", "months", "years"),
    [
        ("Từ 15/3/2026 đến 14/03/2028", 24, (2026, 2028)),
        ("01.06.2026 - 31.05.2028", 24, (2026, 2028)),
        ("01/03/2026 - 15/12/2026", 10, (2026, 2026)),
        ("từ ngày 01 tháng 06 năm 2026 đến ngày 31 tháng 05 năm 2028", 24, (2026, 2028)),
        ("T6/2026 - T5/2028", 24, (2026, 2028)),
        ("06/2026 (12 tháng)", 12, (2026, 2027)),
        ("Giai đoạn 2021-2025, định hướng 2030", None, (2021, 2025)),
        ("2021-2025, tầm nhìn đến năm 2045", None, (2021, 2025)),
        ("từ 2026", None, (2026, None)),
        ("từ tháng 6/2026", None, (2026, None)),
        ("đến 2028", None, (None, 2028)),
        ("24 tháng, đến hết tháng 12/2027", 24, (None, 2027)),
        ("01/2026 đến nay", None, (2026, None)),
        ("2019 - nay", None, (2019, None)),
        ("từ 2026 đến khi nghiệm thu", None, (2026, None)),
        ("từ tháng 1 đến tháng 12 năm 2026", None, (2026, 2026)),
        ("từ tháng 3/2026 đến tháng 9", None, (2026, 2026)),
        ("Tháng 1 đến 12/2026", None, (2026, 2026)),
        ("2026", None, (2026, 2026)),
    ],
)
def test_no_day_is_counted_twice_and_no_year_invented(
    text: str, months: int | None, years: tuple[int | None, int | None]
) -> None:
    period = parse_period(text)
    assert (period.months, (period.year_from, period.year_to)) == (months, years)
