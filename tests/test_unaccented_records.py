"""Records written without accents are compared as they were meant, on both sides, and never silently."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Encoder, Index, SentenceTransformerEncoder, read_again, store_records, with_origins
from index.languages import lacks_accents, read_reference
from index.lexical import LexicalView
from ingest import OFFICER, Record, Section, fold
from matcher import match

VI, EN = read_reference()


def strip(text: str) -> str:
    """As `fold`, in the same case."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def without_accents(record: Record) -> Record:
    sections = tuple(replace(section, text=strip(section.text)) for section in record.sections)
    return replace(record, title=strip(record.title), sections=sections)


def person(number: int, name: str, work: str) -> Record:
    return Record("scientist", "science", name, (Section("work", work),), id=f"p{number:02}")


NEED = Record(
    "need",
    "enterprise",
    "Nước thải nhuộm còn màu",
    (Section("situation", "Nước thải dệt nhuộm sau xử lý còn màu đậm, keo tụ tốn phèn, bùn nhiều."),),
    id="dyeing",
)
DYEING = person(90, "Trịnh Khải", "Xử lý nước thải dệt nhuộm bằng oxy hóa nâng cao, khử màu thuốc nhuộm hoạt tính.")
SHRIMP = person(91, "Lê Tôm", "Chẩn đoán bệnh hoại tử gan tụy cấp trên tôm thẻ chân trắng nuôi ao đất.")
OTHERS = [person(number, f"Người {number}", text) for number, text in enumerate(VI)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceTransformerEncoder) -> Index:
    """An index of accented people; tests only read it."""
    index = Index(tmp_path_factory.mktemp("unaccented"), encoder)
    store_records(index, with_origins([DYEING, SHRIMP, *OTHERS], "test"))
    return index


@pytest.mark.parametrize("text", [strip(text) for text in VI])
def test_vietnamese_without_accents_is_told(text: str) -> None:
    assert lacks_accents(text)


@pytest.mark.parametrize("text", [*VI, *EN, "RFID", "", "TCVN 5575:2012"])
def test_any_other_text_is_left_alone(text: str, index: Index) -> None:
    assert not lacks_accents(text)
    assert index.read_unaccented(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Lan Anh, Minh Tu, Bach Mai, Thanh Hai",
        "Nguyen Van An, Tran Thanh Hai, Pham Minh Duc",
        "can do it in an hour",
        "He Ho",
        "Penaeus monodon, Litopenaeus vannamei",
    ],
)
def test_names_and_short_english_are_left_alone(text: str, index: Index) -> None:
    assert index.read_unaccented(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Xu ly nuoc thai – det nhuom",
        "“Nuoi tom the” trong ao dat",
        "May say nong san 10 m², 60 °C cho dong bao",
        "••• can men khong chi nung thap",
    ],
)
def test_signs_are_no_accents(text: str, index: Index) -> None:
    assert lacks_accents(text)
    assert index.read_unaccented(text) != text


def test_lines_without_accents_among_others_are_read(index: Index) -> None:
    text = "Tên đề tài:\nxu ly nuoc thai det nhuom bang keo tu"
    assert index.read_unaccented(text) == "Tên đề tài:\nxử lý nước thải dệt nhuộm bằng keo tụ"


@given(st.lists(st.sampled_from([*(strip(text) for text in VI), *EN, "nano graphene chip STM32"]), max_size=3))
def test_only_accents_are_put_in(index: Index, texts: list[str]) -> None:
    text = " ".join(texts)
    assert fold(index.read_unaccented(text)) == fold(text)


