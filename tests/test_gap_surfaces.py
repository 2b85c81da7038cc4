"""Gaps as people meet them: states, growth, priorities, the command, the API and the page."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for
from openpyxl import load_workbook
from typer.testing import CliRunner

from api.cli import app
from api.gaps.finding import default_place, find_unmet_needs, see_subjects, store_state
from api.gaps.labels import name_share
from api.gaps.schemas import TaskUses, UseProof
from api.settings import PREFIX
from api.wording import Wording
from index import Index, store_records
from ingest import NOBODY, OFFICER, Facts, Person, Record, Section, Viewer, Visibility, record_from_json
from matcher import Pair
from matcher.gaps.counting import Narrowing, Subject, count_gaps, find_subjects, narrow
from matcher.gaps.growth import find_beginnings
from matcher.gaps.localities import localities_of
from matcher.gaps.priorities import BadPriorities, read_priorities
from matcher.gaps.shortages import is_weak
from matcher.question import Question
from matcher.task_states import State, find_state
from matcher.task_uses import find_use

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "priorities.yaml"
EVIL = '=HYPERLINK("http://x","y")'


def task(status: str | None, text: str = "", year: int | None = None, **facts: Any) -> Record:
    sections = (Section("application", text),) if text else ()
    return Record("proposal", "state", "Đề tài", sections, Facts(status=status, year_from=year, **facts), id="t")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Đề xuất", "asked"),
        ("đang tuyển chọn", "asked"),
        ("Đang thực hiện", "running"),
        ("Chưa nghiệm thu", "running"),
        ("Đã nghiệm thu", "done"),
        ("Da nghiem thu", "done"),
        ("Đã ứng dụng", "done"),
        ("Xếp loại Khá", "done"),
        ("Đã nghiệm thu, không đạt", "failed"),
        ("Không phê duyệt", "dropped"),
        ("Chẳng ai biết", "unknown"),
    ],
)
def test_a_status_tells_the_state(status: str, state: State) -> None:
    assert find_state(task(status)) == state


def test_without_a_status_a_code_or_a_leader_leaves_the_state_unknown() -> None:
    assert find_state(task(None)) == "asked"
    assert find_state(task(None, code="ĐT-01")) == "unknown"
    assert find_state(task(None, people=(Person("Lê Mai", "lead"),))) == "unknown"
    assert find_state(task(None), is_masked=True) == "unknown"


def test_only_what_is_told_as_having_happened_counts_as_used() -> None:
    told = task("Đã nghiệm thu", "Quy trình dễ làm. Kết quả đã được chuyển giao cho HTX Suối Mơ. Còn lại sẽ ứng dụng.")
    use = find_use(told)
    assert use.application == "applied"
    assert use.quote is not None
    assert use.quote.text == "Kết quả đã được chuyển giao cho HTX Suối Mơ."
    assert told.sections[0].text[use.quote.start : use.quote.end] == use.quote.text
    assert find_use(task("Đã nghiệm thu", "Sẽ chuyển giao cho HTX.")).application == "unknown"
    assert find_use(task("Đã nghiệm thu", "Kết quả chưa được ứng dụng.")).application == "not_yet"
    assert find_use(task("Đã bàn giao")).application == "applied"


@pytest.mark.parametrize(
    ("places", "provinces", "shown"),
    [
        (
            (("huyện Lâm Sơn, tỉnh Sông Trà", None), ("TP. Trà Giang, tỉnh Sông Trà", None)),
            ("tỉnh Sông Trà",),
            "locality",
        ),
        ((("huyện Tân Hồng, Đồng Tháp", "Đồng Tháp"), ("thị xã An Hòa", "Đồng Tháp")), ("Đồng Tháp",), "locality"),
        (
            (("huyện Tân Hồng, Đồng Tháp", "Đồng Tháp"), ("tỉnh Sông Trà", None)),
            ("tỉnh Sông Trà", "Đồng Tháp"),
            "place",
        ),
        ((("huyện Lâm Sơn", None), ("huyện Phú Khê", None)), (None,), "locality"),
        (((None, None), (None, "Huế")), ("Huế", None), "place"),
    ],
)
def test_a_province_in_no_list_counts_as_written_and_one_alone_is_shown_by_district(
    places: tuple[tuple[str | None, str | None], ...], provinces: tuple[str | None, ...], shown: str
) -> None:
    needs = [
        Record("need", "enterprise", "Lò hơi", facts=Facts(place_written=written, place_today=today), id=f"n-{number}")
        for number, (written, today) in enumerate(places)
    ]
    subjects = find_subjects(needs, OFFICER)
    assert tuple(cell.key[0] for cell in count_gaps(subjects, ["place"]).cells) == provinces
    assert default_place(subjects) == shown


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("xã Đồng Suối, huyện Lâm Sơn, tỉnh Sông Trà", ("huyện Lâm Sơn",)),
        ("TP. Thủ Dầu Một, Bình Dương", ("thành phố Thủ Dầu Một",)),
        ("thành phố Trà Giang và huyện Phú Khê, tỉnh Sông Trà", ("thành phố Trà Giang", "huyện Phú Khê")),
        ("tỉnh Sông Trà", ("tỉnh Sông Trà",)),
        ("toàn tỉnh", ("toàn tỉnh",)),
        (None, ()),
    ],
)
def test_places_as_written_are_their_districts_and_towns(written: str | None, names: tuple[str, ...]) -> None:
    assert localities_of(written) == names


def begun(*years: int) -> tuple[Subject, ...]:
    records = [task("Đã nghiệm thu", year=year).with_id(f"t-{number}") for number, year in enumerate(years)]
    return find_subjects(records, OFFICER)


def test_growth_is_measured_as_the_department_does() -> None:
    # Two tasks a year from 2015 to 2020, then eight a year: 300 % more.
    beginnings = find_beginnings(begun(*[year for year in range(2015, 2021) for _ in "ab"], *[2021] * 8, *[2022] * 8))
    growth = beginnings.measure(2021, 2022, 6)
    assert (len(growth.ids), len(growth.ids_before), growth.years_before) == (16, 12, 6)
    assert growth.percent == pytest.approx(300)


def test_where_nothing_was_before_nothing_has_grown() -> None:
    beginnings = find_beginnings(begun(2020))
    assert beginnings.measure(2020, 2020).percent is None
    assert find_beginnings(begun(2010, 2020)).measure(2020, 2020, 3).percent is None
    assert find_beginnings(()).measure_each() == ()


def test_what_has_no_year_is_left_out_of_years_and_named() -> None:
    subjects = find_subjects([task("đề xuất").with_id("a"), task("đề xuất", year=2024).with_id("b")], OFFICER)
    kept, undated = narrow(subjects, Narrowing(year_from=2023))
    assert ([one.id for one in kept], [one.id for one in undated]) == (["b"], ["a"])


def test_a_low_likelihood_or_too_little_evidence_is_weak() -> None:
    def pair(likelihood: float | None, basis: Any) -> Pair:
        return Pair("a", "A", 1, 9.0, likelihood, basis, {})

    assert is_weak(pair(None, "insufficient"))
    assert is_weak(pair(0.1, "calibrated"))
    assert not is_weak(pair(0.6, "calibrated"))
    assert not is_weak(pair(None, "uncalibrated"))


# Priorities


def test_the_sample_priorities_are_read_with_their_documents() -> None:
    priorities = read_priorities(SAMPLE)
    assert len(priorities) == 8
    assert all(one.source.endswith("(văn bản giả định)") and one.since for one in priorities)


def test_a_csv_of_priorities_says_the_same_as_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Tên;Mã lĩnh vực;Từ khóa;Văn bản;Từ năm;Đến năm\nGỗ;404, 203;sấy gỗ | ván ép;NQ 1;2021;31/12/2025\n",
        "utf-8-sig",
    )
    (tmp_path / "a.yaml").write_text(
        "priorities:\n- {name: Gỗ, fields: [404, '203'], keywords: [sấy gỗ, ván ép], source: NQ 1, "
        "from: 2021-01-01, to: 2025}\n",
        "utf-8",
    )
    assert read_priorities(tmp_path / "a.csv") == read_priorities(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "x", ".yaml and .csv"),
        ("a.yaml", "priorities: [", "line 1"),
        ("a.yaml", "just words", "no list"),
        ("a.yaml", "- {keywords: [gỗ]}", "priority 1: it has no name"),
        ("a.yaml", "- {name: Gỗ}", "needs fields or keywords"),
        ("a.yaml", "- {name: Gỗ, fields: [9]}", "“9” is no code"),
        ("a.yaml", "- {name: Gỗ, keywords: [gỗ], colour: red}", "nobody knows “colour”"),
        ("a.yaml", "- {name: Gỗ, keywords: {a: b}}", "must be a text"),
        ("a.yaml", "- {name: Gỗ, keywords: [gỗ], from: soon}", "no date"),
        ("a.yaml", "- {name: Gỗ, keywords: [gỗ], from: 2025, to: 2020}", "ends before"),
        ("a.yaml", "- {name: Gỗ, keywords: [gỗ], from: 2025-13-45}", "no date|not valid"),
        ("a.yaml", "- {name: Gỗ, keywords: [gỗ]}\n- {name: gỗ, keywords: [gỗ]}", "priority 2: the name"),
        ("a.csv", "Màu;Mùi\nđỏ;thơm\n", "no column"),
        ("a.csv", "", "no column"),
    ],
)
def test_priorities_that_cannot_be_used_are_refused_with_the_place(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadPriorities, match=said):
        read_priorities(tmp_path / name)


# The command, the API, the page

OBJECTS: list[dict[str, Any]] = [
    {"id": "n-1", "kind": "need", "title": "Sấy gỗ cao su", "facts": {"field_codes": ["404"], "year_from": 2024}},
    {"id": "n-2", "kind": "need", "title": "Lò gốm bí truyền", "facts": {"field_codes": ["205"]},
     "sections": [{"name": "situation", "text": "Lò gốm bí truyền nứt.", "visibility": "confidential"}]},
    {"id": "n-3", "kind": "need", "title": "Men gốm", "facts": {"place_written": EVIL}},
    {"id": "s-1", "kind": "scientist", "title": "Lê Mai", "facts": {"field_codes": ["404"]},
     "sections": [{"name": "work", "text": "Chế độ sấy gỗ cao su.", "year": 2022}]},
    {"id": "p-1", "kind": "proposal", "title": "Sấy gỗ keo",
     "facts": {"field_codes": ["404"], "status": "Đã nghiệm thu", "year_from": 2020}},
    {"id": "p-2", "kind": "proposal", "title": "Ván ép", "facts": {"field_codes": ["404"], "status": "Không đạt"}},
]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gaps")
    index = Index(folder, None)
    store_records(index, [(record_from_json(one), one["id"]) for one in OBJECTS])
    index.store.close()
    (folder / "priorities.yaml").write_text("- {name: Gỗ, keywords: [sấy gỗ], from: 2020}\n", "utf-8")
    return folder


def run(data: Path, *arguments: str) -> Any:
    environment = {PREFIX + "MODEL": "none", PREFIX + "LANG": "vi"}
    return CliRunner().invoke(app, ["--data", str(data), "gaps", *arguments], env=environment, prog_name="banha")


@pytest.fixture(scope="module")
def officer(data: Path) -> Iterator[TestClient]:
    with serving(settings_for(data, model="none")) as client:
        yield client


def test_the_api_counts_for_the_viewer(data: Path, officer: TestClient) -> None:
    report = officer.get("/api/v1/gaps", params={"by": "group"}).json()
    cells = {cell["at"]["group"]: cell for cell in report["table"]["cells"]}
    assert cells["404"]["need"] == ["n-1"]
    assert (cells["404"]["demand"], cells["404"]["supply"], cells["404"]["gap"]) == (1, 2, -1)
    assert cells["205"]["need"] == ["n-2"]
    assert report["table"]["apart"]["failed"] == ["p-2"]
    assert [one["id"] for one in report["priorities"][0]["records"]] == ["n-1", "p-1", "s-1"]
    with serving(settings_for(data, "nobody", model="none")) as client:
        answer = client.get("/api/v1/gaps", params={"by": "group"}).text
        page = client.get("/cung-cau?muc=group").text
        listed = client.get("/cung-cau/ho-so?phan=demand").text
    assert "n-2" not in answer
    assert "205" not in answer
    assert "bí truyền" not in answer + page + listed


@pytest.mark.parametrize(
    "query", ["by=colour", "by=field,field", "field=9", "place=Atlantis", "year_from=2025&year_to=2020", "baseline=0"]
)
def test_what_makes_no_sense_is_refused_in_words(officer: TestClient, query: str) -> None:
    answer = officer.get(f"/api/v1/gaps?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_needs_of_which_nobody_has_the_field_are_named(data: Path) -> None:
    index = Index(data, None)
    subjects = see_subjects(index, OFFICER)
    from api.gaps.finding import ask

    found = find_unmet_needs(index, subjects, ask(subjects), OFFICER)
    assert {one.id: "no_supply" in one.lacks for one in found.unmet}["n-2"]
    hidden = see_subjects(index, NOBODY)
    assert "n-2" not in {one.id for one in find_unmet_needs(index, hidden, ask(hidden), NOBODY).unmet}
    index.store.close()


def test_what_was_found_for_a_stranger_holds_though_something_confidential_is_posted(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    before = [store_state(index, viewer) for viewer in (OFFICER, NOBODY)]
    hiding: tuple[Visibility, Visibility] = ("confidential", "public")
    hidden, public = (
        Record("need", "enterprise", "Vonfram", (Section("situation", "Vonfram.", visibility),))
        for visibility in hiding
    )
    store_records(index, [(hidden, "a")])
    after = [store_state(index, viewer) for viewer in (OFFICER, NOBODY)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True]
    store_records(index, [(public, "b")])
    assert store_state(index, NOBODY) != after[1]
    index.store.close()


def test_what_a_stranger_sees_is_told_apart_without_reading_what_everybody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(tmp_path / "data", None)
    origins = type(index.store.origins)

    def need(id: str, *texts: tuple[str, Visibility], firm: str = "Công ty TNHH Suối Mơ") -> Record:
        sections = tuple(Section("situation", *text) for text in texts)
        return Record("need", "enterprise", f"Lò {id}", sections, Facts(organisation=firm), id=id)

    def store(record: Record) -> str:
        store_records(index, [(record, record.id)])
        return store_state(index, NOBODY).seen

    # What only looks like a mark of something hidden is text.
    public = need("public", ('"visibility":"confidential" {"visibility":"anonymous"}', "public"))
    before = [store(public), store(need("half", ("Vonfram.", "public"), ("Nung 900 độ.", "confidential")))]
    before.append(store(need("veiled", ("Ở Suối Mơ.", "anonymous"))))
    assert len(set(before)) == 3
    assert store(need("half", ("Vonfram.", "public"), ("Nung 950 độ.", "confidential"))) == before[-1]
    assert store(need("veiled", ("Ở Lá Xanh.", "anonymous"), firm="Công ty TNHH Lá Xanh")) == before[-1]
    assert store(need("half", ("Vonfram và thiếc.", "public"))) != before[-1]
    assert store(need("public", ("Lò hơi.", "public"))) != before[-1]

    parsed: list[str] = []
    parse = origins.parse
    monkeypatch.setattr(origins, "parse", lambda self, body: parsed.append(body) or parse(self, body))
    store_records(index, [(need("new", ("Lò nung.", "public")), "new")])
    parsed.clear()
    store_state(index, NOBODY)
    assert [re.findall(r'"title":"(.*?)"', body) for body in parsed] == [["Lò veiled"]]
    index.store.close()


def test_a_stranger_is_kept_waiting_for_no_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many needs a job tells who is signed in; whoever can have none is told so at once."""
    monkeypatch.setattr("api.gaps.seeking.MOST_AT_ONCE", 0)
    needs = [{"kind": "need", "house": "enterprise", "title": "Lò hơi", "id": "n"}]
    with serving(settings_for(tmp_path, model="none")) as officer:
        assert officer.post("/api/v1/records", json=needs).status_code == 201
        assert 'value="unmet"' in officer.get("/cung-cau/chua-dap-ung").text
    with serving(settings_for(tmp_path, "nobody", model="none")) as stranger:
        monkeypatch.setattr("api.gaps.seeking.see_unmet_needs", lambda *given: pytest.fail("matched all needs"))
        page = stranger.get("/cung-cau/chua-dap-ung")
        assert page.status_code == 200
        assert 'value="unmet"' not in page.text
        assert "Xin hỏi cơ quan quản lý" in page.text
        assert stranger.get("/api/v1/gaps/unmet").status_code == 422


