"""The overlap check: places, classes, quotes, copies of the proposal itself, viewers, and the slip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for
from hypothesis import given
from hypothesis import strategies as st
from toy_encoder import ToyEncoder
from typer.testing import CliRunner

from api.cli import app
from api.overlap.shaping import check_overlaps
from api.settings import PREFIX
from api.workspace import Workspace
from benchmarks.overlap_model import FEATURES
from index import Index, store_records
from ingest import NOBODY, OFFICER, Facts, Record, Section, record_to_json
from ingest.places import place_left_over
from matcher.overlap.checking import OverlapCheck, find_overlaps
from matcher.overlap.classes import find_cues, find_level, rule_out
from matcher.overlap.task_profile import find_quantities, profile_tasks
from matcher.overlap.whereabouts import Whereabouts, compare_places, find_whereabouts

TASK = Record(
    "proposal",
    "state",
    "Xây dựng mô hình trồng dưa lưới trong nhà màng tại huyện Phú Giáo",
    (
        Section("objectives", "Hoàn thiện quy trình trồng dưa lưới trong nhà màng. Năng suất đạt 30 tấn/ha/vụ."),
        Section("content", "Khảo nghiệm ba giống dưa lưới nhập nội. Xác định chế độ tưới nhỏ giọt và dinh dưỡng."),
        Section("products", "Quy trình kỹ thuật; 2 mô hình trình diễn; báo cáo tổng kết."),
    ),
    Facts(place_written="huyện Phú Giáo, tỉnh Bình Dương", year_from=2019, year_to=2021, organisation="Trung tâm A"),
    (),
    "task-melon",
)
OTHERS = [
    Record(
        "proposal",
        "state",
        f"Phần mềm quản lý bệnh án điện tử số {n}",
        (
            Section("objectives", f"Thay bệnh án giấy tại {n} trung tâm y tế."),
            Section("content", "Lập trình, chạy thử."),
        ),
        Facts(place_written="tỉnh Tây Ninh", year_from=2020, year_to=2021),
        (),
        f"task-{n}",
    )
    for n in range(3)
]
NEED = Record("need", "enterprise", "Cần máy sấy gỗ", (Section("requirements", "Sấy gỗ nhanh."),), id="need-1")


def proposal(title: str = TASK.title, place: str = "huyện Phú Giáo, tỉnh Bình Dương", **texts: str) -> Record:
    sections = tuple(replace(one, text=texts.get(one.name, one.text)) for one in TASK.sections)
    facts = Facts(place_written=place, year_from=2023, year_to=2024, organisation="Công ty B")
    return replace(TASK, id="new", title=title, sections=sections, facts=facts)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = Index(tmp_path_factory.mktemp("index"), None)
    store_records(index, [(record, record.id) for record in (TASK, *OTHERS, NEED)])
    return index


def check(index: Index, record: Record) -> OverlapCheck:
    return find_overlaps(index, record, OFFICER)


def test_a_copy_of_another_host_is_the_same_task(index: Index) -> None:
    found = check(index, proposal())
    assert found.itself == ()
    assert (found.overlaps[0].task.id, found.overlaps[0].judged.found) == (TASK.id, "same")
    assert found.pool == 1 + len(OTHERS)


def test_the_same_work_in_another_province_is_elsewhere(index: Index) -> None:
    there = proposal("Xây dựng mô hình trồng dưa lưới trong nhà màng tại huyện Châu Đức", "tỉnh Bà Rịa - Vũng Tàu")
    first = check(index, there).overlaps[0]
    assert (first.judged.found, first.judged.place) == ("elsewhere", "elsewhere")


def test_what_goes_on_from_a_result_is_a_continuation(index: Index) -> None:
    goes_on = proposal(
        "Nhân rộng mô hình dưa lưới nhà màng tại huyện Phú Giáo (giai đoạn 2)",
        objectives="Đưa quy trình trồng dưa lưới nhà màng đã nghiệm thu năm 2021 ra 20 ha.",
        content="Kế thừa kết quả đã có, chuyển giao quy trình cho 8 hợp tác xã và ký hợp đồng bao tiêu.",
        products="20 ha dưa lưới; chuỗi tiêu thụ.",
    )
    first = check(index, goes_on).overlaps[0]
    assert (first.task.id, first.judged.found, first.judged.period) == (TASK.id, "continuation", "after")
    assert {cue.kind for cue in first.judged.cues} == {"refers", "grows", "name"}


@pytest.mark.parametrize(
    ("said", "is_growing"),
    [
        ("Bổ sung tinh dầu quế vào màng bọc.", False),
        ("Trồng cỏ bổ sung thức ăn xanh cho trâu bò.", False),
        ("Bổ sung bột nghệ.", False),
        ("Bổ sung chức năng kê đơn cho phần mềm.", True),
        ("Bổ sung 50 cảm biến.", True),
    ],
)
def test_an_ingredient_that_is_added_enlarges_no_earlier_work(said: str, is_growing: bool) -> None:
    cues = find_cues(Record("proposal", "state", "Màng bọc trái cây", (Section("content", said),)), TASK)
    assert [cue.kind for cue in cues] == ["grows"] * is_growing


GOES_ON = Section("content", "Trên cơ sở kết quả của đề tài ĐT.2019-11/BD đã nghiệm thu, mở rộng ra 20 ha.")


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (Facts(code="ĐT.2019-11/BD", year_from=2019, year_to=2021), {"refers", "grows", "name"}),
        # Another task is cited.
        (Facts(code="ĐT.2018-02/BD", year_from=2019, year_to=2021), set()),
        # What has no code may be the one that is cited.
        (Facts(year_from=2019, year_to=2021), {"refers", "grows"}),
        # What begins with the proposal or later has no result yet.
        (Facts(year_from=2024, year_to=2025), set()),
        (Facts(year_from=2026, year_to=2028), set()),
        (Facts(code="ĐT.2019-11/BD", year_from=2026), {"name"}),
        (Facts(code="ĐT.2019-11/BD", status="đề xuất"), {"name"}),
    ],
)
def test_a_cue_speaks_for_the_task_that_is_cited_and_has_results(facts: Facts, kinds: set[str]) -> None:
    new = Record("proposal", "state", "Dưa lưới", (GOES_ON,), Facts(code="ĐX.2024-03/BD", year_from=2024, year_to=2025))
    assert {cue.kind for cue in find_cues(new, replace(TASK, facts=facts))} == kinds


def test_the_number_of_a_standard_or_a_decision_cites_no_task() -> None:
    said = "Theo QCVN.40-2011/BTNMT và QĐ-12/2024/UB, kế thừa kết quả đã nghiệm thu."
    new = Record("proposal", "state", "Dưa lưới", (Section("content", said),), Facts(year_from=2024))
    assert find_cues(new, replace(TASK, facts=replace(TASK.facts, code="ĐT.2019-11/BD")))


def test_other_tasks_are_unrelated(index: Index) -> None:
    found = check(index, proposal())
    assert {overlap.judged.found for overlap in found.overlaps[1:]} == {"unrelated"}


def test_every_quote_is_an_exact_slice(index: Index) -> None:
    found = check(index, proposal(objectives="Năng suất đạt 28 tấn/ha/vụ. Hoàn thiện quy trình trồng dưa lưới."))
    pairs = [(overlap, pair) for overlap in found.overlaps for _, quotes in overlap.sections for pair in quotes]
    assert pairs
    for overlap, pair in pairs:
        for record, said in ((found.record, pair.query), (overlap.task, pair.candidate)):
            assert record.text_of(said.section)[said.start : said.end] == said.text
    only = [(pair.only_query, pair.only_candidate) for overlap, pair in pairs if overlap.task.id == TASK.id]
    assert (("28 tấn",), ("30 tấn",)) in only


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("giảm từ 5 lên 3, độ bền uốn giảm dưới 20 %", ["5", "3", "20 %"]),
        ("190–215 °C, 2,5 tấn/ha", ["190", "215", "2,5 tấn"]),
        ("12 trạm và 210 con", ["12 trạm", "210 con"]),
    ],
)
def test_quantities_are_told_with_their_units_only(text: str, quantities: list[str]) -> None:
    assert [written for _, written in find_quantities(text)] == quantities


def test_a_longer_list_begins_as_the_shorter_one_and_the_nearest_of_the_unrelated_come_first(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    titles = [f"Nghiên cứu nuôi cá lồng {number} trên sông" for number in range(30)]
    others = [
        Record(
            "proposal", "science", title, (Section("content", f"Đo nước sông lần {number}."),), id=f"fish-{number:02}"
        )
        for number, title in enumerate(titles)
    ]
    near = Record("proposal", "science", "Giảm nứt gỗ cao su khi sấy", (), id="wood")
    store_records(index, [(one, "test") for one in (*others, near)])
    new = Record("proposal", "science", "Biến tính gỗ cao su hạn chế nứt", (Section("content", "Hấp gỗ cao su."),))
    lists = [[one.task.id for one in find_overlaps(index, new, OFFICER, limit).overlaps] for limit in (3, 10, 31)]
    assert lists[2][:10] == lists[1]
    assert lists[1][:3] == lists[0]
    assert lists[0][0] == near.id


def test_a_proposal_is_not_compared_with_itself(index: Index) -> None:
    stored = check(index, index.store.get(TASK.id))
    assert TASK.id not in {overlap.task.id for overlap in stored.overlaps}
    from_elsewhere = check(index, replace(TASK, id=""))
    assert [one.id for one in from_elsewhere.itself] == [TASK.id]
    assert TASK.id not in {overlap.task.id for overlap in from_elsewhere.overlaps}
    assert from_elsewhere.pool == len(OTHERS)


def test_strangers_see_nothing_hidden(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    hidden = replace(TASK, sections=tuple(replace(one, visibility="confidential") for one in TASK.sections))
    store_records(index, [(record, record.id) for record in (hidden, *OTHERS)])
    found = find_overlaps(index, proposal(), NOBODY)
    assert TASK.id not in {overlap.task.id for overlap in found.overlaps}
    assert found.pool == len(OTHERS)


def test_without_other_tasks_nothing_is_found(tmp_path: Path) -> None:
    found = check(Index(tmp_path, None), proposal())
    assert (found.pool, found.overlaps) == (0, ())


def whereabouts(place: str, year: int = 2020) -> Whereabouts:
    return find_whereabouts(Record("proposal", "state", "x", (), Facts(place_written=place, year_from=year)))


@pytest.mark.parametrize(
    ("one", "other", "nearness"),
    [
        ("huyện Phú Giáo, tỉnh Bình Dương", "huyện Phú Giáo, tỉnh Bình Dương", "same"),
        ("huyện Phú Giáo, tỉnh Bình Dương", "huyện Dầu Tiếng, tỉnh Bình Dương", "elsewhere"),
        ("huyện Phú Giáo, tỉnh Bình Dương", "tỉnh Bình Dương", "within"),
        ("tỉnh Bình Dương", "Thành phố Hồ Chí Minh", "elsewhere"),
        ("Vinh Long province", "tỉnh Vĩnh Long", "same"),
        ("huyện Lâm Sơn, tỉnh Sông Trà", "tỉnh Sông Trà", "within"),
        ("toàn quốc", "tỉnh Vĩnh Long", "unknown"),
        ("Việt Nam", "huyện Cần Giờ", "unknown"),
        ("Cần Giờ", "huyện Cần Giờ, TP. Hồ Chí Minh", "same"),
        ("Cần Giờ", "huyện Lâm Sơn, tỉnh Sông Trà", "elsewhere"),
        ("Sông Trà", "huyện Lâm Sơn, tỉnh Sông Trà", "within"),
    ],
)
def test_places_are_compared(one: str, other: str, nearness: str) -> None:
    assert compare_places(whereabouts(one), whereabouts(other)) == nearness


@pytest.mark.parametrize(
    ("title", "objectives", "nearness"),
    [
        ("Ương cua giống trong ao lót bạt", "Quy trình cho các hộ ở huyện Cần Giờ.", "elsewhere"),
        ("Ương cua giống bằng thức ăn tại chỗ tại Cần Giờ", "Quy trình.", "elsewhere"),
        ("Ương cua giống", "Quy trình cho xã Tân Lộc, huyện Lâm Sơn; tỉ lệ sống 55 % ở huyện Lâm Sơn.", "same"),
        ("Ương cua giống", "Học cách làm của huyện Cần Giờ, áp dụng ở huyện Lâm Sơn.", "unknown"),
        ("Ương cua giống", "Như sầu riêng Bến Tre; vì xã hội.", "unknown"),
        ("Rearing of mud crabs", "A procedure for households in Lam Son district. The survival rate is 55 %.", "same"),
        ("Rearing of mud crabs in Lam Son District", "A procedure for households.", "same"),
        ("Rearing of mud crabs", "In Tan Loc district, Song Tra province, ponds are lined.", "elsewhere"),
    ],
)
def test_a_place_is_read_from_the_title_and_the_text(title: str, objectives: str, nearness: str) -> None:
    told = find_whereabouts(Record("proposal", "state", title, (Section("objectives", objectives),)))
    assert compare_places(told, whereabouts("huyện Lâm Sơn, tỉnh Sông Trà")) == nearness


@pytest.mark.parametrize("before", ["", "14. ", "6. ", "14) ", "2.1 ", "b) ", "- ", "• 14. "])
def test_a_place_is_read_from_the_item_of_a_form_whatever_its_number(before: str) -> None:
    said = Section("other", f"{before}Địa bàn thực hiện: huyện Lâm Sơn, tỉnh Sông Trà\n15. Thời gian: 24 tháng")
    told = find_whereabouts(Record("proposal", "state", "Ương cua giống", (said,)))
    assert told.written == "huyện Lâm Sơn, tỉnh Sông Trà"
    assert place_left_over(said.text) == told.written


def test_a_name_of_today_holds_what_was_merged_into_it() -> None:
    merged = whereabouts("Thành phố Hồ Chí Minh", 2026)
    assert compare_places(merged, whereabouts("tỉnh Bình Dương")) == "within"


_PLACES = st.sampled_from(
    [
        "tỉnh Bình Dương",
        "huyện Củ Chi, TP. Hồ Chí Minh",
        "Thành phố Hồ Chí Minh",
        "tỉnh Long An",
        "xã A, tỉnh Long An",
        "Củ Chi",
        "Long An",
        "",
    ]
)


@given(_PLACES, _PLACES, st.integers(2018, 2027), st.integers(2018, 2027))
def test_nearness_does_not_depend_on_the_order(one: str, other: str, first: int, second: int) -> None:
    left, right = whereabouts(one, first), whereabouts(other, second)
    assert compare_places(left, right) == compare_places(right, left)


@pytest.fixture(scope="module")
def client(index: Index) -> Iterator[TestClient]:
    stored = [(proposal(), "new")]
    store_records(index, stored)
    settings = settings_for(index.folder, model="none")
    with serving(settings) as client:
        yield client
    index.remove("new")


def test_the_api_answers_with_class_reasons_and_state(client: TestClient) -> None:
    answer = client.get("/api/v1/records/new/overlap").json()
    first = answer["overlaps"][0]
    assert (first["id"], first["found"], first["text"]) == (TASK.id, "same", "Trùng lặp")
    assert answer["state"]["tasks"] == 1 + len(OTHERS)
    assert answer["advice"]
    assert first["reasons"]
    assert first["sections"][0]["quotes"]
    assert "percent" not in str(answer)


def test_what_is_no_proposal_is_answered_clearly(client: TestClient) -> None:
    answer = client.get("/api/v1/records/need-1/overlap")
    assert answer.status_code == 422
    assert "Cần máy sấy gỗ" in answer.json()["detail"]


def test_the_page_shows_quotes_and_links_the_slip(client: TestClient) -> None:
    page = client.get("/ho-so/new/trung-lap")
    assert page.status_code == 200
    assert "Trùng lặp" in page.text
    assert "overlap.docx" in page.text
    assert "/ho-so/new/trung-lap" in client.get("/ho-so/new").text


def test_the_slip_holds_state_classes_and_signatures(client: TestClient) -> None:
    from docx import Document

    page = client.get("/api/v1/records/new/overlap.html").text
    document = Document(BytesIO(client.get("/api/v1/records/new/overlap.docx").content))
    # A heading of a table is never left alone at the foot of a page.
    for table in document.tables[:-1]:
        assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in table.rows[0].cells)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for said in ("PHIẾU TRA CỨU TRÙNG LẶP", "đã so với 4 nhiệm vụ", TASK.title, "Trùng lặp", "ký, ghi rõ họ tên"):
        assert said in text
        assert said in page


def test_titles_cast_alike_are_not_the_same_task_where_nothing_else_is_told(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    place = "huyện Thuận An"
    kept = Record(
        "proposal", "state", f"Xây dựng mô hình bảo quản sầu riêng sau thu hoạch tại {place}", (), id="durian"
    )
    ceramics = Record(
        "proposal", "state", f"Xây dựng mô hình bảo tồn nghề gốm sứ truyền thống tại {place}", (), id="ceramics"
    )
    device = Record(
        "proposal", "state", f"Chế tạo thiết bị bảo quản sầu riêng sau thu hoạch tại {place}", (), id="device"
    )
    store_records(index, [(record, "test") for record in (kept, ceramics, device)])
    found = {one.task.id: one.judged.found for one in find_overlaps(index, kept, OFFICER).overlaps}
    assert found["ceramics"] == "unrelated"
    assert found["device"] != "unrelated"


ENGLISH = """Growing melons in net houses in Phu Giao district

