"""Councils and declarations by command, over HTTP and on the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient
from http_case import serving, settings_for, use_toy_encoder, wait_until_ready
from typer.testing import CliRunner

from api.catalogue import translator
from api.cli import app
from api.councils.document import write_document
from api.councils.shaping import show_council
from api.schemas import Versions
from api.settings import PREFIX, Settings
from index import Declaration, Index, Party, merge_records, part_record, store_records
from ingest import Facts, Person, Record, Section, record_to_json
from matcher.councils.building import propose_council
from matcher.councils.findings import Finding
from matcher.councils.proposals import Asked, BadCouncil, Council
from matcher.councils.rule_files import shipped_rules
from matcher.councils.rulesets import choose_rules

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOST, PARTNER = "Trường Đại học Sông Trà", "Viện Cơ khí Tân Lộc"
HOUSES = [
    HOST,
    PARTNER,
    "Trường Đại học An Hòa",
    "Viện Gỗ Lâm Sơn",
    "Trường Cao đẳng Nghề Phú Khê",
    "Viện Rừng Giang Bắc",
]
NAMES = ["Bùi", "Cao", "Đặng", "Hồ", "Lê", "Mai", "Ngô", "Phạm", "Quách", "Tạ", "Vũ", "Đỗ"]
SUBJECTS = ["Chế độ sấy gỗ cao su dày", "Độ ẩm trong lò sấy gỗ", "Keo dán ván ép", "Nuôi tôm thẻ chân trắng"]


def scientists() -> list[Record]:
    """Two of each organisation, all able to sit for the task but those of host and partner."""
    return [
        Record(
            "scientist",
            "science",
            f"{surname} Minh Thử",
            (
                Section("education", ["Tiến sĩ, 2010", "Học hàm, học vị: Phó Giáo sư, Tiến sĩ", "Thạc sĩ"][at % 3]),
                Section("research", f"{SUBJECTS[at % 4]}; đo lường."),
                Section("work", f"{SUBJECTS[at % 4]} số {at}.", role="lead", year=2020),
            ),
            Facts(organisation=HOUSES[at // 2], field_codes=(["203", "404", "401"][at % 3],)),
            id=f"sci-{at}",
        )
        for at, surname in enumerate(NAMES)
    ]


TASK = Record(
    "proposal",
    "state",
    "Chế độ sấy gỗ cao su dày cho xuất khẩu",
    (
        Section("objectives", "Sấy gỗ cao su dày 50 mm không nứt; điều khiển độ ẩm trong lò."),
        Section("application", "Công ty Gỗ Suối Mơ áp dụng tại xưởng sấy."),
        Section("other", f"Tổ chức phối hợp: {PARTNER}"),
    ),
    Facts(code="ĐT.2026-07", organisation=HOST, people=(Person("Bùi Minh Thử", "lead"),)),
    id="task",
)
RECORDS = [TASK, *scientists()]

Run = Callable[..., Any]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path, None)
    store_records(index, [(one, f"test/{one.id}") for one in RECORDS])
    yield index
    index.store.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    path = tmp_path / "ho-so.jsonl"
    path.write_text("".join(json.dumps(record_to_json(one), ensure_ascii=False) + "\n" for one in RECORDS), "utf-8")

    def invoke(*args: object) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")

    assert invoke("ingest", path).exit_code == 0
    return invoke


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        wait_until_ready(client)
        assert client.post("/api/v1/records", json=[record_to_json(one) for one in RECORDS]).status_code == 201
        yield client


def propose(index: Index, purpose: Any = "select", asked: Asked | None = None, rule: str | None = None) -> Council:
    choice = choose_rules(shipped_rules(), purpose, DAY, rule)
    return propose_council(index, index.store.get("task"), choice, DAY, asked or Asked())


def seated(council: Council) -> dict[str, str]:
    return {seat.candidate.record.id: seat.role for seat in council.seats if seat.candidate}


def weights_of(council: Council, id: str) -> list[tuple[str, str]]:
    found: tuple[Finding, ...] = next(one.findings for one in council.candidates if one.record.id == id)
    return [(one.kind, one.weight) for one in found]


# The proposal


def test_a_council_keeps_size_roles_houses_and_exclusions(index: Index) -> None:
    council = propose(index)
    roles = sorted(seated(council).values())
    assert roles == sorted(["chair", "vice_chair", "reviewer", "reviewer", "secretary", "member", "member"])
    assert not {f"sci-{number}" for number in range(4)} & set(seated(council))
    assert {one.record.id for one in council.excluded} == {f"sci-{number}" for number in range(4)}
    organisations = [seat.candidate.record.facts.organisation for seat in council.seats if seat.candidate]
    assert max(organisations.count(one) for one in organisations) <= 2
    assert all(seat.reasons for seat in council.seats)
    assert ("participation", "exclusion") in weights_of(council, "sci-0")
    assert weights_of(council, "sci-1") == [("host", "exclusion")]
    assert weights_of(council, "sci-2") == [("partner", "exclusion")]


def test_seats_of_representatives_stay_empty_and_say_whom_to_look_for(index: Index) -> None:
    council = propose(index, "accept")
    empty = [seat for seat in council.seats if seat.candidate is None]
    assert [seat.represents for seat in empty] == ["ministry", "user", "orderer"]
    (user,) = (seat for seat in empty if seat.represents == "user")
    ((_, fact),) = user.look_for
    assert fact is not None
    assert fact.quote is not None
    assert fact.quote.text == TASK.sections[1].text
    assert len(council.seats) == 9


def test_alternates_could_step_in(index: Index) -> None:
    council = propose(index)
    sitting = seated(council)
    assert council.alternates
    for role, some in council.alternates.items():
        for one in some:
            assert one.candidate.record.id not in sitting
            assert not one.candidate.excluded_by
            assert {sitting[id] for id in one.instead_of} == {role}


def test_who_is_asked_for_sits_in_that_role_and_who_is_not_does_not(index: Index) -> None:
    council = propose(index, asked=Asked(None, (("sci-9", "chair"), ("sci-8", None)), ("sci-4",)))
    sitting = seated(council)
    assert sitting["sci-9"] == "chair"
    assert "sci-8" in sitting
    assert "sci-4" not in sitting


def test_reviewers_know_the_subject_though_their_degree_is_not_stated(index: Index) -> None:
    known = [
        Record(
            "scientist",
            "science",
            f"{name} Thị Sấy",
            (Section("research", "Sấy gỗ cao su dày 50 mm không nứt; điều khiển độ ẩm trong lò sấy gỗ."),),
            Facts(organisation=f"Viện Nhiệt {name}", field_codes=("203",)),
            id=f"dry-{name}",
        )
        for name in ("Ân", "Bích", "Chi")
    ]
    far = [
        Record(
            "scientist",
            "science",
            f"{name} Văn Xa",
            (Section("education", "Phó Giáo sư, Tiến sĩ"), Section("research", "Nhạc cung đình và múa rối nước.")),
            Facts(organisation=f"Nhạc viện {name}", field_codes=("604",)),
            id=f"far-{name}",
        )
        for name in ("Đạt", "Em", "Giang", "Hùng")
    ]
    store_records(index, [(one, f"test/{one.id}") for one in (*known, *far)])
    removed = [f"sci-{number}" for number in range(12)]
    council = propose(index, "select", Asked(unwanted=tuple(removed[4:])))
    sitting = seated(council)
    assert {id for id, role in sitting.items() if role == "reviewer"} <= {one.id for one in known}
    assert council.given_up == ()


def test_where_nobody_knows_the_subject_the_best_of_the_list_is_no_reviewer_without_a_warning(
    index: Index, tmp_path: Path
) -> None:
    task = replace(TASK, id="far-task", facts=replace(TASK.facts, code="ĐT.2026-08", field_codes=("404",)))
    store_records(index, [(task, "test/far-task")])
    dryers = [f"sci-{number}" for number in range(4, 12) if number % 4 < 2]  # who work on drying wood
    far = [
        Record(
            "scientist",
            "science",
            f"{name} Văn Xa",
            (Section("education", "Tiến sĩ"), Section("research", f"Tiếng nói thứ {name} của chèo cổ.")),
            Facts(organisation=f"Nhạc viện {name}", field_codes=("604",)),
            id=f"far-{name}",
        )
        for name in ("Đạt", "Em", "Giang", "Hùng", "Khoa", "Lâm", "Minh", "Nam")
    ]
    store_records(index, [(one, f"test/{one.id}") for one in far])
    gone = tuple(f"sci-{number}" for number in range(12))
    choice = choose_rules(shipped_rules(), "select", DAY, None)
    council = propose_council(index, task, choice, DAY, Asked(unwanted=gone))
    reviewers = [seat for seat in council.seats if seat.role == "reviewer"]
    assert len(reviewers) == 2
    for seat in reviewers:
        warning, whom = (reason for reason, _ in seat.look_for)
        assert warning.message.startswith("WARNING")
        assert whom.params == {"fields": ("404",)}
    chairs = [seat for seat in council.seats if seat.role in ("chair", "vice_chair") and seat.candidate]
    for seat in chairs:
        assert [reason.message[:7] for reason, _ in seat.look_for] == ([] if seat.candidate.knowledge else ["WARNING"])
    assert any(seat.look_for for seat in chairs)
    assert [(one.kind, one.most) for one in council.given_up if one.kind == "evidence"] == [
        ("evidence", 0),
        ("evidence", 1),
    ]
    assert "reviewer" not in {role for role, some in council.alternates.items() if some}
    shown = show_council(council, Versions(), translator("vi"), "vi")
    assert [one.knows_subject for one in shown.seats if one.role == "reviewer"] == [False, False]
    assert all(one.lacks_evidence == (one.basis == "insufficient") for one in shown.seats if one.role == "reviewer")
    assert [one.text for one in shown.given_up if one.kind == "evidence"] == [
        "ít nhất một phản biện có căn cứ cho thấy am hiểu chuyên môn của nhiệm vụ – lời khuyên, không phải quy định"
    ]
    (table,) = Document(BytesIO(write_document(shown, translator("vi")))).tables
    rows = [row.cells[3].text for row in table.rows if row.cells[0].text == "Ủy viên phản biện"]
    assert all("CẢNH BÁO" in row and "tìm bên ngoài chuyên gia về Lâm nghiệp" in row for row in rows)
    rows = [row.cells[3].text for row in table.rows if row.cells[0].text == "Chủ tịch hội đồng"]
    assert all("cho thấy chủ tịch này am hiểu" in row for row in rows)
    assert not any("phù hợp nhiệm vụ đứng thứ" in row for row in rows)
    english = show_council(council, Versions(), translator("en"), "en")
    sought = [reason.text for seat in english.seats for reason in seat.look_for]
    assert any("look outside for somebody in Forestry" in text for text in sought)
    council = propose_council(index, task, choice, DAY, Asked())
    known = {one.record.id for one in council.candidates if one.knowledge}
    assert set(dryers) >= known - {"sci-0", "sci-1"} != set()
    assert {seat.candidate.record.id for seat in council.seats if seat.role == "reviewer" and seat.candidate} <= known


def test_who_has_no_organisation_is_asked_about_without_a_word_on_names(index: Index) -> None:
    nowhere = Record("scientist", "science", "Mai Vô Danh", scientists()[4].sections, id="nowhere")
    store_records(index, [(nowhere, "test/nowhere")])
    (found,) = [finding for one in propose(index).candidates if one.record.id == "nowhere" for finding in one.findings]
    assert (found.kind, found.weight, found.doubt) == ("host", "question", "unsure")


def test_who_wrote_with_the_leader_reviews_nothing_while_others_can(index: Index) -> None:
    work = Section("work", "Sấy gỗ cao su dày 50 mm không nứt. Bùi Minh Thử, Lý Thị Chung. 2026", year=2026)
    close = Record(
        "scientist",
        "science",
        "Lý Thị Chung",
        (work,),
        Facts(organisation="Viện Nhiệt Xa", field_codes=("203",)),
        id="c",
    )
    store_records(index, [(close, "test/c")])
    council = propose(index)
    assert ("coauthorship", "advice") in weights_of(council, "c")
    assert seated(council).get("c") in (None, "member")
    assert "barred_from_key" not in {one.kind for one in council.given_up}


def test_an_impossible_council_names_the_fewest_contradicting_rules(index: Index) -> None:
    council = propose(index, asked=Asked(9))
    assert council.seats == ()
    assert council.conflict is not None
    assert council.conflict.is_smallest
    kinds = [(one.kind, one.of) for one in council.conflict.constraints]
    assert kinds[0] == ("size", None)
    assert {of for kind, of in kinds if kind == "barred"} == {"host", "partner"}


def test_a_member_of_the_earlier_council_sits_again_in_acceptance(index: Index) -> None:
    assert any("from the earlier council" in note.message for note in propose(index, "accept").notes)
    last = [one.record.id for one in propose(index, "accept").candidates if not one.excluded_by][-1]
    council = propose(index, "accept", Asked(previous=(last,), strangers=("Người Lạ",)))
    assert last in seated(council)
    assert [note.params for note in council.notes if "Người Lạ" in note.params.values()]


def test_staff_of_the_host_may_be_a_plain_member_in_acceptance(index: Index) -> None:
    assert seated(propose(index, "accept", Asked(wanted=(("sci-1", None),))))["sci-1"] == "member"
    with pytest.raises(BadCouncil):
        propose(index, "accept", Asked(wanted=(("sci-1", "reviewer"),)))


def test_who_takes_part_is_not_proposed_where_the_rule_is_silent(index: Index) -> None:
    assert "sci-0" not in seated(propose(index, "identify"))


def test_who_bears_the_leaders_name_waits_for_an_answer_and_can_be_asked_for(index: Index) -> None:
    twin = Record("scientist", "science", "Bùi Minh Thử", TASK.sections[:1], Facts(organisation=HOUSES[5]), id="twin")
    store_records(index, [(twin, "test/twin")])
    council = propose(index)
    assert weights_of(council, "twin") == [("participation", "question")]
    assert [one.record.id for one in council.asked_about] == ["twin"]
    assert "twin" not in seated(council)
    asked = propose(index, asked=Asked(wanted=(("twin", "reviewer"),)))
    assert seated(asked)["twin"] == "reviewer"
    assert not [one for one in asked.given_up if one.kind == "barred"]


def test_a_rule_that_is_probably_replaced_says_so(index: Index) -> None:
    assert any("267/2025" in str(note.params) for note in propose(index).notes)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(6),
        Asked(wanted=(("sci-4", "chair"), ("sci-4", "member"))),
        Asked(wanted=(("sci-4", None),), unwanted=("sci-4",)),
        Asked(wanted=(("nobody", None),)),
        Asked(unwanted=("task",)),
        Asked(previous=("nobody",)),
        Asked(wanted=(("sci-0", None),)),
    ],
)
def test_what_cannot_be_asked_for_is_refused(index: Index, asked: Asked) -> None:
    with pytest.raises(BadCouncil):
        propose(index, asked=asked)


def test_who_is_named_as_leader_and_as_member_is_remarked(index: Index) -> None:
    assert not [note for note in propose(index).notes if "twice" in note.message]
    people = (*TASK.facts.people, Person("Bùi Minh Thử", "member"))
    store_records(index, [(replace(TASK, facts=replace(TASK.facts, people=people)), "test/task")])
    (note,) = (note for note in propose(index).notes if "twice" in note.message)
    assert note.params == {"name": "Bùi Minh Thử"}


def test_without_scientists_nothing_is_proposed(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    store_records(index, [(TASK, "test")])
    with pytest.raises(BadCouncil, match="no scientist"):
        propose(index)


def test_the_same_data_give_the_same_council(index: Index) -> None:
    assert seated(propose(index)) == seated(propose(index))


# Declarations and their erasure


def test_removing_a_record_erases_what_was_declared_of_the_person(index: Index) -> None:
    index.store.declarations.remember(
        [
            Declaration("sibling", Party("sci-4"), Party("sci-0"), "a"),
            Declaration("sanction", Party(None, "Lê Minh Thử", "trường đại học an hòa"), None, "b"),
            Declaration("sanction", Party(None, "Lê Minh Thử", "Viện Khác"), None, "c"),
            Declaration("conflict", Party("sci-5"), Party("sci-4"), "d"),
            Declaration("sanction", Party("sci-6"), None, "e"),
        ],
        NOW,
    )
    index.remove("sci-4")
    assert [one.evidence for one in index.store.declarations.all()] == ["c", "e"]


def test_what_is_declared_of_a_merged_record_counts_for_the_whole(index: Index) -> None:
    index.store.declarations.remember([Declaration("sanction", Party("sci-5"), None, "QĐ 1")], NOW)
    merge_records(index, "sci-4", "sci-5")
    assert weights_of(propose(index), "sci-4") == [("sanction", "exclusion")]
    part_record(index, "sci-4")
    council = propose(index)
    assert weights_of(council, "sci-4") == []
    assert weights_of(council, "sci-5") == [("sanction", "exclusion")]


# By command


def test_the_command_tells_seats_rule_and_exclusions(run: Run) -> None:
    said = run("council", "task", "--purpose", "select", "--on", "2026-11-22")
    assert said.exit_code == 0
    for words in ("Chủ tịch", "Ủy viên phản biện", "chưa được cán bộ xác nhận", "Thông tư 20/2023/TT-BKHCN, Điều 8"):
        assert words in said.stdout
    shown = json.loads(run("council", "task", "--purpose", "select", "--on", "22/11/2026", "--json").stdout)
    assert shown["on"] == "2026-11-22"
    assert len(shown["seats"]) == 7
    told = {checked["person"]["id"]: checked["findings"][0]["text"] for checked in shown["excluded"]}
    assert told["sci-1"] == f"công tác tại {HOST}"
    assert told["sci-2"] == f"đơn vị phối hợp của nhiệm vụ: công tác tại {PARTNER}"
    texts = {one.id: one for one in RECORDS}
    for checked in shown["excluded"]:
        for finding in checked["findings"]:
            assert finding["rule"]
            for fact in finding["facts"]:
                if fact["text"]:
                    text = texts[fact["record"]["id"]].text_of(fact["section"])
                    assert text[fact["start"] : fact["end"]] == fact["text"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["task"], "--purpose"),
        (["task", "--purpose", "select", "--with", "sci-0"], "có tên trong hồ sơ"),
        (["task", "--purpose", "select", "--with", "sci-4=king"], "king"),
        (["task", "--purpose", "select", "--with", "sci-4=chair", "--with", "sci-4=member"], "hai chức danh"),
        (["task", "--purpose", "select", "--with", "sci-4:chair", "--with", "sci-4=member"], "hai chức danh"),
        (["task", "--purpose", "select", "--size", "3"], "7"),
        (["task", "--purpose", "select", "--rule", "nirgends"], "nirgends"),
        (["task", "--purpose", "select", "--on", "1999-01-01"], "01/01/1999"),
        (["task", "--purpose", "select", "--on", "gestern"], "gestern"),
        (["sci-4", "--purpose", "select"], "sci-4"),
        (["task", "--purpose", "select", "--output", "x.pdf"], ".docx"),
    ],
)
def test_the_command_refuses_in_words(run: Run, args: list[str], said: str) -> None:
    result = run("council", *args)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_an_unknown_record_has_its_own_exit_code(run: Run) -> None:
    assert run("council", "nothing", "--purpose", "select").exit_code == 4


def test_own_rules_are_taken_from_the_data_folder_and_refused_with_their_line(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "rules"
    folder.mkdir()
    text = "purpose: select\nlevel: cấp tỉnh\ndocument: QĐ 1\nissuer: UBND\nreading: V\nsize: 3\nroles: {chair: 1}\n"
    (folder / "tinh.yaml").write_text(text, "utf-8")
    assert len(json.loads(run("council", "task", "--purpose", "select", "--json").stdout)["seats"]) == 3
    (folder / "tinh.yaml").write_text(text.replace("size: 3", "size: ba"), "utf-8")
    result = run("council", "task", "--purpose", "select")
    assert (result.exit_code, "tinh.yaml, dòng 6" in result.stderr) == (2, True)
    assert "một số nguyên" in result.stderr


def test_without_a_size_a_council_is_as_small_as_it_can_be_and_cites_its_article(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "rules"
    folder.mkdir()
    (folder / "tinh.yaml").write_text(
        "purpose: select\nlevel: cấp tỉnh\ndocument: QĐ 1\narticle: '7'\nissuer: UBND\nreading: V\n"
        "size: {min: 5, max: 7}\nrepresentatives: [{of: orderer, count: 1}]\n"
        "roles: {chair: 1, vice_chair: 1, reviewer: 2, secretary: 1, member: {min: 0, max: 2}}\n",
        "utf-8",
    )
    shown = json.loads(run("council", "task", "--purpose", "select", "--json").stdout)
    assert (shown["conflict"], len(shown["seats"])) == ([], 6)
    said = run("council", "task", "--purpose", "select").stdout
    assert "QĐ 1, Điều 7" in said
    refused = run("council", "task", "--purpose", "select", "--size", 5).stdout
    assert "nhưng có thể còn nhóm khác" in refused


def test_who_sat_before_is_read_from_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "truoc.txt"
    path.write_text("sci-11\nNgô Minh Thử\nNgười Lạ\n", "utf-8")
    shown = json.loads(run("council", "task", "--purpose", "accept", "--previous", path, "--json").stdout)
    assert {"sci-11", "sci-6"} & {seat["person"]["id"] for seat in shown["seats"] if seat["person"]}
    assert any("Người Lạ" in note for note in shown["notes"])


def test_declaring_listing_and_forgetting(run: Run) -> None:
    args = ["Lê Minh Thử", "Bùi Minh Thử", "--organisation", HOUSES[2], "--other-organisation", HOST]
    assert run("declare", "sibling", *args, "--evidence", "đơn, gọi 0912345678", "--by", "Phòng QLKH").exit_code == 0
    (one,) = json.loads(run("declarations", "--json").stdout)["declarations"]
    assert (one["of"]["record_id"], one["to"]["record_id"], one["declared_by"]) == ("sci-4", "sci-0", "Phòng QLKH")
    assert "0912345678" not in one["evidence"]
    assert "anh chị em" in run("declarations").stdout
    assert "đơn" in run("council", "task", "--purpose", "select", "--with", "sci-4").stderr
    assert run("declarations", "--forget", 1).exit_code == 0
    assert run("declarations", "--forget", 1).exit_code == 2
    assert run("council", "task", "--purpose", "select", "--with", "sci-4").exit_code == 0


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["spouse"],
        ["spouse", "sci-4", "--evidence", "x"],
        ["friend", "sci-4", "sci-5", "--evidence", "x"],
        ["spouse", "sci-4", "sci-5"],
        ["spouse", "sci-4", "sci-4", "--evidence", "x"],
        ["sanction", "sci-4", "sci-5", "--evidence", "x"],
        ["sanction", "sci-4", "--evidence", "x", "--from", "2026-02-01", "--to", "2026-01-01"],
        ["sanction", "sci-4", "--evidence", "x", "--from", "mai"],
        ["sanction", "sci-4", "--evidence", "x" * 501],
    ],
)
def test_declarations_that_say_nothing_are_refused(run: Run, args: list[str]) -> None:
    assert run("declare", *args).exit_code == 2
    assert json.loads(run("declarations", "--json").stdout) == {"declarations": []}


def test_declarations_from_a_table_name_the_rows_that_are_wrong(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "khai-bao.csv"
    path.write_text(
        "Quan hệ;Người thứ nhất;Đơn vị;Người thứ hai;Căn cứ;Từ ngày;Đến ngày\n"
        "Vợ/chồng;sci-4;;sci-0;Đơn;01/01/2020;\n"
        "bạn;sci-4;;sci-0;Đơn;;\n"
        "\n"
        "xử phạt;Lê Văn Không;Viện X;;QĐ 5;;32/13/2026\n"
        "xử phạt;;;;QĐ 5;;\n",
        "utf-8",
    )
    result = run("declare", "--import", path)
    assert result.exit_code == 3
    assert [f"hàng {row}" in result.stderr for row in (2, 3, 4, 5, 6)] == [False, True, False, True, True]
    assert len(json.loads(run("declarations", "--json").stdout)["declarations"]) == 1
    path.write_text("tên,tuổi\na,b\n", "utf-8")
    assert run("declare", "--import", path).exit_code == 2


def test_the_document_holds_every_seat(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hoi-dong.docx"
    assert run("council", "task", "--purpose", "accept", "--output", path).exit_code == 0
    (table,) = Document(str(path)).tables
    assert [row.cells[0].text for row in table.rows].count("Ủy viên phản biện") == 2
    assert len(table.rows) == 10
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")


def test_who_may_sit_in_no_key_role_is_not_said_to_be_excluded(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hoi-dong.docx"
    assert run("council", "task", "--purpose", "accept", "--output", path).exit_code == 0
    lines = [one.text for one in Document(str(path)).paragraphs]
    barred, partly = (
        lines.index("Không được tham gia:"),
        next(at for at, line in enumerate(lines) if line.startswith("Được tham gia, nhưng không giữ chức danh chính")),
    )
    of_host = [at for at, line in enumerate(lines) if line.startswith(f"Cao Minh Thử – {HOST}")]
    assert of_host
    assert all(at > partly > barred and "Không giữ chức danh chính: công tác tại" in lines[at] for at in of_host)
    said = run("council", "task", "--purpose", "accept").stdout
    assert said.index("không giữ chức danh chính (") < said.rindex("Cao Minh Thử")


# Over HTTP and on the page


def test_http_answers_the_same_council(client: TestClient) -> None:
    shown = client.get("/api/v1/records/task/council", params={"purpose": "select", "with": "sci-9=chair"}).json()
    assert next(seat["person"]["id"] for seat in shown["seats"] if seat["role"] == "chair") == "sci-9"
    exported = client.get("/api/v1/records/task/council.docx", params={"purpose": "select"})
    assert Document(BytesIO(exported.content)).tables
    for params in ({}, {"purpose": "feast"}, {"purpose": "select", "size": 0}, {"purpose": "select", "with": "sci-0"}):
        assert client.get("/api/v1/records/task/council", params=params).status_code == 422
    assert client.get("/api/v1/records/nothing/council", params={"purpose": "select"}).status_code == 404


def test_http_does_not_read_files_of_the_server(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("Người Trong Tệp", "utf-8")
    params = {"purpose": "accept", "previous": str(path)}
    assert "Người Trong Tệp" not in client.get("/api/v1/records/task/council", params=params).text


def test_declarations_over_http(client: TestClient) -> None:
    body = {"kind": "spouse", "of": {"record_id": "sci-4"}, "to": {"record_id": "sci-0"}, "evidence": "đơn"}
    (one,) = client.post("/api/v1/declarations", json=body).json()["declarations"]
    assert one["of_name"] == "Lê Minh Thử"
    assert client.get("/api/v1/declarations").json()["declarations"] == [one]
    assert client.post("/api/v1/declarations", json={**body, "evidence": " "}).status_code == 422
    assert client.post("/api/v1/declarations", json={**body, "of": {"record_id": "none"}}).status_code == 404
    assert client.delete(f"/api/v1/declarations/{one['id']}").status_code == 204
    assert client.delete(f"/api/v1/declarations/{one['id']}").status_code == 422


def test_the_page_shows_seats_exclusions_and_the_rule(client: TestClient) -> None:
    page = client.get("/ho-so/task/hoi-dong", params={"de": "select"})
    assert page.status_code == 200
    for words in ("Chủ tịch", "Ai không được tham gia", "chưa được cán bộ xác nhận", "Điều 8", "tổ chức phối hợp"):
        assert words in page.text or words == "tổ chức phối hợp"
    english = client.get("/ho-so/task/hoi-dong", params={"de": "select", "lang": "en"}).text
    assert '<html lang="en">' in english
    # What is quoted from a rule, and names, are Vietnamese there too.
    assert '<li lang="vi">Tổ thẩm định kinh phí' in english
    assert ' lang="vi">Thông tư 20/2023' in english
    client.cookies.clear()
    assert "/ho-so/task/hoi-dong" in client.get("/ho-so/task").text
    assert "Không lập được hội đồng" in client.get("/ho-so/task/hoi-dong", params={"de": "select", "so": "9"}).text
    for params in ({"ngay": "mai"}, {"so": "0"}, {"co": "ai-do"}, {"quy_che": "x"}, {"co": ",".join("ab" * 40)}):
        assert client.get("/ho-so/task/hoi-dong", params=params).status_code == 422


def test_only_officers_see_councils_and_declarations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path, "nobody")) as client:
        assert client.get("/ho-so/task/hoi-dong").status_code == 403
        assert client.get("/api/v1/records/task/council", params={"purpose": "select"}).status_code == 403
        assert client.get("/api/v1/declarations").status_code == 403
        assert (
            client.post("/api/v1/declarations", json={"kind": "sanction", "of": {}, "evidence": "x"}).status_code == 403
        )