def test_it_is_told_how_far_the_search_for_unmet_needs_is_before_all_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.gaps.finding import ask
    from matcher import all_pairs

    index = Index(tmp_path, None)
    needs = [Record("need", "enterprise", f"Lò hơi {number}", id=f"n-{number:02}") for number in range(40)]
    people = [Record("scientist", "science", "Lê Mai", (Section("work", "Lò hơi."),), id="s")]
    store_records(index, [(one, "test") for one in (*needs, *people)])
    told: list[int] = []
    read: list[tuple[int, int]] = []
    ask_all = all_pairs.ask_all

    def note(index: Index, records: list[Record], viewer: Viewer) -> list[Question]:
        read.append((len(read) and told[-1], len(records)))
        return ask_all(index, records, viewer)

    monkeypatch.setattr(all_pairs, "ask_all", note)
    subjects = see_subjects(index, OFFICER)
    find_unmet_needs(index, subjects, ask(subjects), OFFICER, lambda _phase, done, total: told.append(done))
    assert told == [0, *range(0, 41, 4), *range(40, 81, 4)]
    assert [done for done, _ in read] == list(range(0, 80, 4))
    index.store.close()


def test_texts_are_read_once_until_something_changes(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.gaps import finding

    read: list[str] = []
    for name in ("terms_of", "find_keywords"):

        def note(name: str, work: Any, *given: Any) -> Any:
            read.append(name)
            return work(*given)

        monkeypatch.setattr(finding, name, partial(note, name, getattr(finding, name)))
    index = Index(data, None)
    asked = finding.ask(see_subjects(index, OFFICER))
    first, again = (finding.see_gaps(index, asked, read_priorities(SAMPLE), OFFICER) for _ in "ab")
    assert first == again
    assert sorted(read) == ["find_keywords", "terms_of"]
    index.store.close()


def test_each_figure_of_the_page_leads_to_as_many_records(officer: TestClient) -> None:
    page = officer.get("/cung-cau?muc=group").text
    links = re.findall(r'<a href="(/cung-cau/ho-so[^"]*)">(\d+)</a>', page)
    chips = re.findall(r'<a href="(/cung-cau/ho-so[^"]*)">[^<]*<b>(\d+)</b></a>', page)
    heat = re.findall(r'<a href="(/cung-cau/ho-so[^"]*)"><b>[^<]*</b><span>cầu\s(\d+), cung\s(\d+)</span>', page)
    assert len(links) > 10
    assert len(heat) > 5
    figures = [(href, int(count)) for href, count in links + chips]
    figures += [(href, int(demand) + int(supply)) for href, demand, supply in heat]
    for href, count in figures:
        listed = officer.get(unescape(href)).text
        assert listed.count('<article class="card hit">') == count, href


def test_an_address_of_no_figure_is_not_found(officer: TestClient) -> None:
    for query in (
        "chon=uu-tien&hang=9",
        "chon=uu-tien&hang=²",
        "chon=khoi-cong&hang=1",
        "chon=gi-do",
        "chon=ngoai&hang=x",
    ):
        assert officer.get(f"/cung-cau/ho-so?{query}").status_code == 404, query
    assert officer.get("/cung-cau?tu=abc").status_code == 422


def test_with_nothing_stored_the_page_and_the_command_say_what_to_do(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path, model="none")) as client:
        assert "/tai-len" in client.get("/cung-cau").text.split("<main")[1]
        assert client.get("/api/v1/gaps").json()["table"]["cells"] == []
        assert client.get("/cung-cau/chua-dap-ung").status_code == 200


