"""Questions and records in two languages: what says the same is found, whichever language it is written in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Encoder, Index, SentenceTransformerEncoder, store_records, with_origins
from index.languages import OTHER, UNKNOWN, VIETNAMESE, LanguageGap, ReferenceVectors, language_of, read_reference
from ingest import KINDS, OFFICER, Record, Section, fold
from ingest.languages import vietnamese_share
from matcher.question import ask

VI, EN = read_reference()


@pytest.mark.parametrize("text", VI)
def test_vietnamese_is_known_with_accents_and_without(text: str) -> None:
    assert language_of(text) == language_of(fold(text)) == language_of(text.upper()) == VIETNAMESE


@pytest.mark.parametrize("text", EN)
def test_english_is_known(text: str) -> None:
    assert language_of(text) == OTHER


@pytest.mark.parametrize("text", ["", "RFID", "Hevea brasiliensis", "ĐT.2019-06/ST", "12.500 m3", "an toan"])
def test_names_codes_and_numbers_are_of_no_language(text: str) -> None:
    assert language_of(text) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "Các nghệ sĩ trong bộ sưu tập gồm Bernardino Fungai, Marcus Gheeraerts, Domenico Beccafumi, Jan Brueghel, "
        "Anthony van Dyck, Ludovico Carracci, Antonio Verrio và Giovanni Battista Tiepolo.",
        "Loài đã định danh: Litopenaeus vannamei, Penaeus monodon, Macrobrachium rosenbergii, Scylla paramamosain, "
        "Pangasianodon hypophthalmus, Oreochromis niloticus.",
        "Tesla Electric Light & Manufacturing đã làm gì?",
    ],
)
def test_a_vietnamese_list_of_foreign_names_is_not_in_another_language(text: str) -> None:
    assert language_of(text) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "Effects of salinity on rice yields and shrimp ponds of Sóc Trăng and Bạc Liêu provinces",
        "Water-level reading from staff-gauge photographs. The median error was 1.4 cm. – Đồng tác giả – 2019",
        "A 77 GHz low-noise amplifier in 65 nm CMOS with transformer feedback. – Tác giả chính – 2023",
    ],
)
def test_english_with_a_vietnamese_name_or_role_is_english(text: str) -> None:
    assert language_of(text) == OTHER


@given(st.text())
def test_accents_tell_nothing_of_the_language(text: str) -> None:
    assert vietnamese_share(text) == vietnamese_share(text.lower())


def _needs() -> list[Record]:
    """Thirteen sentences of the reference in Vietnamese, the thirteen others in English."""
    both = zip(VI, EN, strict=True)
    return [
        Record(
            "need",
            "enterprise",
            vi if number % 2 else en,
            (Section("text", vi if number % 2 else en),),
            id=f"n{number}",
        )
        for number, (vi, en) in enumerate(both)
    ]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceTransformerEncoder) -> Index:
    index = Index(tmp_path_factory.mktemp("mixed"), encoder)
    # Not the sentences from which the gap is taken: each is said another way.
    store_records(index, with_origins([*_needs(), *_PROBLEMS], "test"))
    return index


_PROBLEMS = (
    Record(
        "need",
        "enterprise",
        "Wood cracks while it dries in the kiln",
        (Section("text", "Boards of rubberwood warp and split at the ends when they are dried with steam."),),
        id="wood",
    ),
    Record(
        "need",
        "enterprise",
        "Shrimp die in the first month",
        (Section("text", "Ponds are lost within days to white spot disease and nobody sees it coming."),),
        id="shrimp",
    ),
    Record(
        "need",
        "enterprise",
        "Vườn tiêu bị bệnh chết nhanh",
        (Section("text", "Cây hồ tiêu vàng lá rồi chết cả vườn sau mùa mưa, chưa có cách phòng bệnh."),),
        id="pepper",
    ),
)


def test_what_is_written_in_english_is_nearest_to_what_says_the_same_in_vietnamese(
    mixed: Index, encoder: Encoder
) -> None:
    asked = "Sấy gỗ cao su bằng hơi nước để ván không cong, không nứt đầu"
    candidates, vector = mixed.candidates(KINDS, OFFICER), encoder.encode_queries([asked])

    def nearest(language: int) -> str:
        best = candidates.best(candidates.dense(vector, [language]))[0]
        return candidates.record_ids[int(best.argmax())]

    assert nearest(UNKNOWN) != "wood"  # as it would be without the gap
    assert nearest(language_of(asked)) == "wood"
    hits = mixed.search(asked, OFFICER, limit=len(candidates)).hits
    assert max(hits, key=lambda hit: hit.dense or 0).id == "wood"


def test_texts_that_say_the_same_are_as_near_across_languages_as_within_one(encoder: Encoder, tmp_path: Path) -> None:
    """Of each question the middle of all others, that have nothing to do with it, is as far in either language."""
    texts = [problem.sections[0].text for problem in _PROBLEMS]
    vectors = encoder.encode_queries(texts)
    for vector, language in zip(vectors, (OTHER, OTHER, VIETNAMESE), strict=True):
        gap = LanguageGap(ReferenceVectors(encoder, tmp_path / "reference")).between(vector[np.newaxis], language)
        own, other = (VI, EN) if language == VIETNAMESE else (EN, VI)
        near, far = (float((encoder.encode_passages(some) @ vector).mean()) for some in (own, other))
        assert gap[0] == pytest.approx(near - far, abs=1e-3)
        assert gap[0] > 0.01


def test_a_record_in_both_languages_is_asked_in_its_own(mixed: Index) -> None:
    candidates = mixed.candidates(KINDS, OFFICER)
    vector = np.ones((1, 384), dtype=np.float32) / np.sqrt(384)
    plain, raised = candidates.dense(vector, [UNKNOWN]), candidates.dense(vector, [VIETNAMESE])
    is_raised = (raised != plain)[0]
    for place, id in enumerate(candidates.record_ids):
        if id in {"wood", "shrimp"}:
            assert is_raised[candidates.rows_of(place)].any()
        if id == "pepper":
            assert not is_raised[candidates.rows_of(place)].any()


def test_languages_survive_a_snapshot(mixed: Index) -> None:
    mixed.save()
    again = Index(mixed.folder, mixed.encoder)
    vector = np.ones((1, 384), dtype=np.float32) / np.sqrt(384)
    held, read = (one.candidates(KINDS, OFFICER).dense(vector, [OTHER]) for one in (mixed, again))
    np.testing.assert_array_equal(held, read)
    again.store.close()


def test_each_work_of_a_person_is_asked_in_its_own_language(mixed: Index) -> None:
    works = (Section("work", VI[0]), Section("work", EN[1]), Section("work", "RFID"))
    asked = ask(mixed, Record("scientist", "science", "Lê Thị Bưởi", works, id="person"), OFFICER)
    assert [part.language for part in asked.parts] == [VIETNAMESE, OTHER, asked.language]
