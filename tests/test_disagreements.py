"""Versions that contradict each other: the later one counts where it can be known, and the contradiction is told."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from http_case import serving_with_toy_encoder, settings_for

from index import Index, find_disagreements, merge_records, part_record, retire_paths, store_records
from index.disagreements import Disagreement
from index.revisions import Stamp, rank_by_age, read_stamp
from index.versions import merge_versions, weigh_versions
from ingest import Facts, Person, Record, Section, Source

TASK = Record("proposal", "state", "Sấy nhãn bằng bơm nhiệt", facts=Facts(code="ĐT.2025-77"))


def version(file: str, text: str = "", **facts: Any) -> Record:
    sections = (Section("objectives", "Giảm hao hụt."), *([Section("other", text)] if text else []))
    told = replace(TASK.facts, **facts)
    paths = [
        "title",
        *(f"sections/{at}" for at in range(len(sections))),
        *(f"facts/{name}" for name in ("code", *facts)),
    ]
    return replace(TASK, sections=sections, facts=told, sources=tuple(Source(path, file, file) for path in paths))


def values(disagreement: Disagreement) -> list[tuple[str | int, list[str]]]:
    return [(told.value, [source.file for source in told.sources]) for told in disagreement.told]


def test_the_budget_of_the_later_version_stands_and_both_are_told_with_their_sources() -> None:
    first = version("a.docx", budget_vnd=2_400, months=24, year_from=2025)
    second = version("b.docx", budget_vnd=2_150, months=20, year_from=2025)
    record, found = weigh_versions([first, second])
    assert (record.facts.budget_vnd, record.facts.months, record.facts.year_from) == (2_150, 20, 2025)
    assert {one.value: values(one) for one in found} == {
        "facts/budget_vnd": [(2_150, ["b.docx"]), (2_400, ["a.docx"])],
        "facts/months": [(20, ["b.docx"]), (24, ["a.docx"])],
    }
    assert {one.because for one in found} == {"order"}
    assert [s.file for s in record.sources if s.value == "facts/budget_vnd"] == ["b.docx"]
    assert [s.file for s in record.sources if s.value == "facts/year_from"] == ["a.docx", "b.docx"]


@pytest.mark.parametrize(
    ("line", "because"),
    [
        ("(Bản chỉnh sửa theo kết luận của Hội đồng ngày 20/12/2024)", "revision"),
        ("Phiên bản: 2.0", "revision"),
        ("(Sửa đổi, bổ sung lần 2)", "revision"),
        ("Dự thảo lần thứ hai", "revision"),
        ("Version 3", "revision"),
        ("Bản thuyết minh đã được hoàn thiện sau họp hội đồng", "revision"),
    ],
)
def test_a_version_that_calls_itself_revised_stands_though_it_was_taken_first(line: str, because: str) -> None:
    revised, first = version("b.docx", line, budget_vnd=2_150), version("a.docx", budget_vnd=2_400)
    record, (found,) = weigh_versions([revised, first])
    assert (record.facts.budget_vnd, found.because) == (2_150, because)


@pytest.mark.parametrize(
    "line",
    [
        "Luật Khoa học và công nghệ sửa đổi năm 2024",
        "Hoàn thiện quy trình sấy nhãn quy mô 2 tấn",
        "Cập nhật số liệu khí tượng ngày 20/12/2024",
        "Tưới 2 lần mỗi ngày",
        "Căn cứ văn bản số 2",
        "Lần đầu tiên ứng dụng bơm nhiệt",
    ],
)
def test_what_a_text_speaks_of_makes_no_revision(line: str) -> None:
    assert read_stamp(version("a.docx", line)) == Stamp()


def test_the_names_of_files_tell_of_revisions_where_their_texts_do_not() -> None:
    names = ["thuyet_minh.docx", "thuyet_minh_v1.docx", "thuyết minh v2.docx", "TM-lan3.docx", "TM bản sửa.docx"]
    assert [read_stamp(version(name)).number for name in names] == [1, 1, 2, 3, 2]
    for name in ("danh_muc_2024.xlsx", "mau B1-2a.docx", "ban do 1_25000.docx", "van ban 2 chi.docx"):
        assert read_stamp(version(name)).number in (1, 2)
    assert read_stamp(version("mẫu B1-2a.docx")).number == 1


def test_of_two_dated_versions_the_later_day_counts() -> None:
    later = version("b.docx", "Bình Dương, ngày 05 tháng 3 năm 2025", status="đã duyệt")
    earlier = version("a.docx", "Bình Dương, ngày 5 tháng 10 năm 2024", status="chờ duyệt")
    record, (found,) = weigh_versions([later, earlier])
    assert (record.facts.status, found.because) == ("đã duyệt", "date")
    assert read_stamp(later).day == date(2025, 3, 5)


def test_ranking_is_an_order_of_all_versions_whatever_they_tell() -> None:
    days = [None, date(2024, 1, 1), date(2025, 1, 1)]
    kinds = [Stamp(number, day) for number in (1, 2) for day in days]
    for stamps in itertools.product(kinds, repeat=3):
        ranked = rank_by_age(stamps)
        assert sorted(ranked) == [0, 1, 2]
        numbers = [stamps[at].number for at in ranked]
        assert numbers == sorted(numbers, reverse=True)
    assert rank_by_age([Stamp(), Stamp(1, days[2]), Stamp(), Stamp(1, days[1])]) == [1, 2, 3, 0]


def test_another_leader_takes_the_place_of_the_first_who_stays_where_a_member() -> None:
    first = version("a", people=(Person("Lê An", "lead"), Person("Hà Chi")))
    second = version("b", people=(Person("Vũ Bình", "lead"), Person("Đỗ Duy")))
    record, (found,) = weigh_versions([first, second])
    assert record.facts.people == (Person("Hà Chi"), Person("Vũ Bình", "lead"), Person("Đỗ Duy"))
    assert values(found) == [("Vũ Bình", ["b"]), ("Lê An", ["a"])]
    stepped_down = version("b", people=(Person("Vũ Bình", "lead"), Person("Lê An")))
    assert merge_versions([first, stepped_down]).facts.people[-1] == Person("Lê An")


def test_what_is_only_written_otherwise_is_no_disagreement() -> None:
    first = version("a", organisation="Trường Đại học Thủ Dầu Một", status="Đang thực hiện", budget_vnd=5)
    first = replace(first, facts=replace(first.facts, people=(Person("Lê Văn Đức", "lead"),)))
    second = version("b", organisation="TDMU", status="đang thực hiện.", budget_vnd=5)
    second = replace(
        second, title=TASK.title.upper(), facts=replace(second.facts, people=(Person("Le Van Duc", "lead"),))
    )
    record, found = weigh_versions([first, second])
    assert found == ()
    assert (record.title, record.facts) == (first.title, first.facts)
    told = {path: {s.file for s in record.sources if s.value == path} for path in ("facts/organisation", "title")}
    assert told == {"facts/organisation": {"a", "b"}, "title": {"a", "b"}}


def test_a_revised_title_stands_and_the_first_is_told() -> None:
    first, second = version("a"), replace(version("b"), title="Sấy nhãn xuồng bằng bơm nhiệt hai cấp")
    record, (found,) = weigh_versions([first, second])
    assert record.title == second.title
    assert [told.value for told in found.told] == [second.title, first.title]


def test_places_differ_where_they_belong_elsewhere() -> None:
    first = version("a", place_written="Bàu Bàng", place_today="Thành phố Hồ Chí Minh")
    finer = version("b", place_written="xã Long Nguyên, Bàu Bàng", place_today="Thành phố Hồ Chí Minh")
    assert weigh_versions([first, finer])[1] == ()
    far = version("b", place_written="Lộc Ninh", place_today="Đồng Nai")
    record, (found,) = weigh_versions([first, far])
    assert (record.facts.place_written, record.facts.place_today) == ("Lộc Ninh", "Đồng Nai")
    assert [told.value for told in found.told] == ["Lộc Ninh", "Bàu Bàng"]


def test_what_a_confidential_file_says_otherwise_is_not_told() -> None:
    public = version("a", budget_vnd=5)
    secret = replace(version("b", budget_vnd=9), sections=(Section("content", "y", "confidential"),))
    record, found = weigh_versions([public, secret])
    assert (record.facts.budget_vnd, found) == (5, ())


def test_taking_files_tells_each_disagreement_once(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    first, second = version("a.docx", budget_vnd=2_400), version("b.docx", budget_vnd=2_150)
    (stored,) = store_records(index, [(first, "/a.docx")])
    assert stored.disagreements == ()
    (stored,) = store_records(index, [(second, "/b.docx")])
    assert (stored.change, [values(one) for one in stored.disagreements]) == (
        "changed",
        [[(2_150, ["b.docx"]), (2_400, ["a.docx"])]],
    )
    (again,) = store_records(index, [(second, "/b.docx")])
    assert (again.change, again.disagreements) == ("unchanged", ())
    assert find_disagreements(index.store, stored.id) == stored.disagreements
    retire_paths(index, [Path("/b.docx")])
    assert find_disagreements(index.store, stored.id) == ()
    assert index.store.get(stored.id).facts.budget_vnd == 2_400


def test_an_earlier_version_that_is_taken_later_changes_nothing_but_is_told(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    (first,) = store_records(index, [(version("b.docx", "Phiên bản 2", budget_vnd=2_150), "/b.docx")])
    (stored,) = store_records(index, [(version("a.docx", budget_vnd=2_400), "/a.docx")])
    assert (stored.id, stored.change, len(stored.disagreements)) == (first.id, "sourced", 1)


def test_a_person_who_merges_keeps_what_the_kept_record_says(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    first, second = (
        version("a.docx", budget_vnd=5, organisation="TDMU"),
        version("b.docx", budget_vnd=9, organisation="tdmu"),
    )
    first, second = (replace(one, facts=replace(one.facts, code=None)) for one in (first, second))
    kept, other = (stored.id for stored in store_records(index, [(first, "/a.docx"), (second, "/b.docx")]))
    merged = merge_records(index, kept, other)
    assert merged.facts.budget_vnd == 5
    assert {s.file for s in merged.sources if s.value == "facts/organisation"} == {"a.docx", "b.docx"}
    (found,) = find_disagreements(index.store, kept)
    assert (found.because, values(found)) == ("kept", [(5, ["a.docx"]), (9, ["b.docx"])])
    assert [record.facts.budget_vnd for record in part_record(index, kept)] == [5, 9]


def test_people_are_told_over_http_and_on_the_page_and_outsiders_nothing_of_what_is_kept_back(tmp_path: Path) -> None:
    def told(budget: int, visibility: str) -> dict[str, Any]:
        section = {"name": "objectives", "text": "Giảm hao hụt.", "visibility": visibility}
        facts = {"code": f"ĐT.2025-{visibility}", "budget_vnd": budget}
        return {"kind": "proposal", "title": "Sấy nhãn", "sections": [section], "facts": facts}

    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        for number, budget in enumerate((2_400_000_000, 2_150_000_000)):
            lines = "\n".join(json.dumps(told(budget, visibility)) for visibility in ("public", "anonymous"))
            files = [("files", (f"{number}.jsonl", lines.encode()))]
            report = client.post("/api/v1/files", files=files).json()
        summary = report["stored"][0]["disagreements"][0]["summary"]
        assert summary.startswith("Kinh phí: lấy 2.150 triệu đồng")
        assert "2.400 triệu đồng" in summary
        ids = [one["id"] for one in report["stored"]]
        for id in ids:
            (shown,) = client.get(f"/api/v1/records/{id}").json()["disagreements"]
            assert [one["value"] for one in shown["told"]] == [2_150_000_000, 2_400_000_000]
            assert "2.400 triệu đồng" in client.get(f"/ho-so/{id}").text
    with serving_with_toy_encoder(settings_for(tmp_path, "nobody")) as client:
        records = [client.get(f"/api/v1/records/{id}").json() for id in ids]
        assert ["disagreements" in record for record in records] == [True, False]
        assert [record["facts"]["budget_vnd"] for record in records] == [2_150_000_000] * 2


def test_the_day_of_the_place_and_date_line_counts() -> None:
    later, earlier = version("b.docx", status="đã duyệt"), version("a.docx", status="chờ duyệt")
    signed = [
        replace(one, sources=(replace(one.sources[0], signed=day.isoformat()), *one.sources[1:]))
        for one, day in ((later, date(2026, 6, 20)), (earlier, date(2026, 1, 5)))
    ]
    record, (found,) = weigh_versions(signed)
    assert (record.facts.status, found.because) == ("đã duyệt", "date")