def test_the_command_answers_in_json_tables_and_files(data: Path, tmp_path: Path) -> None:
    answer = run(data, "--by", "group", "--json")
    report = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert report["table"]["total"]["need"] == ["n-1", "n-2", "n-3"]
    assert report["unmet"]["needs"] == 3
    shown = run(data, "--by", "field,year").stdout
    assert "Cầu trừ cung" in shown
    assert "chưa rõ" in shown
    assert run(data, "--output", str(tmp_path / "a.csv")).exit_code == 0
    assert (tmp_path / "a.csv").read_bytes().startswith("\ufeff".encode())


def test_the_command_refuses_what_it_cannot_use(data: Path, tmp_path: Path) -> None:
    for arguments in (["--output", "a.pdf"], ["--priorities", str(tmp_path / "none.yaml")], ["--field", "x"]):
        answer = run(data, *arguments)
        assert answer.exit_code == 2, arguments


def test_csv_and_xlsx_hold_no_formula(data: Path, tmp_path: Path, officer: TestClient) -> None:
    from datetime import date

    from api.catalogue import translator
    from api.gaps.export import export_gaps
    from api.gaps.schemas import GapReport
    from api.wording import Wording

    report = GapReport.model_validate(officer.get("/api/v1/gaps", params={"by": "locality,year"}).json())
    wording = Wording(translator("vi"), "vi")
    text = export_gaps(report.table, ".csv", wording, translator("vi"), date(2026, 1, 1)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert any(EVIL in cell for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "\t")) or re.match(r"[+-]\D", cell)]
    (tmp_path / "a.xlsx").write_bytes(export_gaps(report.table, ".xlsx", wording, translator("vi"), date(2026, 1, 1)))
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert json.dumps(report.table.model_dump())


def test_the_share_applied_is_a_number_a_range_or_unknown() -> None:
    wording = Wording(lambda text: text, "en")

    def share(applied: int, not_yet: int, unknown: int) -> str:
        proof = UseProof(id="t", section=None, start=None, end=None, text=None)
        done = applied + not_yet + unknown
        uses = TaskUses(
            done=done,
            applied=(proof,) * applied,
            not_yet=(proof,) * not_yet,
            unknown=("t",) * unknown,
            least=applied / done if done else None,
            most=1 - not_yet / done if done else None,
        )
        return name_share(wording, uses)

    assert share(0, 0, 32) == "unknown"
    assert share(0, 0, 0) == "unknown"
    assert share(1, 1, 0) == "50 %"
    assert share(1, 1, 2) == "between 25 % and 75 %"