def test_records_without_accents_do_not_teach_that_words_have_none(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    bare = [without_accents(person(number, f"Ông {number}", text)) for number, text in enumerate(VI)]
    for round in range(3):
        store_records(index, with_origins(bare, f"round {round}"))
    asked = strip(VI[0])
    assert index.read_unaccented(asked) == Index(tmp_path / "new", None).read_unaccented(asked) != asked


def test_a_need_without_accents_has_the_candidates_of_the_same_with_them(index: Index) -> None:
    meant = match(index, NEED, "scientist", OFFICER, 10)
    typed = match(index, without_accents(NEED), "scientist", OFFICER, 10)
    assert [one.id for one in typed.pairings[:1]] == [one.id for one in meant.pairings[:1]] == [DYEING.id]
    assert len({one.id for one in typed.pairings} & {one.id for one in meant.pairings}) >= 8
    assert typed.pairings[0].score == pytest.approx(meant.pairings[0].score, rel=0.15)


def test_how_it_was_read_is_told(index: Index) -> None:
    assert match(index, NEED, "scientist", OFFICER).read_as is None
    read = match(index, without_accents(NEED), "scientist", OFFICER).read_as
    assert read is not None
    assert "nước thải dệt nhuộm" in read.lower()


def test_quotes_are_of_what_was_written(index: Index) -> None:
    typed = without_accents(NEED)
    for pairing in match(index, typed, "scientist", OFFICER).pairings:
        for pair in pairing.evidence:
            assert typed.text_of(pair.query.section)[pair.query.start : pair.query.end] == pair.query.text
    assert match(index, typed, "scientist", OFFICER).pairings[0].evidence


def test_who_wrote_without_accents_is_not_first_for_everything(tmp_path: Path, encoder: Encoder) -> None:
    index = Index(tmp_path, encoder)
    store_records(index, with_origins([DYEING, without_accents(SHRIMP), *OTHERS], "test"))
    for asked in (NEED, without_accents(NEED)):
        assert match(index, asked, "scientist", OFFICER, 3).pairings[0].id == DYEING.id
    sick = Record("need", "enterprise", "Tôm chết", (Section("situation", "Tôm thẻ nuôi ao chết vì gan tụy."),), id="x")
    assert match(index, sick, "scientist", OFFICER, 3).pairings[0].id == SHRIMP.id


def test_words_in_common_are_found_all_the_same(index: Index) -> None:
    (first, *_) = match(index, without_accents(NEED), "scientist", OFFICER, 3).pairings
    assert any("nhuom" in fold(term) for term in first.key_terms)


def test_abbreviations_count_as_what_they_stand_for(index: Index) -> None:
    short, long = "DNNVV cần CĐS, xử lý CTR", "Doanh nghiệp nhỏ và vừa cần chuyển đổi số, xử lý chất thải rắn"
    told, meant = (
        match(index, Record("need", "enterprise", text, (Section("requirements", text),)), "scientist", OFFICER, 10)
        for text in (short, long)
    )
    assert "chuyển đổi số" in told.forms
    assert meant.forms == ()
    assert len({one.id for one in told.pairings} & {one.id for one in meant.pairings}) >= 7


def test_an_abbreviation_of_several_meanings_stands_for_none(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    texts = ["Nhận lời mời (NLM) của Sở.", "Nhà lưu mới (NLM) ở vườn.", "Năng lượng mặt trời (NLMT) mái nhà."]
    store_records(index, with_origins([person(n, f"Thợ {n}", text) for n, text in enumerate(texts)], "test"))
    assert index.full_forms("Cần NLM và NLMT") == ("Năng lượng mặt trời",)


def test_words_with_accents_find_what_was_written_without(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    store_records(index, with_origins([without_accents(DYEING), SHRIMP, *OTHERS], "test"))
    words = LexicalView(index._replica._words, {"everyone"})
    held = words.rarities([("accented", "thuốc_nhuộm"), ("accented", "thuoc_nhuom")])
    assert held["accented", "thuốc_nhuộm"] < held["accented", "thuoc_nhuom"]
    assert index.search("thuốc nhuộm hoạt tính", OFFICER).hits[0].id == DYEING.id
    nano = without_accents(person(80, "Bà Nano", "Chế tạo vật liệu nano graphene dùng chip STM32 cho ao nuôi."))
    store_records(index, with_origins([nano], "test"))
    for foreign in ("nano", "chip", "graphene"):
        assert index.search(foreign, OFFICER).hits[0].id == nano.id
    again = Index(tmp_path, None)
    assert again.search("thuốc nhuộm hoạt tính", OFFICER).hits[0].id == DYEING.id


def test_what_came_before_there_was_much_to_learn_from_is_read_again(tmp_path: Path, encoder: Encoder) -> None:
    """The first file has no accents; those after it teach what its words mean."""
    word = "trầm dó bầu"  # in no list of ours
    taught = [person(n, f"Thợ {n}", f"Cấy tạo {word} bằng nấm, lần {n}; {word} cho trầm thơm.") for n in range(8)]
    typed = without_accents(person(70, "Bà Sáu", f"Cấy tạo {word} bằng nấm; {word} cho trầm thơm."))
    index = Index(tmp_path, encoder)
    store_records(index, with_origins([typed], "first"))

    def held() -> bytes:
        return b"".join(passage.vector or b"" for passage in index.store.passages.of_record(typed.id))

    before = held()
    store_records(index, with_origins(taught, "then"))
    assert read_again(index) == 1
    assert held() != before
    asked = index.read_unaccented(typed.sections[0].text)
    assert word in asked
    again = Index(tmp_path, encoder)
    assert [passage.text for passage in index.store.passages.of_record(typed.id)][1] == typed.sections[0].text
    assert read_again(again) == 0  # nothing more to learn from since
