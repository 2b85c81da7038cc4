"""Evidence: exact slices, each beside a clause of its own; the quoted carries the score; key terms; what is missing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_encoder import ToyEncoder

from index import Index, store_records, weigh_document
from ingest import KINDS, OFFICER, Record, Section, fold
from matcher import match
from matcher.asked_words import AskedWords
from matcher.attribution import TextScores, choose_units
from matcher.evidence import Evidence, Quote, align, cut_clauses, find_clauses
from matcher.key_terms import KeyTerms
from matcher.pairing import Pairing
from matcher.question import ask
from matcher.requirements import find_missing, find_requirements, mark_answers

NEED = Record(
    "need",
    "enterprise",
    "Gỗ cao su bị nứt khi sấy",
    (
        Section("situation", "Lò sấy hơi nước điều khiển thủ công, gỗ cao su nứt nhiều."),
        Section("requirements", "Điều khiển tự động nhiệt độ lò sấy. Đo độ ẩm gỗ liên tục. Giảm tiếng ồn quạt gió."),
    ),
    id="need-wood",
)
FILLER = "Đề tài làm trong hai năm ở Bình Dương cùng bốn cộng sự, có báo cáo dài chín mươi trang, ba lần họp và " * 2
DRYER = Record(
    "scientist",
    "science",
    "Lê Văn Đức",
    (
        Section("work", f"{FILLER}một hội thảo. Bộ điều khiển tự động nhiệt độ lò sấy gỗ cao su. {FILLER}một lớp học."),
        Section("work", "Cảm biến đo độ ẩm gỗ liên tục. Có ba bài báo."),
        Section("work", "Ván ép từ gỗ keo."),
    ),
    id="scientist-dryer",
)
CROWD = [
    Record(
        "scientist",
        "science",
        f"Người {n}",
        (Section("work", f"Lò gạch kq{n}. {'Đo đất. ' * (n % 3)}"),),
        id=f"s-{n:02}",
    )
    for n in range(14)
]
WORDS = st.sampled_from(
    ["sấy", "gỗ", "cao", "su", "lò", "nhiệt", "độ", "ẩm", "tự", "động", "tôm", ";", ".", ",", "\n", "5"]
)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)


@pytest.fixture(scope="module", params=["hybrid", "lexical"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return build(tmp_path_factory.mktemp("index"), DRYER, request.param)


def build(folder: Path, dryer: Record, mode: str = "hybrid") -> Index:
    index = Index(folder, ToyEncoder() if mode == "hybrid" else None)
    store_records(index, [(record, "test") for record in (NEED, dryer, *CROWD)])
    return index


def best(index: Index, need: Record = NEED) -> Pairing:
    found = {one.id: one for one in match(index, need, "scientist", OFFICER, limit=100).pairings}
    return found[DRYER.id]


def test_the_telling_sentence_of_a_long_passage_is_quoted_beside_what_it_answers(index: Index) -> None:
    (pair,) = [pair for pair in best(index).evidence if pair.candidate.section == 0]
    assert "Bộ điều khiển tự động nhiệt độ lò sấy gỗ cao su." in pair.candidate.text
    assert len(pair.candidate.text) <= 320 < len(DRYER.sections[0].text)
    assert pair.query.text == "Điều khiển tự động nhiệt độ lò sấy"


def test_no_clause_is_quoted_twice_while_another_is_answered(index: Index) -> None:
    asked = [pair.query for pair in best(index).evidence[:2]]
    assert len(set(asked)) == 2
    assert "Đo độ ẩm gỗ liên tục" in {quote.text for quote in asked}


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_without_the_quoted_sentence_the_score_falls_more_than_without_another(tmp_path: Path, mode: str) -> None:
    whole = build(tmp_path / "whole", DRYER, mode)
    before = best(whole)
    quoted, falls = before.evidence[0].candidate, {}
    for name, text in (("quoted", quoted.text), ("other", f"{FILLER}một hội thảo."), ("last", "Ván ép từ gỗ keo.")):
        sections = tuple(replace(section, text=section.text.replace(text, "")) for section in DRYER.sections)
        without = best(build(tmp_path / name, replace(DRYER, sections=sections), mode))
        falls[name] = before.score - without.score
    assert falls["quoted"] > max(falls["other"], falls["last"])


def test_key_terms_stand_in_the_candidate_as_written_and_in_the_question(index: Index) -> None:
    terms = best(index).key_terms
    said, asked = ("\n".join([one.title, *(section.text for section in one.sections)]) for one in (DRYER, NEED))
    assert 0 < len(terms) <= 6
    assert all(term in said and fold(term) in fold(asked) for term in terms)
    assert not any(fold(one) in fold(other) for one in terms for other in terms if one != other)


def test_units_of_measure_are_no_key_terms(tmp_path: Path) -> None:
    need = Record("need", "enterprise", "Amoni 420 mg/L", (Section("requirements", "Amoni dưới 10 mg/L, cá sống."),))
    scientist = replace(DRYER, sections=(Section("expertise", "Amoni còn 3 mg/L, cá lớn nhanh."),))
    terms = best(build(tmp_path, scientist, "lexical"), need).key_terms
    assert {"mg", "L", "mg/L"}.isdisjoint(terms)
    assert any("moni" in term for term in terms)


def test_what_a_firm_says_of_itself_is_no_requirement() -> None:
    sections = (
        Section("situation", "Gỗ sấy bị cong, nứt nhiều."),
        Section("other", "Ngành nghề: chế biến gỗ rừng trồng"),
    )
    wanted = find_requirements(Record("need", "enterprise", "Gỗ bị nứt", sections))
    assert [quote.text for quote in wanted] == ["Gỗ sấy bị cong, nứt nhiều"]


def test_what_nothing_answers_is_missing(index: Index) -> None:
    assert [quote.text for quote in best(index).missing] == ["Giảm tiếng ồn quạt gió"]


@settings(max_examples=40, deadline=None)
@given(title=TEXTS, texts=st.lists(TEXTS, max_size=3))
def test_every_quote_is_an_exact_slice_and_every_key_term_a_part(index: Index, title: str, texts: list[str]) -> None:
    need = Record("need", "enterprise", title, tuple(Section("requirements", text) for text in texts))
    pairing = best(index, need)
    for pair in pairing.evidence:
        for record, quote in ((need, pair.query), (DRYER, pair.candidate)):
            assert quote.text == record.text_of(quote.section)[quote.start : quote.end]
            assert quote.text.strip()
    for quote in pairing.missing:
        assert quote.text == need.text_of(quote.section)[quote.start : quote.end]
    said = "\n".join(section.text for section in DRYER.sections)
    assert all(term in said for term in pairing.key_terms)


@given(text=TEXTS, start=st.integers(0, 10))
def test_clauses_are_slices_in_order_that_do_not_overlap(text: str, start: int) -> None:
    record = Record("need", "enterprise", "T", (Section("content", text),))
    found = cut_clauses(record, 0, min(start, len(text)), len(text))
    assert all(one.text == text[one.start : one.end] and one.start >= start for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(
    rows=st.integers(1, 5).flatmap(
        lambda count: st.lists(
            st.lists(st.floats(-3, 3).map(lambda value: round(value, 3)), min_size=count, max_size=count),
            min_size=1,
            max_size=4,
        )
    )
)
def test_quotes_are_aligned_to_different_clauses_while_these_are_answered(rows: list[list[float]]) -> None:
    answers = np.array(rows, dtype=np.float32).T[:, :3]
    aligned = align(answers)
    assert len(aligned) == answers.shape[1]
    free = [row for row in range(len(answers)) if row not in aligned]
    for row in {row for row in aligned if aligned.count(row) > 1}:
        columns = [column for column, other in enumerate(aligned) if other == row]
        weaker = sorted(columns, key=lambda column: -answers[row, column])[1:]
        assert all(answers[other, column] <= 0 for column in weaker for other in free)


def test_the_second_unit_is_judged_by_what_the_first_leaves() -> None:
    none = np.zeros((0, 3), dtype=np.float32)
    scores = TextScores(np.array([3.0, 2.9, 1.0], dtype=np.float32), none, none, np.zeros(0, dtype=np.int64))
    words = AskedWords({}, {}, 1.0, 1.0)
    units = choose_units(scores, ["Một.", "Hai.", "Ba."], words, 3)
    assert [unit.passage for unit in units] == [0, 1, 2]
    assert scores.without(units[0]).total() == pytest.approx(2.9)


@pytest.mark.parametrize(
    ("nearest", "text", "has_evidence", "is_missing"),
    [
        (2.5, "Đèn tín hiệu giao thông.", True, False),
        (2.5, "Đèn tín hiệu giao thông.", False, True),
        (3.5, "Đèn tín hiệu giao thông.", False, True),
        (3.5, "Tro trấu, lọc bụi.", False, True),
        (3.5, "Lọc tro bay của lò vôi.", False, False),
        (1.5, "Chọn bộ lọc tro bay.", False, False),
        (1.5, "Lọc bụi.", True, True),
    ],
)
def test_who_is_near_by_chance_answers_no_requirement(
    nearest: float, text: str, has_evidence: bool, is_missing: bool
) -> None:
    asked = Quote(0, 0, 32, "chọn bộ lọc tro bay cho hai lò")
    standing = np.array([[0.0, nearest]], dtype=np.float32)
    missing = find_missing([asked], ["", text], standing, [], has_evidence)
    assert missing == ([asked] if is_missing else [])
    pair = Evidence(asked, Quote(0, 0, len(text), text))
    (marked,) = mark_answers([pair], missing, _words_of(asked.text), [nearest], has_evidence, None)
    assert marked.answers <= (not is_missing)


def test_a_need_in_one_line_asks_for_something_and_a_person_for_nothing() -> None:
    need = Record("need", "enterprise", "Cần máy laser giá dưới 200 triệu. Phải không để lại sẹo.", ())
    assert [one.text for one in find_requirements(need)] == [
        "Cần máy laser giá dưới 200 triệu",
        "Phải không để lại sẹo",
    ]
    assert find_requirements(replace(DRYER, kind="scientist")) == []


def _words_of(asked: str) -> AskedWords:
    """Every word half as rare as one that nobody has."""
    weights = weigh_document([asked])
    return AskedWords(weights, dict.fromkeys(weights, 0.5), 1.0, 1.0)


_ASKED = "điều trị bệnh gan cho 250 con tôm nuôi"


@pytest.mark.parametrize(
    ("said", "near", "has_evidence", "stands", "answers"),
    [
        ("Điều trị bệnh gan tụy cho tôm", 1.0, True, None, True),
        ("Bệnh gan ở tôm nuôi lồng", 2.5, True, None, True),
        ("Bệnh gan ở tôm nuôi lồng", 2.5, False, None, False),
        ("Phòng bệnh gan ở cá", 2.5, True, 3.0, False),
        ("Bệnh gan do rượu", 1.5, True, None, False),
        ("Đã bán 250 con cho một trại", 2.5, True, 3.0, False),
        ("Véc tơ sốt rét và tẩm màn", 3.5, True, None, False),
        ("Véc tơ sốt rét và tẩm màn", 3.5, True, 3.0, False),
        ("Véc tơ sốt rét và tẩm màn", 3.5, True, 5.0, True),
        ("Véc tơ sốt rét và tẩm màn", 2.5, True, 5.0, False),
        ("Phòng bệnh gan ở cá", None, True, None, False),
        ("Tôm nuôi khỏe, bệnh gan ít", None, True, None, True),
    ],
)
def test_a_quote_answers_only_what_it_says_itself(
    said: str, near: float | None, has_evidence: bool, stands: float | None, answers: bool
) -> None:
    pair = Evidence(Quote(None, 0, len(_ASKED), _ASKED), Quote(0, 0, len(said), said))
    marked = mark_answers([pair], [], _words_of(_ASKED), [near], has_evidence, stands)
    assert [one.answers for one in marked] == [answers]


def test_abbreviations_of_a_question_are_quoted_by_what_they_stand_for(tmp_path: Path) -> None:
    need = Record(
        "need",
        "enterprise",
        "Bán hàng qua mạng",
        (Section("situation", "Đào tạo kế toán cho DNNVV. Tìm người dạy nghề mộc."),),
        id=DRYER.id,
    )
    index = Index(tmp_path, None)
    question = ask(index, need, OFFICER)
    words = AskedWords.of(question.texts, index.candidates(KINDS, OFFICER), question.forms)
    accounts, _ = (one for one in find_clauses(question, words, index.full_forms) if one.quote.section == 0)
    assert words.count("các doanh nghiệp nhỏ và vừa").keys() & accounts.words


def test_degrees_posts_and_addresses_are_never_quoted(tmp_path: Path) -> None:
    person = Record(
        "scientist",
        "science",
        "Lê Văn Đức",
        (
            Section("education", "Học vị: Tiến sĩ – lò sấy gỗ cao su"),
            Section("employment", "Điều khiển tự động nhiệt độ lò sấy, Công ty Gỗ cao su"),
            Section("work", "Cảm biến đo độ ẩm gỗ liên tục."),
        ),
        id=DRYER.id,
    )
    found = best(build(tmp_path, person))
    assert {pair.candidate.section for pair in found.evidence} == {2}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Bán tôm qua mạng, không cần kỹ thuật nuôi", ["Bán tôm qua mạng"]),
        ("Chúng tôi không nuôi tôm; phần mềm quản lý đơn hàng", ["phần mềm quản lý đơn hàng"]),
        ("Chưa cần máy sấy mới, cần bộ điều khiển cho máy cũ", ["cần bộ điều khiển cho máy cũ"]),
        ("Cần phần mềm bán hàng, chứ không tìm giống tôm", ["Cần phần mềm bán hàng"]),
        ("We do not raise shrimp. We need software for sales", ["We need software for sales"]),
        ("Men không chì cho gốm, không phải dừng lò", ["Men không chì cho gốm, không phải dừng lò"]),
        ("Không hóa chất bảo vệ thực vật", ["Không hóa chất bảo vệ thực vật"]),
        ("Chúng tôi không đo được độ ẩm trong lò", ["Chúng tôi không đo được độ ẩm trong lò"]),
        ("Công ty không bán được hàng qua mạng", ["Công ty không bán được hàng qua mạng"]),
        ("Software without subscription fees", ["Software without subscription fees"]),
    ],
)
def test_what_is_not_asked_for_is_neither_answered_nor_missing(index: Index, text: str, asked: list[str]) -> None:
    need = Record("need", "enterprise", "Cần giúp đỡ nhiều", (Section("requirements", text),))
    assert [quote.text for quote in find_requirements(need)] == asked
    pairing = best(index, need)
    assert {pair.query.text for pair in pairing.evidence} <= {*asked, need.title}
    assert {quote.text for quote in pairing.missing} <= set(asked)


def _key_terms(folder: Path, asked: str, said: str, *crowd: str) -> tuple[str, ...]:
    index = Index(folder, None)
    others = [f"Lò gạch kq{n}. Đo đất." for n in range(100)]
    records = [
        Record("scientist", "science", f"Người {n}", (Section("work", text),), id=f"s-{n}")
        for n, text in enumerate((*crowd, *others))
    ]
    store_records(index, [(record, "test") for record in records])
    candidates = index.candidates(KINDS, OFFICER)
    return KeyTerms.of(AskedWords.of([asked], candidates), [asked], candidates).find([said], 6)


GROWTH = ("Các giai đoạn sinh trưởng của lúa.", "Tốc độ sinh trưởng của cá.", "Sinh trưởng chậm do rét.")


def test_half_of_a_word_is_no_key_term(tmp_path: Path) -> None:
    asked = "Trưởng ca phải kèm thợ mới, trưởng ca giỏi thì đông việc."
    assert _key_terms(tmp_path / "a", asked, "Đo sinh trưởng, rồi lại đo sinh trưởng.", *GROWTH) == ()
    assert _key_terms(tmp_path / "b", asked, "Đào tạo trưởng ca cho xưởng.", *GROWTH) == ("trưởng ca",)
    # Nor where the question has only the half of it.
    assert (
        _key_terms(tmp_path / "c", "Sinh trưởng kém, sinh trưởng không đều.", "Trưởng thành, trưởng họ.", *GROWTH) == ()
    )


def test_small_words_and_what_is_said_once_in_passing_are_no_key_terms(tmp_path: Path) -> None:
    asked = "Chưa hết mười tháng thì cửa kho hỏng, tôm chết nhiều vì tôm bị nóng, mất 2 tấn."
    said = "Cả mười tháng chưa mở cửa, hết vốn; nuôi tôm, 2 tấn mỗi vụ."
    assert _key_terms(tmp_path, asked, said) == ("tôm",)


def test_a_small_word_that_is_half_of_another_stays_with_it(tmp_path: Path) -> None:
    crowd = ("Độ ẩm cân bằng của gỗ.", "Cân bằng năng lượng lò.", "Trạng thái cân bằng của hệ.")
    assert _key_terms(tmp_path, "Giữ độ ẩm cân bằng.", "Điều khiển độ ẩm cân bằng.", *crowd) == ("độ ẩm cân bằng",)
