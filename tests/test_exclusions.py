"""Who may not sit on a council: cases written by hand, each with the rule and the fact that it must cite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from index import Declaration, Party
from ingest import Facts, Person, Record, Section
from matcher.councils.dossiers import read_dossier, tie_of
from matcher.councils.exclusions import find_findings
from matcher.councils.findings import Case, Finding
from matcher.councils.rule_files import shipped_rules
from matcher.councils.rulesets import Exclusion, RuleSet

DAY = date(2026, 11, 22)
HOST = "Trường Đại học Sông Trà"
OTHER = "Trường Đại học An Hòa"
LEADER = "Nguyễn Văn Hùng"
SELECT = next(one for one in shipped_rules() if one.id == "tt-20-2023-tuyen-chon")
IDENTIFY = next(one for one in shipped_rules() if one.purpose == "identify")
ACCEPT = next(one for one in shipped_rules() if one.id == "tt-11-2014-nghiem-thu")

TASK = Record(
    "proposal",
    "state",
    "Nghiên cứu chế độ sấy gỗ cao su dày cho xuất khẩu",
    (
        Section("content", "Khảo sát, thử nghiệm, chuyển giao."),
        Section(
            "other",
            "Tổ chức phối hợp chính: Viện Cơ khí Tân Lộc; Sở Công Thương tỉnh Sông Trà\n"
            f"Danh sách cá nhân tham gia: Lê Thị Mơ – {HOST} – thư ký khoa học; "
            "Phạm Hữu Lành – Viện Cơ khí Tân Lộc – thành viên chính; Trần Bá Đạo – thành viên",
        ),
    ),
    Facts(code="ĐT.2026-07", organisation=HOST, year_from=2026, people=(Person(LEADER, "lead"),)),
    id="task",
)


def person(name: str, organisation: str | None = OTHER, *sections: Section, id: str = "x") -> Record:
    return Record("scientist", "science", name, sections, Facts(organisation=organisation), id=id)


def check(
    who: Record,
    rules: RuleSet = SELECT,
    declared: Sequence[Declaration] = (),
    task: Record = TASK,
    others: Sequence[Record] = (),
    tasks: Sequence[Record] = (),
    on: date = DAY,
) -> list[Finding]:
    scientists = {one.id: one for one in (who, *others)}
    dossier = read_dossier(task, scientists.values())
    declarations = tuple(replace(one, id=number) for number, one in enumerate(declared, 1))
    return list(find_findings(Case(dossier, rules, on, declarations, scientists, tuple(tasks)), who))


def told(found: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(one.kind, one.weight) for one in found]


def with_rule(rules: RuleSet, exclusion: Exclusion) -> RuleSet:
    kept = tuple(one for one in rules.exclusions if one.kind != exclusion.kind)
    return replace(rules, exclusions=(*kept, exclusion))


LEADER_RECORD = person(LEADER, HOST, id="leader")

# Participation and twins


def test_the_leader_is_excluded_with_rule_and_words() -> None:
    found = check(person(LEADER, HOST))
    assert ("participation", "exclusion") in told(found)
    assert found[0].citation == "Thông tư 20/2023/TT-BKHCN, Điều 8"


def test_a_member_named_in_the_text_is_excluded_with_the_exact_quote() -> None:
    (found,) = (one for one in check(person("Phạm Hữu Lành", "Viện Cơ khí Tân Lộc")) if one.kind == "participation")
    said = found.facts[0].quote
    assert found.weight == "exclusion"
    assert said is not None
    assert said.section is not None
    assert TASK.sections[said.section].text[said.start : said.end] == said.text == "Phạm Hữu Lành"


@pytest.mark.parametrize(
    ("name", "organisation", "weight", "doubt"),
    [
        (LEADER, HOST, "exclusion", None),
        ("PGS.TS. Nguyễn Văn Hùng", HOST, "exclusion", None),
        ("NGUYỄN VĂN HÙNG", HOST, "exclusion", None),
        (LEADER, OTHER, "question", "other organisation"),
        (LEADER, None, "question", "organisation unknown"),
        ("Nguyễn Văn Hưng", HOST, "question", "accents"),
        ("Nguyen Van Hung", HOST, "question", "unaccented"),
        ("N. V. Hung", HOST, "question", "initials"),
    ],
)
def test_a_name_twin_is_a_question_and_never_an_exclusion(
    name: str, organisation: str | None, weight: str, doubt: str | None
) -> None:
    (found,) = (one for one in check(person(name, organisation)) if one.kind == "participation")
    assert (found.weight, found.doubt) == (weight, doubt)


def test_another_name_is_nothing() -> None:
    assert check(person("Nguyễn Văn Hoàng")) == []


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Nhóm gồm Vũ Thị Sen (Trường Đại học An Hòa) và người khác.", "exclusion"),
        ("Nhóm gồm Vũ Thị Sen (Trường Cao đẳng Nghề Tân Lộc).", "question"),
        ("Cảm ơn Vũ Thị Sen Hồng đã góp ý.", "question"),
        ("Cảm ơn Đỗ Vũ Thị Sen đã góp ý.", "question"),
        ("Theo Vu Thi Sen, gỗ nứt khi sấy.", "question"),
        ("Theo Vũ Thị Sển, gỗ nứt khi sấy.", "question"),
        ("Theo Vũ Thị Sênh, gỗ nứt khi sấy.", None),
    ],
)
def test_names_in_the_text_of_the_dossier(text: str, weight: str | None) -> None:
    task = replace(TASK, sections=(Section("content", text),))
    found = [one.weight for one in check(person("Vũ Thị Sen"), task=task) if one.kind == "participation"]
    assert found == ([weight] if weight else [])


def test_the_own_cv_tells_of_the_task_by_code_or_title() -> None:
    by_code = person("Vũ Thị Sen", OTHER, Section("project", "Đề tài ĐT.2026-07 – Thành viên", role="member"))
    by_title = person("Vũ Thị Sen", OTHER, Section("project", f"{TASK.title} – Cấp tỉnh – 2026"))
    other = person("Vũ Thị Sen", OTHER, Section("project", "Đề tài ĐT.2026-071 – Nghiên cứu chế độ sấy gỗ"))
    assert told(check(by_code)) == told(check(by_title)) == [("participation", "exclusion")]
    assert check(other) == []


# Host and partners


@pytest.mark.parametrize(
    ("organisation", "weight"),
    [
        (HOST, "exclusion"),
        ("trường đại học sông trà", "exclusion"),
        (f"Khoa Lâm nghiệp, {HOST}", "exclusion"),
        ("Truong Dai hoc Song Tra", "question"),
        (None, "question"),
        (OTHER, None),
        ("Trường Đại học Sông Trá", None),
    ],
)
def test_staff_of_the_host(organisation: str | None, weight: str | None) -> None:
    found = [one.weight for one in check(person("Vũ Thị Sen", organisation)) if one.kind == "host"]
    assert found == ([weight] if weight else [])


def test_the_host_being_a_part_of_the_own_university_is_a_question() -> None:
    task = replace(TASK, facts=replace(TASK.facts, organisation=f"Khoa Lâm nghiệp, {OTHER}"))
    assert ("host", "question") in told(check(person("Vũ Thị Sen", OTHER), task=task))


def test_staff_of_a_partner_is_excluded_with_the_words_that_name_it() -> None:
    (found,) = check(person("Vũ Thị Sen", "Viện Cơ khí Tân Lộc"))
    assert (found.kind, found.weight) == ("partner", "exclusion")
    assert [fact.quote.text for fact in found.facts if fact.quote] == ["Viện Cơ khí Tân Lộc"]
    assert ("partner", "exclusion") in told(check(person("Vũ Thị Sen", "Sở Công Thương tỉnh Sông Trà")))


@pytest.mark.parametrize(
    "text",
    [
        "Phối hợp với Viện Cơ khí Tân Lộc. Sau đó nghiệm thu.",
        "Cơ quan phối hợp:\n- Viện Cơ khí Tân Lộc\n- Hội Nông dân huyện",
        "Đơn vị phối hợp thực hiện: 1. Hội Nông dân huyện; 2. Viện Cơ khí Tân Lộc",
        "Đối tác: Hội Nông dân huyện và Viện Cơ khí Tân Lộc",
    ],
)
def test_partners_are_found_as_offices_write_them(text: str) -> None:
    task = replace(TASK, sections=(Section("cooperation", text),))
    assert told(check(person("Vũ Thị Sen", "Viện Cơ khí Tân Lộc"), task=task)) == [("partner", "exclusion")]


def test_a_body_named_without_co_operation_is_no_partner() -> None:
    task = replace(TASK, sections=(Section("content", "Khảo sát tại Viện Cơ khí Tân Lộc, đo độ ẩm."),))
    assert check(person("Vũ Thị Sen", "Viện Cơ khí Tân Lộc"), task=task) == []


def test_a_renamed_host_is_the_host_with_the_decision_cited() -> None:
    task = replace(TASK, facts=replace(TASK.facts, organisation="Sở Tài nguyên và Môi trường tỉnh Bình Dương"))
    today = "Sở Nông nghiệp và Môi trường Thành phố Hồ Chí Minh"
    assert tie_of(today, "Sở Tài nguyên và Môi trường tỉnh Bình Dương") == "renamed"
    (found,) = (one for one in check(person("Vũ Thị Sen", today), task=task) if one.kind == "host")
    assert found.weight == "exclusion"
    assert found.reason.params["citation"] != "–"


def test_the_host_in_the_career_is_a_question() -> None:
    who = person("Vũ Thị Sen", OTHER, Section("employment", f"2015–nay: giảng viên, {HOST}"))
    assert told(check(who)) == [("host", "question")]


def test_in_acceptance_staff_of_the_host_is_barred_from_key_roles_only() -> None:
    (found,) = (one for one in check(person("Vũ Thị Sen", HOST), ACCEPT) if one.kind == "host")
    assert (found.weight, found.bars, found.citation) == ("exclusion", "key_roles", "Thông tư 11/2014/TT-BKHCN")


def test_where_no_rule_says_it_there_is_only_advice() -> None:
    found = check(person(LEADER, HOST), IDENTIFY)
    assert {one.weight for one in found} == {"advice"}
    assert all(one.citation is None for one in found)


# Declared


def sibling(of: Party, to: Party, **days: date) -> Declaration:
    return Declaration("sibling", of, to, "Bản khai", **days)


@pytest.mark.parametrize(
    ("to", "weight"),
    [
        (Party("leader"), "exclusion"),
        (Party(None, LEADER, HOST), "exclusion"),
        (Party(None, LEADER, OTHER), "question"),
        (Party(None, LEADER), "question"),
        (Party(None, "Lê Thị Mơ", HOST), "exclusion"),
        (Party(None, "Phạm Hữu Lành", "Viện Cơ khí Tân Lộc"), "exclusion"),
        (Party(None, "Trần Bá Đạo", HOST), "advice"),
        (Party(None, "Người Khác", HOST), None),
    ],
)
def test_family_of_leader_secretary_and_main_members(to: Party, weight: str | None) -> None:
    who = person("Vũ Thị Sen")
    for declared in (sibling(Party("x"), to), sibling(to, Party("x"))):
        found = [one for one in check(who, declared=[declared], others=[LEADER_RECORD]) if one.kind == "family"]
        assert [one.weight for one in found] == ([weight] if weight else [])
        assert all(fact.declaration == 1 for one in found for fact in one.facts[:1])


def test_a_declaration_by_name_meets_a_twin() -> None:
    declared = [sibling(Party(None, "Vũ Thị Sen", OTHER), Party(None, LEADER, HOST))]
    assert told(check(person("Vũ Thị Sen"), declared=declared)) == [("family", "exclusion")]
    assert told(check(person("Vũ Thị Sen", "Trường Đại học Biển Đông"), declared=declared)) == [("family", "question")]


@pytest.mark.parametrize(
    ("since", "until", "is_excluded"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (None, date(2026, 11, 21), False),
        (date(2026, 11, 23), None, False),
        (date(2026, 11, 21), date(2026, 11, 22), True),
    ],
)
def test_a_sanction_counts_on_its_days_only(since: date | None, until: date | None, is_excluded: bool) -> None:
    declared = [Declaration("sanction", Party("x"), None, "QĐ 12", since, until)]
    assert told(check(person("Vũ Thị Sen"), declared=declared)) == [("sanction", "exclusion")] * is_excluded


@pytest.mark.parametrize(
    ("to", "weight"),
    [
        (Party("task"), "exclusion"),
        (Party(None, LEADER, HOST), "exclusion"),
        (Party(None, HOST), "exclusion"),
        (None, "question"),
        (Party("another"), None),
    ],
)
def test_other_conflicts(to: Party | None, weight: str | None) -> None:
    declared = [Declaration("conflict", Party("x"), to, "góp vốn chung")]
    found = check(person("Vũ Thị Sen"), declared=declared)
    assert told(found) == ([("conflict", weight)] if weight else [])


def test_a_conflict_with_the_record_of_an_organisation_counts() -> None:
    who = person("Vũ Thị Sen")
    declared = (Declaration("conflict", Party("x"), Party("org"), "cổ đông"),)
    case = Case(read_dossier(TASK), SELECT, DAY, declared, organisations={"org": "Viện Cơ khí Tân Lộc"})
    assert told(find_findings(case, who)) == [("conflict", "exclusion")]


def test_what_is_declared_of_a_merged_record_still_counts() -> None:
    who = person("Vũ Thị Sen")
    case = Case(read_dossier(TASK), SELECT, DAY, (Declaration("sanction", Party("old"), None, "QĐ"),), ids={"old": "x"})
    assert told(find_findings(case, who)) == [("sanction", "exclusion")]


# Common work and advisers


def work(text: str, year: int | None) -> Section:
    return Section("work", text, year=year)


COMMON = "Chế độ sấy bậc thang cho gỗ cao su dày năm mươi milimét – Tác giả chính"


@pytest.mark.parametrize(("year", "weight"), [(2021, "exclusion"), (2020, None), (2026, "exclusion"), (None, None)])
def test_the_window_of_common_work_has_exact_edges(year: int | None, weight: str | None) -> None:
    rules = with_rule(SELECT, Exclusion("coauthorship", "seat", 5, (), "Điều 9"))
    leader = replace(LEADER_RECORD, sections=(work(COMMON, year),))
    found = check(person("Vũ Thị Sen", OTHER, work(COMMON, year)), rules, others=[leader])
    assert told(found) == ([("coauthorship", weight)] if weight else [])
    assert all(one.citation == "Thông tư 20/2023/TT-BKHCN, Điều 9" for one in found)


def test_common_work_is_advice_where_no_rule_states_a_window() -> None:
    leader = replace(LEADER_RECORD, sections=(work(COMMON, 2024),))
    (found,) = check(person("Vũ Thị Sen", OTHER, work(COMMON, 2024)), others=[leader])
    assert (found.kind, found.weight, found.citation, found.doubt) == ("coauthorship", "advice", None, None)
    assert {fact.record_id for fact in found.facts} == {"x", "leader"}


def test_a_co_author_of_the_leaders_name_is_a_question() -> None:
    rules = with_rule(SELECT, Exclusion("coauthorship", "seat", 5, (), None))
    who = person("Vũ Thị Sen", OTHER, work(f"{LEADER}, Vũ Thị Sen. Sấy gỗ. Tạp chí Lâm nghiệp.", 2025))
    assert told(check(who, rules)) == [("coauthorship", "question")]


@pytest.mark.parametrize(("last", "weight"), [(2021, "exclusion"), (2020, None)])
def test_a_task_carried_out_together(last: int, weight: str | None) -> None:
    rules = with_rule(SELECT, Exclusion("coauthorship", "seat", 5, (), None))
    people = (Person(LEADER, "lead"), Person("Vũ Thị Sen"))
    earlier = Record(
        "proposal", "state", "Đề tài cũ", (), Facts(organisation=HOST, year_to=last, people=people), id="p"
    )
    who = person("Vũ Thị Sen", HOST)
    found = [one for one in check(who, rules, tasks=[earlier]) if one.kind == "coauthorship"]
    assert [one.weight for one in found] == ([weight] if weight else [])
    twin = [one for one in check(person("Vũ Thị Sen"), rules, tasks=[earlier]) if one.kind == "coauthorship"]
    assert [one.weight for one in twin] == (["question"] if weight else [])


def test_advisers_by_declaration_and_by_the_cv() -> None:
    rules = with_rule(SELECT, Exclusion("adviser", "seat", None, (), None))
    declared = [Declaration("adviser", Party("x"), Party(None, LEADER, HOST), "luận án 2012")]
    assert told(check(person("Vũ Thị Sen"), rules, declared)) == [("adviser", "exclusion")]
    assert told(check(person("Vũ Thị Sen"), SELECT, declared)) == [("adviser", "advice")]
    line = Section("supervision", f"NCS Trần Văn Tí\nNCS {LEADER}, {HOST}, 2012")
    (found,) = check(person("Vũ Thị Sen", OTHER, line), rules)
    assert (found.weight, found.facts[0].quote and found.facts[0].quote.text) == (
        "exclusion",
        f"NCS {LEADER}, {HOST}, 2012",
    )
    unsure = Section("supervision", f"NCS {LEADER}, 2012")
    assert told(check(person("Vũ Thị Sen", OTHER, unsure), rules)) == [("adviser", "question")]
    student = replace(LEADER_RECORD, sections=(Section("supervision", f"Thầy hướng dẫn: Vũ Thị Sen, {OTHER}"),))
    assert told(check(person("Vũ Thị Sen"), rules, others=[student])) == [("adviser", "exclusion")]


def test_every_quote_is_an_exact_slice() -> None:
    leader = replace(LEADER_RECORD, sections=(work(COMMON, 2024),))
    line = Section("supervision", f"NCS {LEADER}")
    who = person("Lê Thị Mơ", HOST, work(COMMON, 2024), line, Section("employment", f"2001: {HOST}"))
    records = {"task": TASK, "x": who, "leader": leader}
    quotes = [(fact.record_id, fact.quote) for one in check(who, others=[leader]) for fact in one.facts if fact.quote]
    assert len(quotes) >= 4
    for id, said in quotes:
        assert records[id or ""].text_of(said.section)[said.start : said.end] == said.text
