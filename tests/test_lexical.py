"""The lexical index: both spellings found, exact BM25 for every audience, any order of changes, damage seen."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import weigh_document, weigh_documents
from index.lexical import LexicalIndex, LexicalView
from index.passages import Audience
from index.terms import ACCENTED, FOLDED, AskedTerms, split_keys, terms
from ingest import Kind, accented_view, fold

Passage = tuple[int, Audience, str]
OFFICERS: frozenset[Audience] = frozenset({"everyone", "insiders"})
STRANGERS: frozenset[Audience] = frozenset({"everyone", "outsiders"})
NEEDS: list[Passage] = [(1, "everyone", "Xử lý nước thải dệt nhuộm"), (2, "everyone", "Sấy gỗ cao su bị nứt")]
PROPOSALS: list[Passage] = [(3, "everyone", "Nước thải khu công nghiệp, nước thải và nước ngầm")]
SYLLABLES = ("nước", "nuoc", "thải", "Xử", "lý", "lí", "gỗ", "pH", "5G", "the", "for", "Sensors", "drying", "résumés")


@pytest.fixture
def view() -> LexicalView:
    return LexicalView(
        {"need": LexicalIndex().replay([], NEEDS, 5), "proposal": LexicalIndex().replay([], PROPOSALS, 5)}, OFFICERS
    )


def found(view: LexicalView, field: str, *words: str, kinds: Collection[Kind] = ("need", "proposal")) -> list[int]:
    ids = {"need": [1, 2], "proposal": [3]}
    asked = {(field, word): 1.0 for word in words}
    return [id for kind in kinds for id, score in zip(ids[kind], ask(view, asked, kind), strict=True) if score > 0]


def ask(view: LexicalView, weighted: Mapping[tuple[str, str], float], kind: Kind = "need") -> list[float]:
    """The scores of all passages of a kind, asked beside another question."""
    scores = view.scores(AskedTerms.of([{(FOLDED, "go"): 3.0}, weighted]), [kind])[kind]
    return [float(score) for score in scores[:, 1]]


def bm25(passages: Mapping[int, str], field: str, weighted: Mapping[str, float]) -> dict[int, float]:
    """The formula written out over plain counts (Robertson & Zaragoza 2009, k1 = 1.2, b = .75, as Lucene has it)."""
    see = accented_view if field == ACCENTED else fold
    counts = {id: Counter(terms(see(text))) for id, text in passages.items()}
    lengths = {id: sum(of_text.values()) for id, of_text in counts.items()}
    mean = max(sum(lengths.values()) / max(len(lengths), 1), 1.0)
    scores = dict.fromkeys(passages, 0.0)
    for term, weight in weighted.items():
        holding = sum(term in of_text for of_text in counts.values())
        idf = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
        for id, of_text in counts.items():
            tf = of_text[term]
            scores[id] += weight * idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * lengths[id] / mean))
    return scores


def test_syllables_and_bigrams_are_the_terms() -> None:
    assert terms("xử lý nước") == ["xử", "lý", "nước", "xử_lý", "lý_nước"]


def test_accented_and_folded_spellings_are_both_found(view: LexicalView) -> None:
    assert found(view, ACCENTED, "nước_thải") == [1, 3]
    assert found(view, FOLDED, "nuoc_thai") == [1, 3]
    assert found(view, ACCENTED, "nuoc_thai") == []


def test_kinds_are_kept_apart_and_rarity_is_that_of_all(view: LexicalView) -> None:
    assert found(view, FOLDED, "nuoc", kinds=["proposal"]) == [3]
    assert view.rarities([(FOLDED, "nuoc")])[FOLDED, "nuoc"] == pytest.approx(math.log(1 + 1.5 / 2.5))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[list[int], list[Passage]]]:
    """Changes one after the other: numbers removed, passages added with growing numbers."""
    number, living, changes = 0, [], []
    texts = st.lists(st.sampled_from(SYLLABLES), max_size=7).map(" ".join)
    for _ in range(draw(st.integers(1, 5))):
        removed = draw(st.lists(st.sampled_from(living), unique=True)) if living else []
        added: list[Passage] = []
        for _ in range(draw(st.integers(0, 4))):
            number += 1
            added.append((number, draw(st.sampled_from(["everyone", "insiders", "outsiders"])), draw(texts)))
        living = [id for id in living if id not in removed] + [id for id, _, _ in added]
        changes.append((removed, added))
    return changes


@settings(max_examples=150)
@given(histories(), st.dictionaries(st.sampled_from(SYLLABLES), st.floats(0.1, 2), min_size=1), st.booleans())
def test_scores_are_bm25_of_what_is_seen_whatever_came_and_went(
    changes: list[tuple[list[int], list[Passage]]], asked: dict[str, float], is_officer: bool
) -> None:
    index, living = LexicalIndex(), dict[int, tuple[Audience, str]]()
    for removed, added in changes:
        index = index.replay(removed, added, index.seq + 1)
        living = {id: kept for id, kept in living.items() if id not in removed}
        living |= {id: (audience, text) for id, audience, text in added}
    assert index.ids.tolist() == sorted(living)
    audiences = OFFICERS if is_officer else STRANGERS
    seen = {id: text for id, (audience, text) in living.items() if audience in audiences}
    view = LexicalView({"need": index}, audiences)
    for field, see in ((ACCENTED, accented_view), (FOLDED, fold)):
        pair = "_".join(see(syllable) for syllable in SYLLABLES[:3:2])
        weighted = {pair: 1.0} | {see(word): weight for word, weight in asked.items()}
        scores = ask(view, {(field, term): weight for term, weight in weighted.items()})
        expected = bm25(seen, field, weighted)
        assert dict(zip(index.ids.tolist(), scores, strict=True)) == {
            id: pytest.approx(expected.get(id, 0.0), rel=1e-5) for id in living
        }


def test_a_snapshot_answers_as_what_it_was_made_of(tmp_path: Path) -> None:
    index = LexicalIndex().replay([], [*NEEDS, (4, "insiders", "nước mới"), (5, "outsiders", "")], 5)
    index.save(tmp_path / "need.words")
    loaded = LexicalIndex.load(tmp_path / "need.words")
    assert loaded is not None
    assert loaded.seq == 5
    asked = {(FOLDED, "nuoc"): 1.0, (ACCENTED, "gỗ_cao"): 2.0}
    for changed in (lambda held: held, lambda held: held.replay([2], [(7, "everyone", "gỗ cao")], 6)):
        before, after = (LexicalView({"need": changed(held)}, OFFICERS) for held in (index, loaded))
        assert ask(before, asked) == ask(after, asked)


def test_no_word_of_what_was_removed_is_left_in_a_snapshot(tmp_path: Path) -> None:
    index = LexicalIndex().replay([], [*NEEDS, (4, "everyone", "Zirconi nước")], 5).replay([4], [], 6)
    index.save(tmp_path / "need.words")
    snapshot = (tmp_path / "need.words").read_bytes()
    assert b"zirconi" not in snapshot
    assert "nước".encode() in snapshot


def test_a_damaged_or_missing_snapshot_is_none(tmp_path: Path) -> None:
    path = tmp_path / "need.words"
    assert LexicalIndex.load(path) is None
    LexicalIndex().replay([], NEEDS, 5).save(path)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert LexicalIndex.load(path) is None


TEXTS = st.lists(st.sampled_from((*SYLLABLES, "and", "of", "a_b", "\n")), max_size=9).map(" ".join)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=2)), min_size=1, max_size=4))
def test_documents_asked_at_once_are_weighed_as_one_by_one(documents: list[tuple[list[str], list[str]]]) -> None:
    at_once = weigh_documents(documents)
    one_by_one = AskedTerms.of([weigh_document(*document) for document in documents])
    assert decode(at_once) == decode(one_by_one)


def decode(asked: AskedTerms) -> list[dict[tuple[int, str, str], float]]:
    """What each question asks for: (field, first syllable, second) → weight."""
    firsts, seconds = split_keys(asked.keys)
    syllables = ("", *asked.syllables)
    fields = (asked.keys >> np.uint64(63)).tolist()
    terms = [
        (field, syllables[first], syllables[second])
        for field, first, second in zip(fields, firsts.tolist(), seconds.tolist(), strict=True)
    ]
    return [
        {term: weight for term, weight in zip(terms, of_question, strict=True) if weight}
        for of_question in asked.weights.T.tolist()
    ]


def test_endless_words_do_no_harm() -> None:
    view = LexicalView({"need": LexicalIndex().replay([], [(7, "everyone", "a" * 200_000)], 10)}, OFFICERS)
    assert ask(view, {(FOLDED, terms(fold("a" * 200_000))[0]): 1.0})[0] > 0


def test_an_old_index_is_left_as_it_was() -> None:
    index = LexicalIndex().replay([], NEEDS, 5)
    before = ask(LexicalView({"need": index}, OFFICERS), {(FOLDED, "nuoc"): 1.0})
    index.replay([1], [(4, "everyone", "nước nguồn")], 6)
    assert ask(LexicalView({"need": index}, OFFICERS), {(FOLDED, "nuoc"): 1.0}) == before
