"""Stored text is repaired and nothing else; views are as long as their text; segmenters return its offsets."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.vietnamese import (
    Span,
    accented_view,
    fold,
    is_folded_syllable,
    is_syllable,
    lower_view,
    place_tones,
    repair,
    sentences,
    syllables,
    words,
)

VIEWS = (lower_view, place_tones, fold, accented_view)
TOKENS = (
    "Ðông QÐ-UBND eða ð 5 hoà thuỷ tóan cuả PGS.TS. Nguyễn tr. 5 v.v. a) 1. • – : ; , . ! … ” ) \n \t \u00a0 Ƣ ngƣời "
    "o\u0309 \u0301 \u200b İ ß 😀 \0 _ nghiên cứu khoa học TP. Q.1 12.5 01.02.2026"
)
vietnamese = st.lists(st.sampled_from(TOKENS.split(" ")), max_size=30).map(" ".join)
any_text = st.text(max_size=200) | vietnamese | vietnamese.map(lambda text: text.replace(" ", ""))


def cut(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("TRƢỜNG ngƣời", "TRƯỜNG người"),
        ("trƣ\u0309", "trử"),
        ("Quyết định số 15/QÐ-UBND, HÐND, ÐHQG, TÐC", "Quyết định số 15/QĐ-UBND, HĐND, ĐHQG, TĐC"),
        ("Ðông Nam, ðường, Ðắk Lắk, Ðăk Nông", "Đông Nam, đường, Đắk Lắk, Đăk Nông"),
        ("500.000 ð và 12.000ð/kg", "500.000 đ và 12.000đ/kg"),
        ("Ðorður, Friðrik, eða, að, FRIÐRIK, [ð]", "Ðorður, Friðrik, eða, að, FRIÐRIK, [ð]"),
        ("a\r\nb\rc\vd\fe\u2028f", "a\nb\nc\nd\ne\nf"),
        ("ô\x07sau", "ô\tsau"),
        ("KT\x1eXH", "KT-XH"),
        ("\x93trích\x94 \x85", "“trích” …"),
        ("c\xadông\x00 n\u200bghệ\ufeff\u202e", "công nghệ"),
        ("lạ \ud800", "lạ \ufffd"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Thuỷ"), "Nguyễn Thị Thuỷ"),
        ("HOÀ và HÒA, thuỷ", "HOÀ và HÒA, thuỷ"),
    ],
)
def test_repair_mends_what_is_cheap_and_keeps_the_spelling(text: str, stored: str) -> None:
    assert repair(text) == stored


@given(any_text)
def test_repairing_twice_equals_repairing_once(text: str) -> None:
    stored = repair(text)
    assert repair(stored) == stored
    assert unicodedata.is_normalized("NFC", stored)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in stored if letter not in "\n\t")


@given(any_text)
def test_views_are_as_long_as_their_text(text: str) -> None:
    for written in (text, repair(text)):
        for view in VIEWS:
            assert len(view(written)) == len(written)


def test_no_character_changes_its_length_in_a_view() -> None:
    for view in VIEWS:
        for first in range(0, sys.maxunicode + 1, 64):
            assert len(view("".join(map(chr, range(first, first + 64))))) == 64


@given(any_text)
def test_folding_forgets_case_and_tone_placement(text: str) -> None:
    stored = repair(text)
    assert fold(accented_view(stored)) == fold(stored)
    assert fold(fold(stored)) == fold(stored)


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("hoà thuỷ xoà khoẻ uỷ loà xoà", "hòa thủy xòa khỏe ủy lòa xòa"),
        ("tóan hòan nghiã cuả taị gìa qúy", "toán hoàn nghĩa của tại già quý"),
        ("THUỶ Hoà HOÀ_BÌNH", "THỦY Hòa HÒA_BÌNH"),
        ("toàn quý già khuỷu ngoài nghĩa của được", "toàn quý già khuỷu ngoài nghĩa của được"),
        ("niño Noël café naïve Raúl où hoàxyz", "niño Noël café naïve Raúl où hoàxyz"),
    ],
)
def test_tones_move_on_vietnamese_syllables_only(text: str, view: str) -> None:
    assert place_tones(text) == view


def test_folding_strips_accents() -> None:
    assert fold("Đổi mới SÁNG TẠO, İ Ếch “năm” Ñ") == "doi moi sang tao, i ech “nam” n"


def test_vietnamese_syllables_are_known() -> None:
    text = "nghiêng Thuỷ thủy QUỐC giếng gìn già quỳnh khuya Đắk huơ ướt Ý yến công"
    assert all(map(is_syllable, text.split()))
    assert all(map(is_folded_syllable, fold(text).split()))


@pytest.mark.parametrize(
    "token", ["", "lorawan", "niño", "café", "thắ̀ng", "cát2", "cat", "kh", "QĐ", "ngiêng", "việtnam"]
)
def test_other_tokens_are_no_syllables(token: str) -> None:
    assert not is_syllable(token)


def test_a_syllable_without_accents_is_known_as_such() -> None:
    assert is_folded_syllable("cat")
    assert is_folded_syllable("NUOC")
    assert not is_folded_syllable("iot")


def test_syllables_keep_technical_tokens_whole() -> None:
    text = "Cảm biến PM2.5, pH; LoRaWAN/5G (hoà_bình)"
    assert cut(text, syllables(text)) == ["Cảm", "biến", "PM2", "5", "pH", "LoRaWAN", "5G", "hoà", "bình"]


@pytest.mark.parametrize(
    "parts",
    [
        ["PGS.TS. Nguyễn Thị Giả làm chủ nhiệm.", "Xem tr. 5 của báo cáo.", "TP. Hồ Chí Minh lớn."],
        ["ThS. Lê Văn B., KS. Trần C và PGS. TS. D trình bày.", "Có cam, quýt, v.v. và bưởi, v.v.", "Giá số 12.5."],
        ["Ngày 01.02.2026.", "Trụ sở ở Q.1, P. Phú Lợi, Q. 1.", "Hết!"],
        ["Lúc 8 giờ.", "a) Nội dung.", "Điều 5. Phạm vi điều chỉnh.", "Luật này quy định."],
        ["Ông nói: “Tốt.”", "Rồi đi.", "Không có.", "Sau đó?", "Được...", "Rồi thôi… nhưng mà thế."],
        ["Thực hiện: 1. Khảo sát; 2. Lấy mẫu.", "Năm 2026.", "Kết quả."],
        ["Tác giả Trần Q. Bảo viết.", "Xem Smith et al. (2020).", "Giá 5.000 đ.", "Rẻ."],
    ],
)
def test_sentences_survive_abbreviations_and_numbers(parts: list[str]) -> None:
    text = " ".join(parts)
    assert cut(text, sentences(text)) == parts


def test_lines_headings_and_bullets_are_sentences() -> None:
    text = " 1. Mục tiêu\n1.1. Mục tiêu chung: Xây dựng.\n\nII. Nội dung\n- ý một\n• ý hai. c) ý ba\n"
    assert cut(text, sentences(text)) == [
        "1. Mục tiêu",
        "1.1. Mục tiêu chung: Xây dựng.",
        "II. Nội dung",
        "- ý một",
        "• ý hai.",
        "c) ý ba",
    ]


def assert_in_order(text: str, spans: list[Span]) -> None:
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        position = end


@given(any_text)
def test_sentences_hold_everything_but_white_space(text: str) -> None:
    spans = sentences(text)
    assert_in_order(text, spans)
    assert "".join("".join(cut(text, spans)).split()) == "".join(text.split())


def test_words_join_their_syllables() -> None:
    text = "Nghiên cứu hệ thống  giám\tsát\nnước thải, a_b 😀 1.5 triệu."
    assert cut(text, words(text)) == ["Nghiên cứu", "hệ thống", "giám\tsát", "nước thải", "a_b", "1.5", "triệu"]


def test_no_temporary_file_outlives_the_segmenter(tmp_path: Path) -> None:
    code = "from ingest.vietnamese import words; words('Xử lý nước thải dệt nhuộm')"
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=40, deadline=None)
@given(any_text)
def test_words_are_offsets_into_any_text(text: str) -> None:
    spans = words(text)
    assert_in_order(text, spans)
    covered = "".join(cut(text, spans))
    assert all(letter in covered for letter in text if letter.isalnum())


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "😀" * 5_000, "\0" * 5_000, "a.b_" * 5_000, "e\u0301" * 20_000, " \n" * 50_000]
)
def test_long_odd_texts_are_segmented(text: str) -> None:
    assert_in_order(text, words(text))
    assert_in_order(text, sentences(text))
    assert len(place_tones(text)) == len(text)


def test_real_forms_keep_their_length_in_every_view(shared: Path) -> None:
    for name in ("proposal_utf8.txt", "proposal_nfd.txt"):
        text = repair((shared / "samples" / name).read_text("utf-8"))
        assert all(len(view(text)) == len(text) for view in VIEWS)
        assert "PGS.TS. Nguyễn Thị Thu Hà" in " ".join(cut(text, sentences(text)))
    nfd = (shared / "samples" / "proposal_nfd.txt").read_text("utf-8")
    assert repair(nfd) == repair((shared / "samples" / "proposal_utf8.txt").read_text("utf-8"))