Objectives: a procedure for melons in net houses.
"""


def test_a_text_that_does_not_say_what_it_is_is_checked_as_a_proposal(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "melons.txt"
    path.write_text(ENGLISH, encoding="utf-8")
    asked = ["--data", str(index.folder), "overlap"]
    environment = {f"{PREFIX}MODEL": "none", f"{PREFIX}LANG": "vi"}
    for name, typed in ((str(path), None), ("-", ENGLISH)):
        result = CliRunner().invoke(app, [*asked, name, "--json"], input=typed, env=environment)
        assert result.exit_code == 0, result.output
        answer = json.loads(result.stdout)
        assert answer["record"]["title"] == ENGLISH.splitlines()[0]
        assert "Chưa thấy trùng lặp" in answer["summary"]


def test_a_file_of_a_stored_proposal_is_told_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "task.json"
    path.write_text(json.dumps(record_to_json(TASK)), encoding="utf-8")
    folder = tmp_path / "data"
    index = Index(folder, None)
    store_records(index, [(record, record.id) for record in (TASK, *OTHERS)])
    index.save()
    index.store.close()
    environment = {f"{PREFIX}MODEL": "none", f"{PREFIX}LANG": "vi"}
    result = CliRunner().invoke(app, ["--data", str(folder), "overlap", str(path), "--json"], env=environment)
    answer = json.loads(result.stdout)
    assert [one["id"] for one in answer["overlaps"] if one["id"] == TASK.id] == []
    assert any(TASK.id in note and "chính" in note for note in answer["notes"])


def test_of_an_unrelated_task_nothing_is_said_that_makes_it_related(index: Index) -> None:
    going_on = proposal(objectives="Kế thừa kết quả của đề tài trước, nhân rộng toàn tỉnh.")
    index_of = {one.task.id: one for one in check(index, going_on).overlaps}
    unrelated = index_of["task-0"]
    assert unrelated.judged.found == "unrelated"
    assert unrelated.judged.cues
    workspace = Workspace(settings_for(index.folder, model="none"), index, None)
    answer = check_overlaps(workspace, going_on, OFFICER, 10, lambda text: text, is_stored=False)
    told = {one.id: " ".join(one.reasons) for one in answer.overlaps}
    assert "goes on" in told[TASK.id]
    assert "goes on" not in told["task-0"]
    assert "aims" not in told["task-0"]
    assert "Continuation: 1" in answer.summary


def test_what_is_told_in_another_language_is_not_ruled_out() -> None:
    told: dict[str, float | None] = dict.fromkeys(
        f"{by}_{aspect}" for by in ("meaning", "words") for aspect in ("title", "objectives", "content", "products")
    )
    told |= {"elsewhere": 0.0, "before": 0.0, "likeness": 0.0, "refers": 0.0, "grows": 0.0, "names": 0.0}
    assert rule_out(told) == {"same", "continuation", "parallel", "elsewhere"}
    translated = told | {"meaning_title": 0.08, "meaning_objectives": 0.09, "meaning_content": 0.08}
    assert rule_out(translated) == {"elsewhere"}


def test_what_differs_in_aims_and_products_and_agrees_in_nothing_is_not_the_same_task() -> None:
    told = dict.fromkeys(FEATURES, None) | {"meaning_objectives": 0.0, "meaning_content": 0.04, "meaning_products": 0.0}
    told |= {"elsewhere": 0.0, "before": 0.0, "likeness": 0.0, "refers": 0.0, "grows": 0.0, "names": 0.0}
    levels = [find_level(name, told[f"meaning_{name}"], None) for name in ("objectives", "content", "products")]
    assert levels == ["differs", "partly", "differs"]
    assert "same" in rule_out(told)
    assert "same" not in rule_out(told | {"meaning_content": 0.06})
    assert "same" not in rule_out(told | {"meaning_products": 0.06})
    assert "same" not in rule_out(told | {"likeness": 0.5})
    assert "continuation" in rule_out(told)
    for cue in ("refers", "grows", "names"):
        assert "continuation" not in rule_out(told | {cue: 1.0})


def test_a_title_that_is_the_same_does_not_name_the_task() -> None:
    assert not [cue for cue in find_cues(Record("proposal", "state", TASK.title), TASK) if cue.kind == "name"]


def test_clauses_are_encoded_once() -> None:
    encoder = ToyEncoder()
    (first,) = profile_tasks([proposal()], encoder)
    encoded = len(encoder.encoded)
    (again,) = profile_tasks([proposal()], encoder)
    assert len(encoder.encoded) == encoded > 0
    assert first.vectors is not None
    assert again.vectors is not None
    assert (first.vectors == again.vectors).all()
