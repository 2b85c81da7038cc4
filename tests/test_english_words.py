"""English words: found by any of their forms and not by what stands in every English text; Vietnamese left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Index, store_records, terms
from index.english import STOP_WORDS, reduce_words, stem
from ingest import OFFICER, Record, Section, accented_view, fold
from ingest.languages import could_be_syllable
from matcher import match

_SENSORS = Record(
    "proposal", "science", "Soil moisture sensors for irrigated orchards", (Section("summary", "They log hourly."),)
)
_BRIDGES = Record(
    "proposal", "science", "Fatigue of steel bridges", (Section("summary", "The loads of the trucks to the port."),)
)
_MUSIC = Record("proposal", "science", "Nhạc tài tử cho học sinh", (Section("summary", "Dạy đàn kìm ở hai trường."),))


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path, None)
    store_records(index, ((record, "tests") for record in (_SENSORS, _BRIDGES, _MUSIC)))
    return index


@pytest.mark.parametrize(
    "words", [("sensor", "sensors"), ("irrigated", "irrigating", "irrigation"), ("study", "studies", "studied")]
)
def test_forms_of_a_word_are_one_word(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize(
    "text",
    ["in to an toàn không no", "bộ lọc tro bay cho lò", "quy trinh san xuat gao to", "cây an xoa", "nuôi bò ở xã"],
)
def test_vietnamese_loses_nothing(text: str) -> None:
    words = text.split()
    assert reduce_words(words) == words


@given(st.text(alphabet="abcdeghiklmnopqrstuvxy", min_size=1, max_size=8).filter(could_be_syllable))
def test_what_could_be_vietnamese_has_no_other_stem(word: str) -> None:
    assert stem(word) == word


def test_stop_words_are_left_out_of_english_only() -> None:
    assert reduce_words(["the", "yield", "of", "rice", "in", "the", "delta"]) == ["yield", "rice", "delta"]
    assert reduce_words(["we", "look", "for", "one", "who", "can", "treat", "udders"]) == [
        "look",
        "one",
        "treat",
        "udder",
    ]
    assert "the" in STOP_WORDS
    assert "the" in reduce_words(fold("nâng cao thể lực cho học sinh").split())


def test_english_is_found_in_any_form(index: Index) -> None:
    assert index.search("sensor in irrigation", OFFICER).hits[0].title == _SENSORS.title
    words = set(terms(accented_view("sensor in the irrigation of orchards")))
    assert {"sensor", "irrig", "orchard", "irrig_orchard"} <= words


def test_english_texts_are_not_alike_by_their_small_words(index: Index) -> None:
    need = Record(
        "need", "enterprise", "Pumping water to the fields", (Section("situation", "The pump is at the dyke."),)
    )
    signals = {one.title: one.signals["lexical"] for one in match(index, need, "proposal", OFFICER, 3).pairings}
    assert signals[_BRIDGES.title] == signals[_MUSIC.title]


def test_key_terms_are_shown_as_they_are_written(index: Index) -> None:
    need = Record("need", "enterprise", "A soil moisture sensor", (Section("situation", "Orchards are too wet."),))
    first = match(index, need, "proposal", OFFICER, 1).pairings[0]
    assert first.title == _SENSORS.title
    assert "Soil moisture sensors" in first.key_terms
