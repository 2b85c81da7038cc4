"""The background: the first of a list in which nobody fits is not taken for one who fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_pairing import DRYER, NEED, RECORDS
from toy_encoder import ToyEncoder

from index import Candidates, Index, store_records
from ingest import OFFICER, Record, Section
from matcher import match, match_all, pairing
from matcher.background import LEAST_STANDING, measure_standing_out
from matcher.question import Question, ask
from matcher.ranking import Ranking, rank_candidates

HOPELESS = Record(
    "need",
    "enterprise",
    "Phóng vệ tinh viễn thám",
    (Section("requirements", "Tên phóng vào quỹ đạo thấp; vỏ vệ tinh chịu bức xạ vũ trụ."),),
    id="need-rocket",
)


def _encoder() -> ToyEncoder:
    # Of more dimensions, in which texts that share no word are hardly near by chance.
    return ToyEncoder(dimensions=256)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path, _encoder())
    store_records(index, [(record, "test") for record in (*RECORDS, HOPELESS)])
    return index


def _stand_of(index: Index, question: Question, candidates: Candidates, position: int) -> float:
    found = measure_standing_out(index, question, candidates, [position])
    assert found is not None
    return found[position]


def test_each_candidate_stands_as_it_would_alone(index: Index) -> None:
    question = ask(index, NEED, OFFICER)
    ranking = rank_candidates(index, question, "scientist", OFFICER)
    together = measure_standing_out(index, question, ranking.candidates, ranking.order)
    alone = {place: _stand_of(index, question, ranking.candidates, place) for place in ranking.order}
    assert together == pytest.approx(alone, abs=1e-5)
    assert measure_standing_out(index, question, ranking.candidates, []) == {}


def test_the_first_of_those_who_do_not_fit_is_not_enough_evidence(index: Index) -> None:
    found = match(index, HOPELESS, "scientist", OFFICER, limit=3).pairings
    ranking = rank_candidates(index, ask(index, HOPELESS, OFFICER), "scientist", OFFICER)
    assert found[0].score > ranking.bar
    assert {one.basis for one in found} == {"insufficient"}
    (row,) = [row for row in match_all(index, "need", "scientist", OFFICER, 3) if row.id == HOPELESS.id]
    assert {pair.basis for pair in row.pairs} == {"insufficient"}


def test_who_fits_stands_out_of_texts_of_every_field(index: Index) -> None:
    first, *_ = match(index, NEED, "scientist", OFFICER).pairings
    assert (first.id, first.basis) == (DRYER.id, "uncalibrated")


def test_the_background_is_encoded_once_for_a_store(index: Index) -> None:
    match(index, NEED, "scientist", OFFICER)
    encoder = _encoder()
    again = Index(index.folder, encoder)
    (held,) = index.folder.rglob("reference.vectors")
    before = held.read_bytes()
    question = ask(again, NEED, OFFICER)
    ranking = rank_candidates(again, question, "scientist", OFFICER)
    encoded = len(encoder.encoded)
    standing = _stand_of(again, question, ranking.candidates, ranking.order[0])
    assert standing > LEAST_STANDING
    assert len(encoder.encoded) == encoded
    held.write_bytes(before[:-1])
    torn = Index(index.folder, _encoder())
    assert _stand_of(torn, question, ranking.candidates, ranking.order[0]) == pytest.approx(standing)
    assert held.read_bytes() == before


def test_without_vectors_and_for_long_texts_the_crowd_alone_decides(index: Index, tmp_path: Path) -> None:
    task = replace(NEED, kind="proposal", id="proposal-asking")
    ranking = rank_candidates(index, ask(index, task, OFFICER), "scientist", OFFICER)
    assert measure_standing_out(index, ask(index, task, OFFICER), ranking.candidates, ranking.order[:1]) is None
    words = Index(tmp_path / "words", None)
    store_records(words, [(record, "test") for record in RECORDS])
    question = ask(words, NEED, OFFICER)
    candidates = rank_candidates(words, question, "scientist", OFFICER).candidates
    assert measure_standing_out(words, question, candidates, [0]) is None


def test_passages_are_set_against_sentences_in_their_own_language(index: Index) -> None:
    question = ask(index, NEED, OFFICER)
    candidates = rank_candidates(index, question, "scientist", OFFICER).candidates
    position = candidates.position_of(DRYER.id)
    assert position is not None
    before = _stand_of(index, question, candidates, position)
    candidates.languages = -np.abs(candidates.languages)
    assert _stand_of(index, question, candidates, position) != pytest.approx(before)


STRANGER = Record("scientist", "science", "Người lạ", (Section("work", "Vành đai tiểu hành tinh."),), id="stranger")


@pytest.mark.parametrize(
    ("stands", "text", "basis"),
    [
        (3.0, "Vành đai tiểu hành tinh.", "insufficient"),
        (4.0, "Vành đai tiểu hành tinh.", "uncalibrated"),
        (3.0, "Máy sấy cà phê bằng hơi nước.", "uncalibrated"),
        (3.0, "May say ca phe bang hoi nuoc.", "uncalibrated"),
        (3.0, "Hộ nông: phê cà sấy máy cần cho.", "uncalibrated"),  # what is asked, but no word of two syllables
        (3.0, "Asteroid belts and the drying of the old moons.", "uncalibrated"),
        (1.0, "Máy sấy cà phê bằng hơi nước.", "insufficient"),
    ],
)
def test_who_is_near_in_meaning_alone_must_stand_out_clearly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stands: float, text: str, basis: str
) -> None:
    index = Index(tmp_path, _encoder())
    asked = replace(
        NEED,
        sections=(Section("requirements", "Cần máy sấy cà phê cho nông hộ. Cần bơm nước giếng khoan chạy bằng nắng."),),
    )
    said = [replace(STRANGER, id=f"s-{number}", title=f"Ông Số {number}") for number in range(8)]
    store_records(
        index, [(one, "test") for one in (asked, *said, replace(STRANGER, sections=(Section("work", text),)))]
    )
    monkeypatch.setattr(pairing, "measure_standing_out", lambda *given: dict.fromkeys(given[3], stands))
    monkeypatch.setattr(Ranking, "bar", -100.0)
    (found,) = [one for one in match(index, asked, "scientist", OFFICER, limit=9).pairings if one.id == STRANGER.id]
    assert found.basis == basis
    (row,) = match_all(index, "need", "scientist", OFFICER, 9)
    assert {pair.id: pair.basis for pair in row.pairs}[STRANGER.id] == basis
