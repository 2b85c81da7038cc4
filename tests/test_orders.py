"""Drafts of orders: every sentence is an exact slice, gaps are marked, nothing hidden stands in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest import Facts, Person, Record, Section, as_seen_by
from ingest.records import NOBODY, Visibility
from matcher.orders.annexes import _names_something
from matcher.orders.drafting import Connective, DraftField, Figure, Gap, Sentence, draft_fields
from matcher.orders.form_outlines import FORM_NAMES, load_outline
from matcher.orders.release import GUARDED, Release, names_to_hide, release
from matcher.stored_values import read_value

TEXTS = st.text("aắ Gỗ5%.;\n•:\u00a0\tTừ Kinh phí: Địa chỉ: để giảm 12", max_size=80)
NAMES = st.sampled_from(["situation", "requirements", "impact", "other", "cooperation", "content", "products", "basis"])
SECTIONS = st.builds(Section, NAMES, TEXTS, st.sampled_from(("public", "public", "anonymous", "confidential")))
FACTS = st.builds(
    Facts,
    organisation=st.none() | st.sampled_from(["Công ty TNHH Gỗ An Phát", "HTX Giang Bắc"]),
    budget_vnd=st.none() | st.integers(0, 10**12),
    months=st.none() | st.integers(0, 90),
    trl=st.none() | st.integers(1, 9),
    field_codes=st.sampled_from([(), ("404",), ("2", "102")]),
    people=st.sampled_from([(), (Person("Lê Thị Ba", "lead"), Person("Trần Tư"))]),
    year_from=st.none() | st.integers(2000, 2030),
)


@st.composite
def records(draw: st.DrawFn, kind: str = "need") -> Record:
    title = draw(st.text("Gỗ An Phát cong vênh", min_size=1, max_size=30))
    sections = tuple(draw(st.lists(SECTIONS, max_size=6)))
    return Record(kind, "enterprise", title, sections, draw(FACTS), id=f"{kind}-1")  # type: ignore[arg-type]


def sentences_in(fields: tuple[DraftField, ...]) -> list[Sentence]:
    pieces = [piece for field in fields for part in field.parts for piece in part.pieces]
    return [piece for piece in pieces if isinstance(piece, Sentence)]


@given(records(), st.booleans(), st.booleans())
def test_every_sentence_is_an_exact_slice(record: Record, confidential: bool, identities: bool) -> None:
    how = Release(confidential, identities)
    quoted = release(record, how)
    if quoted is None:
        assert record.visibility == "confidential"
        return
    for one in sentences_in(draft_fields(load_outline("order"), [quoted], {})):
        value = read_value(quoted, one.value)
        assert value is not None
        assert value[one.start : one.end] == one.text
        assert one.text.strip()


@given(records())
def test_what_may_be_quoted_is_what_nobody_in_particular_sees(record: Record) -> None:
    quoted, seen = release(record, GUARDED), as_seen_by(record, NOBODY)
    assert (quoted is None) == (seen is None)
    if quoted and seen:
        kept = [
            section.text
            for section, own in zip(quoted.sections, record.sections, strict=True)
            if own.visibility != "confidential"
        ]
        assert kept == [section.text for section in seen.sections]
        assert (quoted.title, quoted.facts) == (seen.title, seen.facts)


@given(records())
def test_a_released_text_keeps_its_length(record: Record) -> None:
    quoted = release(record, GUARDED, names_to_hide([record], GUARDED))
    if quoted:
        for section, own in zip(quoted.sections, record.sections, strict=True):
            assert len(section.text) in ({0} if own.visibility == "confidential" else {len(own.text)})


def need(id: str, visibility: Visibility = "public", **facts: object) -> Record:
    sections = (
        Section("situation", "Gỗ nứt. Mỗi tháng bỏ 190 khối.", visibility),
        Section("requirements", "Cần chế độ sấy để hàng hư dưới 5 %."),
        Section("other", "Kinh phí dự kiến: khoảng 900 triệu đồng\nĐịa chỉ: huyện Phú Khê, tỉnh Sông Trà"),
    )
    return Record("need", "enterprise", f"Gỗ nứt {id}", sections, Facts(**facts), id=id)  # type: ignore[arg-type]


def test_the_order_has_all_fifteen_items_and_says_what_is_missing() -> None:
    fields = draft_fields(load_outline("order"), [need("n1")], {})
    assert [field.number for field in fields] == [str(number) for number in range(1, 16)]
    by_key = {field.key: field for field in fields}
    assert all(isinstance(part.pieces[-1], Gap) for part in by_key["contact"].parts)
    assert isinstance(by_key["impact"].parts[0].pieces[0], Gap)
    assert "Kinh phí dự kiến: khoảng 900 triệu đồng" in [
        piece.text for piece in by_key["budget"].parts[0].pieces if isinstance(piece, Sentence)
    ]


def test_several_needs_are_counted_and_their_budgets_told_as_a_range() -> None:
    needs = [
        need("n1", organisation="Công ty A", budget_vnd=800_000_000),
        need("n2", organisation="Công ty B", budget_vnd=1_200_000_000),
        need("n3", organisation="Công ty B"),
    ]
    fields = {field.key: field for field in draft_fields(load_outline("order"), needs, {})}
    (counted,) = [piece for piece in fields["urgency"].parts[0].pieces if isinstance(piece, Figure)]
    assert (counted.records, counted.mark) == (("n1", "n2", "n3"), "N1–N3")
    assert counted.text.startswith("3 phiếu nhu cầu của 2 đơn vị, tại 1 địa bàn (huyện Phú Khê)")
    range_of = [piece.text for piece in fields["budget"].parts[0].pieces if isinstance(piece, Figure)]
    assert range_of[0].startswith("Từ 800.000.000 đồng đến 1.200.000.000 đồng")


def test_the_name_behind_one_need_is_masked_in_another() -> None:
    hidden_one = need("n1", "anonymous", organisation="Công ty TNHH Gỗ An Phát")
    other = Record("need", "enterprise", "Như Gỗ An Phát, gỗ nứt", id="n2")
    hidden = names_to_hide([hidden_one, other], GUARDED)
    quoted = release(other, GUARDED, hidden)
    assert quoted
    assert quoted.title == "Như •••, gỗ nứt"
    assert names_to_hide([hidden_one], Release(identities=True)) == []


def test_every_outline_names_each_field_once_and_hints_at_what_is_missing() -> None:
    for form in FORM_NAMES:
        outline = load_outline(form)
        keys = [field.key for field in outline.fields]
        assert len(keys) == len(set(keys))
        assert all(part.hint for field in outline.fields for part in field.parts)


def _words_of(needs: list[Record]) -> str:
    pieces = [
        piece
        for field in draft_fields(load_outline("order"), needs, {})
        for part in field.parts
        for piece in part.pieces
    ]
    return "\n".join(piece.text for piece in pieces if isinstance(piece, (Connective, Figure, Sentence)))


def test_no_range_is_told_where_a_need_states_a_span_of_which_one_end_was_read() -> None:
    one = Record(
        "need",
        "enterprise",
        "A",
        (Section("other", "Kinh phí dự kiến: 150–200 triệu đồng"),),
        Facts(budget_vnd=200_000_000),
        id="a",
    )
    other = Record("need", "enterprise", "B", (), Facts(budget_vnd=900_000_000), id="b")
    assert "Từ 200.000.000" not in _words_of([one, other])
    plain = Record("need", "enterprise", "A", (), Facts(budget_vnd=200_000_000), id="a")
    assert "Từ 200.000.000 đồng đến 900.000.000 đồng" in _words_of([plain, other])


def test_a_form_of_cooperation_is_no_money_from_elsewhere() -> None:
    said = Section("cooperation", "Hợp đồng nghiên cứu ứng dụng. Công ty góp 30 % vốn.")
    (field,) = [
        one
        for one in draft_fields(load_outline("order"), [Record("need", "enterprise", "A", (said,), id="a")], {})
        if one.key == "budget"
    ]
    (part,) = [one for one in field.parts if one.label == "Từ nguồn khác"]
    assert [one.text for one in part.pieces if isinstance(one, Sentence)] == ["Công ty góp 30 % vốn."]


def test_a_syllable_alone_is_nothing_in_common() -> None:
    assert [term for term in ("đen", "xóm", "lò sấy", "frit") if _names_something(term)] == ["lò sấy", "frit"]
