"""Money as offices write it: units, signs, and how sure a reading is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.money import parse_money
from ingest.money_units import MILLION, money_unit, unit_said
from ingest.number_signs import Signs, learn_signs, parse_number
from tests.test_values import ANY_TEXT


def dong_of(text: str, unit: int | None = None) -> int | None:
    money = parse_money(text, unit)
    return money.dong if money else None


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("2.850 triệu đồng, trong đó ngân sách nhà nước: 1.900 triệu đồng; nguồn khác: 950 triệu đồng", 2_850_000_000),
        ("1,5 tỷ đồng", 1_500_000_000),
        ("1.125 tỷ", 1_125_000_000),
        ("2 tỷ 500 triệu đồng", 2_500_000_000),
        ("Tự có: 150 triệu; đề nghị hỗ trợ: 350 triệu", 500_000_000),
        ("Đề nghị hỗ trợ 350 triệu, đối ứng 150 triệu", 500_000_000),
        ("Đề nghị hỗ trợ 350 triệu, trong đó mua máy 200 triệu", 350_000_000),
        ("Đề nghị hỗ trợ 350 triệu, trong đó NSNN 300 triệu", 350_000_000),
        ("1.500.000.000 đồng", 1_500_000_000),
        ("1,500,000,000 VND", 1_500_000_000),
        ("VND 1,500,000,000", 1_500_000_000),
        ("1.500.000.000₫", 1_500_000_000),
        ("1 500 000 000 đ", 1_500_000_000),
        ("1'500'000'000 đ", 1_500_000_000),
        ("khoảng 800tr", 800_000_000),
        ("800 tr.đ", 800_000_000),
        ("2.850 triệu đồng", 2_850_000_000),
        ("2 850 triệu đồng", 2_850_000_000),
        ("2\u00a0850 triệu đồng", 2_850_000_000),
        ("Tổng: 2\u202f850 triệu đồng", 2_850_000_000),
        ("1.200,5 triệu đồng", 1_200_500_000),
        ("1,200.5 triệu đồng", 1_200_500_000),
        ("- Ngân sách nhà nước: 1.900 triệu đồng\n- Nguồn khác: 950 triệu đồng", 2_850_000_000),
        ("Ngân sách: 1 tỷ; nguồn khác: 1 tỷ; tổng cộng: 2 tỷ", 2_000_000_000),
        ("2850 trieu dong", 2_850_000_000),
        ("500 (triệu đồng)", 500_000_000),
    ],
)
def test_money_is_read_in_dong(text: str, dong: int) -> None:
    money = parse_money(text)
    assert money is not None
    assert (money.dong, money.confidence) == (dong, 1.0)


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("1.000", 1_000_000_000),
        ("1,000", 1_000_000_000),
        ("1 500", 1_500_000_000),
        ("1\u00a0500", 1_500_000_000),
        ("1.200,5", 1_200_500_000),
        ("1,200.5", 1_200_500_000),
        ("1200.125", 1_200_125_000),
        ("0,500", 500_000),
        ("2.85e3", 2_850_000_000),
        ("1,2 tỷ", 1_200_000_000),
        ("29.6", 29_600_000),
    ],
)
def test_a_number_under_millions(text: str, dong: int) -> None:
    assert dong_of(text, MILLION) == dong


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("2 850 triệu", 2_850_000_000),
        ("2.85e9", 2_850_000_000),
        ("2,85E+09", 2_850_000_000),
        ("1.200.000.000", 1_200_000_000),
        ("1,200,000,000", 1_200_000_000),
        ("500tr", 500_000_000),
    ],
)
def test_a_number_under_dong(text: str, dong: int) -> None:
    assert dong_of(text, 1) == dong


@pytest.mark.parametrize(
    ("text", "unit", "dong"),
    [
        ("2587", None, 2_587_000_000),
        ("1.000", MILLION, 1_000_000_000),
        ("125,500", MILLION, 125_500_000_000),
        ("1.000 tỷ", None, 1_000_000_000),
        ("1.200.000.000", MILLION, 1_200_000_000),
        ("1.200.000", MILLION, 1_200_000_000_000),
        ("12,5", 1, 12),
        ("500-700 triệu đồng", None, 700_000_000),
        ("500 triệu/đề tài", None, 500_000_000),
        ("500 triệu/2 năm", None, 500_000_000),
        ("Năm thứ nhất: 500; năm thứ hai: 700", MILLION, 1_200_000_000),
        ("Năm 1: 500; năm 2: 700", MILLION, 1_200_000_000),
        ("giai đoạn 1 500 triệu", None, 1_500_000_000),
    ],
)
def test_a_guess_says_that_it_is_one(text: str, unit: int | None, dong: int) -> None:
    money = parse_money(text, unit)
    assert money is not None
    assert money.dong == dong
    assert money.confidence < 1


def test_money_takes_its_unit_from_the_header() -> None:
    units = {
        "Kinh phí (triệu đồng) Ngân sách": 1_000_000,
        "Kinh phí": None,
        "Kinh phí (ĐVT: nghìn đồng)": 1000,
        "Kinh phí (1.000 đồng)": 1000,
        "Kinh phí (1.000.000 đ)": 1_000_000,
        "Kinh phí (tr.đ)": 1_000_000,
        "Kinh phí (đồng)": 1,
    }
    assert {text: money_unit(text) for text in units} == units


@pytest.mark.parametrize(
    ("texts", "signs"),
    [
        (["29.6", "29.125", "1200"], Signs(decimal=".")),
        (["29,6 triệu", "1.000"], Signs(decimal=",")),
        (["1.200", "2.850", "800"], Signs(group=".")),
        (["1.200.000", "3.500"], Signs(group=".")),
        (["1,200.5", "3"], Signs(".", ",")),
        (["1.200", "1200"], Signs()),
        (["29.6", "29,6"], Signs()),
        (["29.600", "144.800"], Signs()),
        (["1.200", "không"], Signs()),
    ],
)
def test_a_column_tells_what_its_signs_mean(texts: list[str], signs: Signs) -> None:
    assert learn_signs(texts) == signs


def test_signs_that_are_told_decide() -> None:
    read = [
        (number.value, number.confidence)
        for signs in (Signs(decimal="."), Signs(decimal=","), Signs(group="."), Signs(group=","))
        if (number := parse_number("29.125", MILLION, signs))
    ]
    assert [value * 1000 for value, _ in read] == [29_125, 29_125_000, 29_125_000, 29_125]
    assert {confidence for _, confidence in read} == {1.0}


@pytest.mark.parametrize(
    "text", ["không", "", "theo quy định 12/2024", "24 tháng", "1.2.3", "70%", "100.000 USD", "US$ 5,000", "01.02.2026"]
)
def test_what_is_no_amount_is_no_money(text: str) -> None:
    assert parse_money(text) is None
    assert parse_money(text, MILLION) is None or "tháng" in text


@given(st.integers(min_value=1, max_value=10**12), st.sampled_from(".,  \u00a0\u202f'"))
def test_one_sign_groups_thousands(number: int, sign: str) -> None:
    written = f"{number:,}".replace(",", sign)
    read = parse_number(written)
    assert read is not None
    assert read.value == number
    assert dong_of(f"{written} đồng") == number


@given(st.decimals(min_value=0, max_value=10**6, places=2), st.sampled_from([".,", ",."]))
def test_decimals_stand_behind_the_other_sign(number: object, signs: str) -> None:
    written = f"{number:,}".translate({ord(","): signs[0], ord("."): signs[1]})
    read = parse_number(written, MILLION)
    assert read is not None
    assert (read.value, read.confidence) == (number, 1.0)


@given(ANY_TEXT)
def test_money_is_never_negative_or_more_than_there_is(text: str) -> None:
    money = parse_money(text)
    assert money is None or 0 <= money.dong < 10**18


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("300 triệu đồng/năm", None),
        ("300 triệu đồng mỗi năm", None),
        ("Hàng năm: 300 triệu đồng", None),
        ("12 triệu đồng/ha", None),
        ("300 triệu đồng/năm x 2 năm = 600 triệu đồng", 600_000_000),
        ("300 triệu/năm; tổng 600 triệu", 600_000_000),
        ("500 triệu đồng trong một năm", 500_000_000),
    ],
)
def test_what_each_year_costs_is_no_total(text: str, total: int | None) -> None:
    money = parse_money(text)
    assert (money and money.dong) == total


def test_a_line_tells_the_unit_of_the_numbers_below_it() -> None:
    units = {
        "Đơn vị tính: triệu đồng": MILLION,
        "(ĐVT: 1.000 đồng)": 1000,
        "Bảng 1. Kinh phí các nhiệm vụ (Đơn vị: tỷ đồng)": 1_000_000_000,
        "Đơn vị tính: kg": None,
        "Đơn vị: Viện A": None,
        "Đơn vị: đồng hành": None,
        "Kinh phí: 500 triệu đồng": None,
    }
    assert {text: unit_said(text) for text in units} == units


@pytest.mark.parametrize(
    ("text", "unit", "dong"),
    [
        ("từ 1,5 tỷ đến 2 tỷ", None, 2_000_000_000),
        ("từ 1,5 tỷ đồng đến dưới 2 tỷ đồng, trong đó ngân sách 1 tỷ", None, 2_000_000_000),
        ("1,5 - 2 tỷ đồng", None, 2_000_000_000),
        ("1,5 - 2 tỷ đồng", MILLION, 2_000_000_000),
        ("1,5–2 tỷ", None, 2_000_000_000),
        ("800 triệu – 1,2 tỷ đồng", None, 1_200_000_000),
        ("500 đến 800 triệu đồng", None, 800_000_000),
        ("khoảng 500.000.000 - 800.000.000 đồng", None, 800_000_000),
        ("1.200 - 1.500", MILLION, 1_500_000_000),
        ("300 tới 500", MILLION, 500_000_000),
    ],
)
def test_a_range_counts_as_what_it_goes_up_to_less_surely(text: str, unit: int | None, dong: int) -> None:
    money = parse_money(text, unit)
    assert money is not None
    assert (money.dong, money.is_whole) == (dong, False)
    assert money.confidence < 1


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("không quá 2 tỷ", 2_000_000_000),
        ("Không vượt quá 2 tỷ đồng", 2_000_000_000),
        ("tối đa 800 triệu", 800_000_000),
        ("Dưới 1 tỷ đồng", 1_000_000_000),
        ("≤ 2 tỷ đồng", 2_000_000_000),
    ],
)
def test_a_bound_counts_as_the_amount_and_is_kept_as_text(text: str, dong: int) -> None:
    money = parse_money(text)
    assert money is not None
    assert (money.dong, money.is_whole) == (dong, False)


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("2 tỷ đồng (ngân sách 1,5 tỷ - doanh nghiệp 0,5 tỷ)", 2_000_000_000),
        ("2 tỷ – 500 triệu", 2_000_000_000),
        ("500-800 triệu đồng/năm", None),
    ],
)
def test_dashes_between_other_amounts_make_no_range(text: str, dong: int | None) -> None:
    assert dong_of(text) == dong


@pytest.mark.parametrize(
    ("text", "dong", "is_sure"),
    [
        ("NSNN: 600 triệu đồng; đối ứng: 300 triệu đồng", 900_000_000, True),
        ("Ngân sách 600 triệu đồng, doanh nghiệp đối ứng 300 triệu đồng", 900_000_000, True),
        ("Năm 2026: 500 triệu; năm 2027: 700 triệu", 1_200_000_000, True),
        ("2026: 500 triệu; 2027: 700 triệu", 1_200_000_000, True),
        ("Tổng: 900 triệu, trong đó NSNN: 600 triệu, đối ứng: 300 triệu", 900_000_000, True),
        ("NSNN 1,5 tỷ (năm 2026: 700 triệu, năm 2027: 800 triệu)", 1_500_000_000, True),
        ("NSNN: 1,5 tỷ; năm 2026: 700 triệu", 1_500_000_000, False),
    ],
)
def test_a_budget_said_in_parts_is_their_sum(text: str, dong: int, is_sure: bool) -> None:
    money = parse_money(text)
    assert money is not None
    assert (money.dong, money.confidence == 1) == (dong, is_sure)


@pytest.mark.parametrize(
    ("text", "dong", "confidence"),
    [
        ("1 tỉ rưỡi", 1_500_000_000, 1.0),
        ("1 tỷ 50", 1_050_000_000, 0.6),
        ("1 tỷ 2", 1_200_000_000, 0.6),
        ("1 tỷ 50 người", 1_000_000_000, 1.0),
        ("hai tỷ đồng", 2_000_000_000, 0.8),
        ("hai tỷ rưỡi", 2_500_000_000, 0.8),
        ("Bằng chữ: Một tỷ hai trăm linh năm triệu đồng chẵn", 1_205_000_000, 0.8),
        ("mười lăm tỷ", 15_000_000_000, 0.8),
        ("ba mươi tư triệu đồng", 34_000_000, 0.8),
    ],
)
def test_an_amount_as_people_say_it_is_read_whole(text: str, dong: int, confidence: float) -> None:
    money = parse_money(text)
    assert money is not None
    assert (money.dong, money.confidence) == (dong, confidence)


@pytest.mark.parametrize("text", ["vài tỷ đồng", "hàng trăm triệu đồng", "một hai tỷ", "ba trăm triệu đồng/năm"])
def test_words_that_count_nothing_are_no_amount(text: str) -> None:
    assert parse_money(text) is None


def test_two_amounts_side_by_side_are_no_sum() -> None:
    money = parse_money("1.500 triệu đồng 1.350 triệu đồng")
    assert money is not None
    assert (money.dong, money.confidence) == (1_500_000_000, 0.6)
