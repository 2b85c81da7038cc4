"""What others see: confidential text gone, identities masked at equal length, positions as they see them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ingest import NOBODY, OFFICER, Facts, Person, Record, Section, Source, Viewer, as_seen_by, mask, seen_position

FIRM = "Công ty Cổ phần Chế biến Gỗ Trường Thành Phát"
RECORD = Record(
    "need",
    "enterprise",
    f"{FIRM} cần lò sấy",
    (
        Section("contact", "bà Duyên", "confidential"),
        Section("situation", "Trường Thành Phát sấy gỗ 11 ngày. TRƯỜNG THÀNH PHÁT đặt hàng.", "anonymous"),
        Section("requirements", "Ông Lê Văn Đức muốn dưới 7 ngày.", "anonymous"),
    ),
    Facts(organisation=FIRM, code="NC-01", people=(Person("Lê Văn Đức"),), budget_vnd=1),
    (Source("title", "Trường Thành Phát.docx", "0"),),
    id="need-1",
)


def test_officers_and_owners_see_everything() -> None:
    assert as_seen_by(RECORD, OFFICER) is RECORD
    assert as_seen_by(RECORD, Viewer("enterprise", frozenset({"need-1"}))) is RECORD


def test_strangers_can_read_but_not_identify() -> None:
    seen = as_seen_by(RECORD, NOBODY)
    assert seen is not None
    everything = repr(seen)
    for name in ("Trường Thành", "TRƯỜNG", "Lê Văn Đức", "NC-01", "Duyên", "docx"):
        assert name not in everything
    assert "sấy gỗ 11 ngày" in seen.sections[0].text
    assert seen.facts.budget_vnd == 1
    assert [len(section.text) for section in seen.sections] == [len(s.text) for s in RECORD.sections[1:]]


def test_a_firm_of_one_invented_word_is_masked_and_a_common_syllable_is_not() -> None:
    firm = Facts(organisation="Công ty Cổ phần Vinatex")
    seen = as_seen_by(Record("need", "enterprise", "Vinatex cần máy", (Section("x", "y", "anonymous"),), firm), NOBODY)
    assert seen is not None
    assert seen.title == "••••••• cần máy"


def test_the_name_that_is_the_title_of_a_person_or_body_is_masked() -> None:
    works = (Section("work", "Lê Văn Đức nghiên cứu lò sấy.", "anonymous"),)
    person = as_seen_by(Record("scientist", "science", "Lê Văn Đức", works), NOBODY)
    assert person is not None
    assert (person.title, person.sections[0].text) == ("••••••••••", "•••••••••• nghiên cứu lò sấy.")
    offers = (Section("technology_offer", "Gỗ Trường Thành bán lò sấy; TRƯỜNG THÀNH bảo hành.", "anonymous"),)
    body = as_seen_by(Record("organisation", "enterprise", "Công ty TNHH Gỗ Trường Thành", offers), NOBODY)
    assert body is not None
    assert "Trường Thành" not in body.title + body.sections[0].text
    assert "TRƯỜNG" not in body.sections[0].text
    assert body.sections[0].text.endswith("bảo hành.")


def test_positions_count_what_is_seen() -> None:
    assert seen_position(RECORD, 2, NOBODY) == 1
    assert seen_position(RECORD, 2, OFFICER) == 2
    assert seen_position(RECORD, None, NOBODY) is None


def test_a_record_with_nothing_but_confidential_text_does_not_exist() -> None:
    hidden = Record("need", "enterprise", "x", (Section("situation", "y", "confidential"),), id="n")
    assert as_seen_by(hidden, NOBODY) is None


def test_sources_of_a_public_record_are_shown_unless_they_would_tell_of_hidden_sections() -> None:
    source = (Source("title", "a.docx", "0"),)
    public = Record("need", "enterprise", "x", (Section("situation", "y"),), sources=source)
    mixed = Record(
        "need", "enterprise", "x", (Section("situation", "y"), Section("z", "z", "confidential")), sources=source
    )
    shown, partly = as_seen_by(public, NOBODY), as_seen_by(mixed, NOBODY)
    assert shown is not None
    assert partly is not None
    assert (shown.sources, partly.sources) == (source, ())


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_masking_keeps_the_length_and_is_done_once(text: str, names: list[str]) -> None:
    masked = mask(text, names)
    assert len(masked) == len(text)
    assert mask(masked, [name for name in names if "•" not in name]) == masked


def test_who_has_met_an_owner_sees_names_but_nothing_confidential() -> None:
    record = Record(
        "need",
        "enterprise",
        "Gốm Trăng Khuyết cần men",
        (Section("a", "Gốm Trăng Khuyết bị trả hàng", "anonymous"), Section("b", "bí mật", "confidential")),
        Facts(organisation="Công ty TNHH Gốm Trăng Khuyết"),
        id="n",
    )
    met = as_seen_by(record, Viewer("university", met=frozenset({"n"})))
    assert met is not None
    assert (met.title, met.facts, [one.name for one in met.sections]) == (record.title, record.facts, ["a"])
    hidden = replace(record, sections=record.sections[1:])
    assert as_seen_by(hidden, Viewer("university", met=frozenset({"n"}))) is None


def test_administrators_see_what_officers_see_and_reviewers_do_not() -> None:
    assert Viewer("administrator").sees_all_of("n")
    assert not Viewer("reviewer").sees_all_of("n")
